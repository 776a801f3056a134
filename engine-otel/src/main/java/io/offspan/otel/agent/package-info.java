/** The way into the OpenTelemetry Java agent, as an extension of it. Knows nobody: it has the names of classes that a loader of its own looks for. */
@NullMarked
package io.offspan.otel.agent;

import org.jspecify.annotations.NullMarked;
