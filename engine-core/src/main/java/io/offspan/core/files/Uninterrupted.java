package io.offspan.core.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Runs work on files that an interrupt of the calling thread must not break off: the JDK closes a channel under a thread whose
 * interrupt is pending, whoever it was meant for.
 *
 * <p><b>Threads.</b> Any. The interrupt is pending again afterwards.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Work on files. */
    public interface FileWork<T> {
        T run() throws IOException;
    }

    /** Runs the work, and once more whenever an interrupt has closed its channel; it must be able to begin anew. */
    public static <T> T run(FileWork<T> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.run();
                } catch (ClosedByInterruptException again) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until a thread has ended. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
