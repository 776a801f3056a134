/**
 * The {@code demo} command: a small shop of services that the real OpenTelemetry SDK watches, and what one does with its spans.
 *
 * <p>The only room of the command that knows the OpenTelemetry SDK and {@code io.offspan.otel}.
 */
@NullMarked
package io.offspan.cli.demo;

import org.jspecify.annotations.NullMarked;
