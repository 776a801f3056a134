/** LMDB as a peer of the benchmark. Knows {@code io.offspan.bench.peer} and the workload. */
package io.offspan.bench.peer.lmdb;
