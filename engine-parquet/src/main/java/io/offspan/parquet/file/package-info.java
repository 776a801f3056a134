/**
 * Parquet files as such: columns, pages, indexes and the footer.
 *
 * <p>May know {@code codec.wire} for the memory that values are read from; knows nothing of spans.
 */
@NullMarked
package io.offspan.parquet.file;

import org.jspecify.annotations.NullMarked;
