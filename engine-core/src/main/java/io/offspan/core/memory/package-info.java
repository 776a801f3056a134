/**
 * Memory of the engine: mapped files and their release.
 *
 * * <p>May know {@code codec.wire}.
 */
@NullMarked
package io.offspan.core.memory;

import org.jspecify.annotations.NullMarked;
