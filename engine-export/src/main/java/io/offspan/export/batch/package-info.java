/**
 * Batches: spans of the log encoded as OTLP requests and cut by their bytes; the place in the log of each span stays known. Knows {@code io.offspan.core} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.export.batch;

import org.jspecify.annotations.NullMarked;
