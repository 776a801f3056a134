/**
 * Which segments are kept, and for how long.
 *
 * <p>May know {@code core.log} for the names of segments and {@code core.segment} for their contents.
 */
@NullMarked
package io.offspan.core.retain;

import org.jspecify.annotations.NullMarked;
