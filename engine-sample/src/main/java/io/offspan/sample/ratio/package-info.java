/**
 * Consistent probabilities: thresholds, and the randomness of traces that they are compared with.
 *
 * <p>May know nobody.
 */
@NullMarked
package io.offspan.sample.ratio;

import org.jspecify.annotations.NullMarked;
