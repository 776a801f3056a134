/** Chronicle Queue used plainly. The only room of the benchmarks that knows it. */
@NullMarked
package io.offspan.bench.yardstick.chronicle;

import org.jspecify.annotations.NullMarked;
