/** The parts of the benchmark, each a list of subjects that are measured side by side. Knows every room of the benchmarks but the commands. */
@NullMarked
package io.offspan.bench.suite;

import org.jspecify.annotations.NullMarked;
