/**
 * Which services call which, out of the parents of their spans: segment by segment, and across segments at the end.
 *
 * <p>May know {@code query.ast}, {@code query.discover}, {@code query.scan}, {@code query.test}, {@code query.value}, {@code core} and {@code codec}.
 */
@NullMarked
package io.offspan.query.graph;

import org.jspecify.annotations.NullMarked;
