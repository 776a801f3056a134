/**
 * Batches: spans of the log encoded as OTLP requests and cut by their bytes; the place in the log of each span stays known.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.export.batch;

import org.jspecify.annotations.NullMarked;
