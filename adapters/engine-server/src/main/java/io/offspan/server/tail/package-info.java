/**
 * Spans as lines of OTLP/JSON, for scripts.
 *
 * <p>May know {@code codec}, {@code core}, {@code query}, {@code server.http} and {@code server.json}.
 */
@NullMarked
package io.offspan.server.tail;

import org.jspecify.annotations.NullMarked;
