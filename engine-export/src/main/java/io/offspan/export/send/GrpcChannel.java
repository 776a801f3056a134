package io.offspan.export.send;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Makes calls of gRPC on a connection that it makes when there is none: one request of bytes that it does not look into, one answer.
 *
 * <p>For the module {@code engine-export-grpc}, not for hosts.
 *
 * <p><b>Threads.</b> {@link #call} one; {@link #close} any, which ends a call under way with an {@link IOException}.
 */
public interface GrpcChannel extends AutoCloseable {
    /** The most bytes of an answer that are kept. */
    int MAX_ANSWER_BYTES = LimitedBody.MAX_BYTES;

    /**
     * Makes a call and waits for its end.
     *
     * @param headers what to send before the message, beside what HTTP/2 wants
     * @param prefix the bytes before the message
     * @param message the message
     * @param timeout the most time for everything, connecting included
     * @throws TimeoutException when it is over
     * @throws IOException when there is no connection, or it breaks
     */
    GrpcAnswer call(Map<String, String> headers, ByteBuffer prefix, ByteBuffer message, Duration timeout)
            throws IOException, TimeoutException, InterruptedException;

    /** Returns whether the last call has got as far as sending its message; for the thread that called. */
    boolean sending();

    @Override
    void close();
}
