/**
 * The walk over the blocks of a store, and what is kept of it.
 *
 * <p>May know {@code query.ast}, {@code query.test}, {@code query.value}, {@code core} and {@code codec}.
 */
@NullMarked
package io.offspan.query.scan;

import org.jspecify.annotations.NullMarked;
