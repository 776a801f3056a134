/**
 * Traces that wait for their decision, and those that were decided, in bounded memory.
 *
 * <p>May know nobody.
 */
@NullMarked
package io.offspan.sample.trace;

import org.jspecify.annotations.NullMarked;
