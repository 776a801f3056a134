/**
 * Files that are not ours, read into a store: binary OTLP, OTLP/JSON, Zipkin's JSON, the Nezha CSV. Every reader streams: none holds a file whole.
 *
 * <p>May know {@code codec}, {@code core} and {@code cli.terminal}.
 */
@NullMarked
package io.offspan.cli.input;

import org.jspecify.annotations.NullMarked;
