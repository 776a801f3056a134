/**
 * Numbers of spans over time: the steps of a range, what is counted and calculated of the spans in each, and what is made of series.
 *
 * <p>May know {@code query.ast}, {@code query.discover}, {@code query.index}, {@code query.plan}, {@code query.scan}, {@code query.test}, {@code query.value}, {@code core.segment} and {@code codec}.
 */
@NullMarked
package io.offspan.query.series;

import org.jspecify.annotations.NullMarked;
