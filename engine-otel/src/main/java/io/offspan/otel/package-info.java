/**
 * The OpenTelemetry SDK side of a store: span processor and exporter.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.otel;

import org.jspecify.annotations.NullMarked;
