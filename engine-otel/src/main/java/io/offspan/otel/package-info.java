/**
 * The OpenTelemetry SDK side of a store: span processor and exporter. Knows {@code io.offspan.core} and {@code
 * io.offspan.codec}.
 */
@NullMarked
package io.offspan.otel;

import org.jspecify.annotations.NullMarked;
