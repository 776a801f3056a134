/**
 * The way in: slabs in their mapped file, the stripes that callers append through, and the agent that moves closed slabs to
 * the log.
 *
 * <p>May know {@code codec}, {@code core.memory}, {@code core.log}, {@code core.segment} and {@code core.retain}.
 */
@NullMarked
package io.offspan.core.ingest;

import org.jspecify.annotations.NullMarked;
