/**
 * Checkpoints of exporters: opened, locked, checked and written.
 *
 * <p>May know {@code core}.
 */
@NullMarked
package io.offspan.export.checkpoint;

import org.jspecify.annotations.NullMarked;
