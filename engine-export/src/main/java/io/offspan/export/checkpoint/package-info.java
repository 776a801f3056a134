/**
 * Checkpoints of exporters: opened, locked, checked and written. Knows {@code io.offspan.core}.
 */
@NullMarked
package io.offspan.export.checkpoint;

import org.jspecify.annotations.NullMarked;
