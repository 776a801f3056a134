/**
 * What runs in a JVM of its own, because heap, collector or start are what is measured. The programs print one line of figures and use
 * no library of the benchmarks. Knows the workload.
 */
@NullMarked
package io.offspan.bench.child;

import org.jspecify.annotations.NullMarked;
