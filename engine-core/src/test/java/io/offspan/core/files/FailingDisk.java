package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk that notes the work done below one directory, and lets one piece of it fail: the n-th of its kind.
 *
 * <p><b>Threads.</b> Any. One at a time for a JVM.
 */
public final class FailingDisk implements AutoCloseable {
    private final Path below;
    private final List<String> done = new ArrayList<>();
    private String failing = "";
    private int left;
    private String failed = "";
    private String awaited = "";
    private Runnable meanwhile = () -> {};

    private FailingDisk(Path below) {
        this.below = below;
    }

    /** Looks on until it is closed. */
    public static FailingDisk below(Path directory) {
        FailingDisk disk = new FailingDisk(directory);
        Disk.watch(disk::before);
        return disk;
    }

    /** Lets a piece of work fail, the first, second … of its kind from now on: {@code OPEN}, {@code FORCE} and so on. */
    public synchronized FailingDisk failing(String work, int which) {
        Disk.Work.valueOf(work);
        failing = work;
        left = which;
        return this;
    }

    /** Returns the work that has failed and the file of it, as {@link #done} has them; empty when none has. */
    public synchronized String failed() {
        return failed;
    }

    /** Does something in the middle of the next piece of work of a kind, once. */
    public synchronized FailingDisk during(String work, Runnable task) {
        awaited = Disk.Work.valueOf(work).name();
        meanwhile = task;
        return this;
    }

    private void before(Disk.Work work, Path file) throws IOException {
        if (file.startsWith(below)) {
            take(work).run();
            note(work, file);
        }
    }

    private synchronized Runnable take(Disk.Work work) {
        if (!work.name().equals(awaited)) {
            return () -> {};
        }
        awaited = "";
        return meanwhile;
    }

    private synchronized void note(Disk.Work work, Path file) throws IOException {
        done.add(work + " " + below.relativize(file));
        if (work.name().equals(failing) && --left == 0) {
            failed = done.get(done.size() - 1);
            throw new IOException("Planted: no " + work + " of " + file);
        }
    }

    /** Returns what was done and to which file, in order. */
    public synchronized List<String> done() {
        return List.copyOf(done);
    }

    @Override
    public void close() {
        Disk.watch(null);
    }
}
