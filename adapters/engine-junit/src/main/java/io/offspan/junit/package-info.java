/**
 * Assertions over the spans that a test makes: {@link io.offspan.junit.OffspanExtension} gives each test of JUnit a store and an
 * OpenTelemetry that records into it, {@link io.offspan.junit.OffspanAssertions} asks it in TraceQL and shows the trace when it fails.
 *
 * <p>May know {@code codec}, {@code core}, {@code query} and {@code otel}.
 */
@NullMarked
package io.offspan.junit;

import org.jspecify.annotations.NullMarked;
