/**
 * The {@code demo} command: a small shop of services that the real OpenTelemetry SDK watches, and what one does with its spans.
 *
 * <p>The only room of the command that has the OpenTelemetry SDK.
 *
 * <p>May know {@code codec}, {@code core}, {@code query}, {@code export}, {@code otel}, {@code cli.command} and {@code cli.terminal}.
 */
@NullMarked
package io.offspan.cli.demo;

import org.jspecify.annotations.NullMarked;
