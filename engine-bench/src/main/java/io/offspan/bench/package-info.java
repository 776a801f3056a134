/** Benchmarks and the yardsticks they are read against. Nothing depends on it. */
@NullMarked
package io.offspan.bench;

import org.jspecify.annotations.NullMarked;
