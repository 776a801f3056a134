package io.offspan.core.log;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** Forces every file that was added, and the directory when a file is new in it. */
    synchronized void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    forceAll();
                    return;
                } catch (ClosedByInterruptException e) {
                    // The channel is gone, the bytes are not: force again without the interrupt, which is put back
                    // below.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
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
        private static final OpenOption[] OPTIONS = {StandardOpenOption.WRITE};

        private final Path path;
        private @Nullable FileChannel channel;
        private boolean listed;

        LogFile(Path path) {
            this.path = path;
        }

        void force() throws IOException {
            FileChannel open = channel;
            if (open == null || !open.isOpen()) {
                try {
                    open = FileChannel.open(path, OPTIONS);
                } catch (NoSuchFileException e) {
                    // Retention removed the segment; nothing of it has to survive.
                    return;
                }
                channel = open;
            }
            open.force(false);
        }

        void close() throws IOException {
            FileChannel open = channel;
            if (open != null) {
                open.close();
            }
        }
    }
}
