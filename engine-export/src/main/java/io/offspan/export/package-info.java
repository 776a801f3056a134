/**
 * Export: spans of the log as OTLP batches to a backend, from a checkpoint on, at least once.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.export;

import org.jspecify.annotations.NullMarked;
