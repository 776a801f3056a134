/**
 * OTLP trace data for tests: arbitraries of requests that shrink, and multisets of spans to compare by.
 *
 * <p>Knows nobody. Its libraries are protobuf's messages of OpenTelemetry, and jqwik.
 */
@NullMarked
package io.offspan.testkit.otlp;

import org.jspecify.annotations.NullMarked;
