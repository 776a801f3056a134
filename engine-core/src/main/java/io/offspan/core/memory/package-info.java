/**
 * Memory of the engine: mapped files and their release.
 *
 * <p>May know {@code io.offspan.codec.wire} only.
 */
@NullMarked
package io.offspan.core.memory;

import org.jspecify.annotations.NullMarked;
