/**
 * Export: spans of the log as OTLP batches to a backend, from a checkpoint on, at least once. Knows {@code io.offspan.core} and
 * {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.export;

import org.jspecify.annotations.NullMarked;
