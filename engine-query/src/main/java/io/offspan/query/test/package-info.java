/**
 * Whether a span passes: filters compiled for flyweights.
 *
 * <p>May know {@code query.ast}, {@code query.value}, {@code core.segment} for the bounds of blocks, and {@code codec}.
 */
@NullMarked
package io.offspan.query.test;

import org.jspecify.annotations.NullMarked;
