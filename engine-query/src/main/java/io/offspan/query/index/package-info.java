/**
 * The index of a segment: which spans have a value, which blocks may have it, and where the spans of a trace are. Knows {@code
 * io.offspan.query.ast}, {@code io.offspan.query.value} and {@code io.offspan.codec}; RoaringBitmap is at home here.
 */
@NullMarked
package io.offspan.query.index;

import org.jspecify.annotations.NullMarked;
