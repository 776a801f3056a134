/**
 * Batches: spans of the log encoded as OTLP requests and cut by their bytes; the place in the log of each span stays known.
 *
 * <p>May know {@code codec}, {@code core} and {@code export.sampling}.
 */
@NullMarked
package io.offspan.export.batch;

import org.jspecify.annotations.NullMarked;
