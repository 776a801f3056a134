/** What a run of the benchmarks found: rows, the report around them, and how both are read back, compared and shown. Knows no other room. */
@NullMarked
package io.offspan.bench.result;

import org.jspecify.annotations.NullMarked;
