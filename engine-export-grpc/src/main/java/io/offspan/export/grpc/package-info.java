/**
 * Calls of gRPC for the exporter, over the HTTP/2 client of Jetty, which nobody else knows.
 *
 * <p>May know {@code send}, whose service it is.
 */
@NullMarked
package io.offspan.export.grpc;

import org.jspecify.annotations.NullMarked;
