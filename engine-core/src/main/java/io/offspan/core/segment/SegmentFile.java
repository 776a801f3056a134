package io.offspan.core.segment;

import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Disk;
import io.offspan.core.files.Mapping;
import io.offspan.core.files.RegularFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
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
 * <p><b>Owns</b> its mappings until {@link #close}, and a descriptor now and then, as {@link OpenFiles} allows. A file that was mapped
 * and is removed meanwhile stays readable.
 */
final class SegmentFile implements AutoCloseable {
    private final Path path;
    private final List<Mapping> mappings = new ArrayList<>(1);
    private @Nullable RandomAccessFile file;
    private @Nullable Mapping newest;
    private boolean closed;

    SegmentFile(Path path) throws IOException {
        RegularFile.require(path);
        this.path = path;
    }

    /** Tells whether the file was put aside because it did not begin as the log's files do. */
    boolean isPutAside() {
        return path.toString().endsWith(SegmentName.QUARANTINED);
    }

    Path path() {
        return path;
    }

    /** Returns how long the file is; how much of it is mapped when it cannot be opened any more. */
    long length() throws IOException {
        boolean opened;
        long length;
        synchronized (this) {
            opened = file == null;
            try {
                length = open().length();
            } catch (IOException unavailable) {
                Mapping mapping = newest;
                if (mapping == null) {
                    throw unavailable;
                }
                return mapping.length();
            }
        }
        if (opened) {
            OpenFiles.opened(this);
        }
        return length;
    }

    /** Reads as many of {@code length} bytes as the file has from a position on, and returns how many. */
    int read(long position, byte[] target, int length) throws IOException {
        boolean opened;
        int done;
        synchronized (this) {
            opened = file == null;
            RandomAccessFile from;
            try {
                from = open();
            } catch (IOException unavailable) {
                return readMapped(position, target, length, unavailable);
            }
            done = read(from, position, target, length);
        }
        if (opened) {
            OpenFiles.opened(this);
        }
        return done;
    }

    private static int read(RandomAccessFile from, long position, byte[] target, int length) throws IOException {
        from.seek(position);
        int done = 0;
        while (done < length) {
            int now = from.read(target, done, length - done);
            if (now < 0) {
                break;
            }
            done += now;
        }
        return done;
    }

    /** Reads what is mapped of a file that cannot be opened any more, because it was removed or no descriptor is left. */
    private int readMapped(long position, byte[] target, int length, IOException unavailable) throws IOException {
        Mapping mapping = newest;
        if (mapping == null) {
            throw unavailable;
        }
        int bytes = (int) Math.max(0, Math.min(length, mapping.length() - position));
        try {
            // A copy is guarded: a page that the disk cannot deliver is an error here, not the end of the JVM.
            mapping.memory().getBytes(position, target, 0, bytes);
        } catch (InternalError badPage) {
            throw new IOException(path + " has a page that cannot be read at " + position, badPage);
        }
        return bytes;
    }

    private RandomAccessFile open() throws IOException {
        RandomAccessFile open = file;
        if (closed) {
            throw new IOException(path + " is closed");
        }
        if (open == null) {
            open = Disk.readShared(path);
            file = open;
        }
        return open;
    }

    /** Closes the descriptor until it is needed again. */
    synchronized void letGo() {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Only read from: nothing is lost with it.
                return;
            }
        }
    }

    /**
     * Returns a window on the file that reaches to {@code end} at least, and stays valid until {@link #close}.
     *
     * @throws IOException when the file ends before
     */
    synchronized Memory memory(long end) throws IOException {
        Mapping mapping = newest;
        if (mapping == null || mapping.length() < end) {
            mapping = Mapping.readOnly(path);
            mappings.add(mapping);
            newest = mapping;
        }
        if (mapping.length() < end) {
            throw new EOFException(path + " has " + mapping.length() + " bytes; a block would end at " + end);
        }
        return mapping.memory();
    }

    /** Closes the file and unmaps it; nobody may hold a window on it any more. */
    @Override
    public void close() {
        OpenFiles.closed(this);
        synchronized (this) {
            closed = true;
            newest = null;
            for (Mapping mapping : mappings) {
                mapping.close();
            }
            mappings.clear();
            letGo();
        }
    }
}
