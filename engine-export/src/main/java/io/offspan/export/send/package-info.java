/**
 * Sending: one request over HTTP or gRPC and what its answer means for the spans in it.
 *
 * <p>May know {@code export.pack} for bodies, {@code core.value} for the root of its exceptions, {@code codec.proto} for answers, and
 * {@code codec} for its exception.
 */
@NullMarked
package io.offspan.export.send;

import org.jspecify.annotations.NullMarked;
