/**
 * The one loop that goes through the leaves of a store, and what takes the spans that it finds.
 *
 * <p>May know {@code query.ast}, {@code query.index}, {@code query.keep}, {@code query.plan}, {@code query.test}, {@code query.value}, {@code core} and {@code
 * codec}.
 */
@NullMarked
package io.offspan.query.scan;

import org.jspecify.annotations.NullMarked;
