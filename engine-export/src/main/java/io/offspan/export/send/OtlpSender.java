package io.offspan.export.send;

import io.offspan.export.pack.Effort;

/**
 * Sends encoded requests to one destination, and says what became of each.
 *
 * <p><b>Threads.</b> {@link #send} one; {@link #close} and {@link #effort} any.
 *
 * <p><b>Fails</b> never for what the other side does: that is a {@link SendOutcome}.
 */
public interface OtlpSender extends AutoCloseable {
    /** Sends a request and waits for the answer. */
    SendOutcome send(byte[] request, int length);

    /** Sets how much time goes into compressing the requests that follow. */
    void effort(Effort most);

    /** Ends a request under way, which is then answered with {@link SendOutcome.Verdict#RETRY}; later ones end at once. */
    @Override
    void close();
}
