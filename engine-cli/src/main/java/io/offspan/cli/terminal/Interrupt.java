package io.offspan.cli.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C as a wish to stop, for commands that run until then and end in peace; {@code SIGTERM} is taken the same way.
 *
 * <p><b>Owns</b> the handlers of the two signals until {@link #close}, and for good once one has come.
 */
public final class Interrupt implements AutoCloseable {
    private static final Signal INT = new Signal("INT");
    private static final Signal TERM = new Signal("TERM");

    private final CountDownLatch wished = new CountDownLatch(1);
    private final SignalHandler beforeInt = Signal.handle(INT, signal -> wished.countDown());
    private final SignalHandler beforeTerm = Signal.handle(TERM, signal -> wished.countDown());

    /** Waits for the wish at most so long; returns whether it came. */
    public boolean await(long millis) {
        try {
            return wished.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Gives the signals back, unless one has come: the process then ends in peace, also when it comes again meanwhile. */
    @Override
    public void close() {
        if (wished.getCount() == 0) {
            return;
        }
        Signal.handle(INT, beforeInt);
        Signal.handle(TERM, beforeTerm);
    }
}
