package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk that counts the work done to index files, lets some of it fail, and does something in the middle of it.
 *
 * <p><b>Threads.</b> Any. One at a time for a JVM.
 */
public final class IndexDisk implements AutoCloseable {
    private int done;
    private int firstFailing = Integer.MAX_VALUE;
    private int endFailing;
    private String awaited = "";
    private Runnable meanwhile = () -> {};

    private IndexDisk() {}

    /** Looks on until it is closed. */
    public static IndexDisk watched() {
        IndexDisk disk = new IndexDisk();
        Disk.watch(disk::before);
        return disk;
    }

    /** Lets the pieces of work from one on fail, as on a full disk, until so many have failed; the next one is number 0. */
    public synchronized IndexDisk failing(int from, int count) {
        done = 0;
        firstFailing = from;
        endFailing = from + count;
        return this;
    }

    /** Does something before the next piece of work of a kind, once. */
    public synchronized IndexDisk before(String work, Runnable task) {
        awaited = Disk.Work.valueOf(work).name();
        meanwhile = task;
        return this;
    }

    /** Returns how many pieces of work there were since the failing ones were named. */
    public synchronized int done() {
        return done;
    }

    private void before(Disk.Work work, Path file) throws IOException {
        if (file.toString().contains("index")) {
            take(work).run();
            count(work, file);
        }
    }

    private synchronized Runnable take(Disk.Work work) {
        if (!work.name().equals(awaited)) {
            return () -> {};
        }
        awaited = "";
        return meanwhile;
    }

    private synchronized void count(Disk.Work work, Path file) throws IOException {
        int number = done++;
        if (number >= firstFailing && number < endFailing) {
            throw new IOException("Planted: no room for " + work + " of " + file);
        }
    }

    @Override
    public void close() {
        Disk.watch(null);
    }
}
