/**
 * Stored spans as Parquet files in a folder, in the columns of ClickHouse's {@code otel_traces}.
 *
 * <p>May know {@code codec}, {@code core} and {@code parquet.file}.
 */
@NullMarked
package io.offspan.parquet;

import org.jspecify.annotations.NullMarked;
