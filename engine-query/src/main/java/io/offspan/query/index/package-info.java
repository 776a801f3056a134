/**
 * The index of a segment: which spans have a value, which blocks may have it, and where the spans of a trace are;
 * live in memory, or sealed in a file.
 * RoaringBitmap is at home here.
 *
 * <p>May know {@code query.ast}, {@code query.value}, {@code core.files}, {@code core.fault} and {@code codec}.
 */
@NullMarked
package io.offspan.query.index;

import org.jspecify.annotations.NullMarked;
