/**
 * Which segments are kept, and for how long.
 *
 * <p>May know {@code codec.wire}, {@code core.value}, {@code core.files} and {@code core.segment}.
 */
@NullMarked
package io.offspan.core.retain;

import org.jspecify.annotations.NullMarked;
