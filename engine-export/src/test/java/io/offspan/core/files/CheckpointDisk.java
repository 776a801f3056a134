package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A disk on which there is no room for the checkpoints of exporters, nor for what stands beside them, from one piece of work on until it
 * is emptied. Files that are there can be opened and read, as on any full disk.
 *
 * <p><b>Threads.</b> Any. One at a time for a JVM.
 */
public final class CheckpointDisk implements AutoCloseable {
    private static final Set<Disk.Work> NEED_ROOM = Set.of(Disk.Work.CREATE, Disk.Work.FORCE, Disk.Work.RENAME);

    private final Path directory;
    private int done;
    private int room;

    private CheckpointDisk(Path directory) {
        this.directory = directory;
    }

    /** Looks on at a directory of checkpoints until it is closed; there is room for so many pieces of work. */
    public static CheckpointDisk of(Path checkpoints, int room) {
        CheckpointDisk disk = new CheckpointDisk(checkpoints);
        disk.room(room);
        Disk.watch(disk::before);
        return disk;
    }

    /** Makes room for so many pieces of work. */
    public synchronized void room(int pieces) {
        done = 0;
        room = pieces;
    }

    /** Returns how many pieces of work needed room since it was set. */
    public synchronized int done() {
        return done;
    }

    private synchronized void before(Disk.Work work, Path file) throws IOException {
        boolean counts = NEED_ROOM.contains(work)
                && file.startsWith(directory)
                && !file.toString().endsWith(".lock");
        if (counts && done++ >= room) {
            throw new IOException("No space left on device (planted) for " + work + " of " + file);
        }
    }

    @Override
    public void close() {
        Disk.watch(null);
    }
}
