/** The way into the OpenTelemetry Java agent, as an extension of it. Knows {@code io.offspan.otel} by name only. */
@NullMarked
package io.offspan.otel.agent;

import org.jspecify.annotations.NullMarked;
