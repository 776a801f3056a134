/**
 * The walk over the blocks of a store, and what is kept of it. Knows {@code io.offspan.query.ast}, {@code
 * io.offspan.query.test}, {@code io.offspan.query.value}, {@code io.offspan.core} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query.scan;

import org.jspecify.annotations.NullMarked;
