/**
 * The way in: the stripes that callers append through, and the agent that moves what they committed from the slabs to the log.
 *
 * <p>May know {@code codec}, {@code core.value}, {@code core.fault}, {@code core.files}, {@code core.slab}, {@code core.log}, {@code core.segment} and {@code core.retain}.
 */
@NullMarked
package io.offspan.core.ingest;

import org.jspecify.annotations.NullMarked;
