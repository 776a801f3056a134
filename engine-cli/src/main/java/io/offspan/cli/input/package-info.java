/**
 * Files that are not ours, read into a store: binary OTLP, OTLP/JSON, Zipkin's JSON, the Nezha CSV. Every reader streams: none holds a
 * file whole. May know {@code io.offspan.cli.terminal}, the core and the codec.
 */
@NullMarked
package io.offspan.cli.input;

import org.jspecify.annotations.NullMarked;
