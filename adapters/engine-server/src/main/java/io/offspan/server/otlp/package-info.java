/**
 * Takes spans by OTLP, over HTTP and gRPC.
 *
 * <p>May know {@code codec}, {@code core}, {@code server.http} and {@code server.json}.
 */
@NullMarked
package io.offspan.server.otlp;

import org.jspecify.annotations.NullMarked;
