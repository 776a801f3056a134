package io.offspan.core.log;

import io.offspan.core.files.Disk;
import io.offspan.core.files.FileKey;
import io.offspan.core.files.Uninterrupted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * The log files that may hold bytes the disk does not have yet.
 *
 * <p><b>Threads.</b> The writer adds files; one thread at a time forces them, without holding up the writer.
 */
final class ForceQueue implements AutoCloseable {
    private final Path directory;
    private final ConcurrentLinkedDeque<LogFile> files = new ConcurrentLinkedDeque<>();

    ForceQueue(Path directory) {
        this.directory = directory;
    }

    /** Adds the file of a new segment; those before it are finished and leave when they are forced. */
    void created(Path file) {
        files.addLast(new LogFile(file));
    }

    /** Forgets a file that retention is about to delete: nothing of it has to survive. */
    void retired(Path file) {
        for (LogFile queued : files) {
            if (queued.path.equals(file)) {
                queued.retired = true;
            }
        }
    }

    /** Returns the file added last, as it was then. */
    @Nullable
    FileKey newest() {
        LogFile last = files.peekLast();
        return last == null ? null : last.identity;
    }

    /** Tells whether a name still leads to the file that was added under it; true for names that were not. */
    boolean isOurs(Path file) throws IOException {
        for (LogFile queued : files) {
            if (queued.path.equals(file)) {
                return queued.isThere();
            }
        }
        return true;
    }

    /** Forces every file that was added, and the directory when a file is new in it. */
    synchronized void force() throws IOException {
        // An interrupt closes a channel, and the bytes stay: they are forced again.
        Uninterrupted.run(() -> {
            forceAll();
            return this;
        });
    }

    private void forceAll() throws IOException {
        LogFile last = files.peekLast();
        boolean created = false;
        for (LogFile file : files) {
            created |= !file.listed;
            file.force();
            if (file == last) {
                break;
            }
            file.close();
            files.remove(file);
        }
        if (created) {
            Disk.forceDirectory(directory);
            for (LogFile file : files) {
                file.listed = true;
                if (file == last) {
                    break;
                }
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (LogFile file : files) {
            file.close();
        }
        files.clear();
    }

    private static final class LogFile {
        private final Path path;
        private final @Nullable FileKey identity;
        private @Nullable FileChannel channel;
        private boolean listed;
        private volatile boolean retired;

        LogFile(Path path) {
            this.path = path;
            identity = identityOf(path);
        }

        private static @Nullable FileKey identityOf(Path path) {
            try {
                return FileKey.of(path);
            } catch (IOException unknown) {
                return null;
            }
        }

        /** Tells whether the name still leads to the file that was written to. */
        boolean isThere() throws IOException {
            FileKey now = FileKey.of(path);
            return now != null && (identity == null || now.isSameFile(identity));
        }

        void force() throws IOException {
            if (retired) {
                return;
            }
            FileChannel open = channel;
            if (open == null || !open.isOpen()) {
                try {
                    open = Disk.write(path);
                } catch (NoSuchFileException e) {
                    throw gone();
                }
                channel = open;
            }
            Disk.force(path, open, false);
            if (!isThere()) {
                throw gone();
            }
        }

        /** A file without its name can be forced, and is gone all the same when the last descriptor is. */
        private IOException gone() {
            return new NoSuchFileException(path.toString(), null, "deleted or replaced before it was on the disk");
        }

        void close() throws IOException {
            FileChannel open = channel;
            if (open != null) {
                open.close();
            }
        }
    }
}
