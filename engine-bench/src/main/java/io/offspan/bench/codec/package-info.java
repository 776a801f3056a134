/** Blocks of the workload built and read with the codec alone, without a store. Knows the workload and the codec. */
@NullMarked
package io.offspan.bench.codec;

import org.jspecify.annotations.NullMarked;
