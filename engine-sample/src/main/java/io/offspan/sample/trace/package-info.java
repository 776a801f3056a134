/**
 * Traces that wait for their decision, and those that were decided, in bounded memory.
 *
 * <p>May know {@code sample.ratio} for the randomness of traces.
 */
@NullMarked
package io.offspan.sample.trace;

import org.jspecify.annotations.NullMarked;
