/**
 * OTLP trace data for tests: arbitraries of requests that shrink, and multisets of spans to compare by.
 *
 * <p>Knows protobuf's messages of OpenTelemetry and jqwik; no other room of Offspan.
 */
@NullMarked
package io.offspan.testkit.otlp;

import org.jspecify.annotations.NullMarked;
