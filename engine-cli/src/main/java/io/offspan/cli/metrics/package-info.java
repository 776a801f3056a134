/**
 * Metrics: readings of stores and exporters in Prometheus' text form, over HTTP to whoever asks.
 *
 * <p>May know {@code core} and {@code cli.terminal}. Its library is Prometheus' writer of that form.
 */
@NullMarked
package io.offspan.cli.metrics;

import org.jspecify.annotations.NullMarked;
