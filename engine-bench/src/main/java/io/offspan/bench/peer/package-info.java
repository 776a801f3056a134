/**
 * Other stores beside Offspan, each in a JVM of its own under the same measurements: what a store has to do, the program that makes it do
 * it, and how its project is built and its JVM started. Knows the workload and the measures; no library of any peer.
 */
@NullMarked
package io.offspan.bench.peer;

import org.jspecify.annotations.NullMarked;
