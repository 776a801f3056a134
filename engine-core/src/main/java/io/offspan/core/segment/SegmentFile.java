package io.offspan.core.segment;

import io.offspan.codec.wire.Memory;
import io.offspan.core.memory.Mapping;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of one segment, read in two ways: by system calls where a bad page must be an exception, and in place where the bytes
 * have been checked.
 *
 * <p><b>Threads.</b> Any. An interrupt of the reading thread neither closes the file for others nor is it lost.
 *
 * <p><b>Owns</b> the open file and its mappings until {@link #close}; a file that is removed meanwhile stays readable.
 */
final class SegmentFile implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;
    private final List<Mapping> mappings = new ArrayList<>(1);
    private @Nullable Mapping newest;

    SegmentFile(Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(path.toString());
            }
            throw new IOException(path + " is a link or a special file; a segment is a regular file");
        }
        this.path = path;
        // Not a FileChannel: that one is closed for everybody when one reading thread is interrupted.
        file = open(path);
    }

    private static RandomAccessFile open(Path path) throws IOException {
        try {
            return new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException refused) {
            // The same exception says that a file is gone and that it may not be read.
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(path.toString());
            }
            throw refused;
        }
    }

    Path path() {
        return path;
    }

    synchronized long length() throws IOException {
        return file.length();
    }

    /** Reads as many of {@code length} bytes as the file has from a position on, and returns how many. */
    synchronized int read(long position, byte[] target, int length) throws IOException {
        file.seek(position);
        int done = 0;
        while (done < length) {
            int now = file.read(target, done, length - done);
            if (now < 0) {
                break;
            }
            done += now;
        }
        return done;
    }

    /**
     * Returns a window on the file that reaches to {@code end} at least, and stays valid until {@link #close}.
     *
     * @throws IOException when the file ends before
     */
    synchronized Memory memory(long end) throws IOException {
        Mapping mapping = newest;
        if (mapping == null || mapping.length() < end) {
            mapping = map();
            mappings.add(mapping);
            newest = mapping;
        }
        if (mapping.length() < end) {
            throw new IOException(path + " has " + mapping.length() + " bytes; a block would end at " + end);
        }
        return mapping.memory();
    }

    private Mapping map() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return Mapping.readOnly(path);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Closes the file and unmaps it; nobody may hold a window on it any more. */
    @Override
    public synchronized void close() {
        newest = null;
        mappings.forEach(Mapping::close);
        mappings.clear();
        try {
            file.close();
        } catch (IOException e) {
            // Only read from: nothing is lost with it.
            return;
        }
    }
}
