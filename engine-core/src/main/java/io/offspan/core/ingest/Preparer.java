package io.offspan.core.ingest;

import io.offspan.core.files.Uninterrupted;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes ready what the ingest agent and callers are going to need, on a thread of its own that begins when it is asked for the first time.
 *
 * <p><b>Threads.</b> {@link #request} may be called by any; the work is done by one.
 *
 * <p><b>Owns</b> the thread.
 */
final class Preparer implements AutoCloseable {
    private final Runnable work;
    private volatile boolean wanted;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    /** @param work what is done after each request; finds out by itself what is needed, and throws nothing */
    Preparer(Runnable work) {
        this.work = work;
    }

    /** Asks for the work to be done soon; costs next to nothing while it is about to be. */
    void request() {
        if (wanted || stopping) {
            return;
        }
        wanted = true;
        Thread started = thread;
        if (started == null) {
            start();
        } else {
            LockSupport.unpark(started);
        }
    }

    private synchronized void start() {
        if (thread == null && !stopping) {
            Thread made = new Thread(this::run, "offspan-prepare");
            made.setDaemon(true);
            try {
                made.start();
                thread = made;
            } catch (OutOfMemoryError noThread) {
                // Whoever asked does the work itself, and asks again.
                wanted = false;
            }
        } else if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopping) {
            if (wanted) {
                wanted = false;
                work.run();
            } else {
                LockSupport.park(this);
            }
        }
    }

    /** Ends the thread once it has done what it is doing. */
    @Override
    public void close() {
        Thread ending;
        synchronized (this) {
            stopping = true;
            ending = thread;
        }
        if (ending != null) {
            LockSupport.unpark(ending);
            Uninterrupted.join(ending);
        }
    }
}
