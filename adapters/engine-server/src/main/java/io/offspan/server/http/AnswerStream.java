package io.offspan.server.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.util.Callback;

/**
 * An answer that is written piece by piece, and ends when this is closed.
 *
 * <p><b>Threads.</b> One.
 */
public final class AnswerStream extends BufferedOutputStream {
    private static final int BUFFER_BYTES = 16 << 10;

    private final Callback callback;
    private boolean closed;

    AnswerStream(OutputStream out, Callback callback) {
        super(out, BUFFER_BYTES);
        this.callback = callback;
    }

    /** Ends the connection instead of the answer: the reader is to see that there should be more. */
    public void abort(Throwable cause) {
        if (!closed) {
            closed = true;
            callback.failed(cause);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            super.close();
            callback.succeeded();
        } catch (IOException | RuntimeException gone) {
            callback.failed(gone);
            throw gone;
        }
    }
}
