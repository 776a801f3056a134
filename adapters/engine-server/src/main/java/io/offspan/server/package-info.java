/**
 * A store behind HTTP: the server, and what it is started with.
 *
 * <p>May know {@code core}, {@code query}, {@code server.http}, {@code server.otlp}, {@code server.tail}, {@code server.tempo} and {@code server.web}.
 */
@NullMarked
package io.offspan.server;

import org.jspecify.annotations.NullMarked;
