package io.offspan.core.log;

import io.offspan.core.files.Disk;
import io.offspan.core.files.FileKey;
import io.offspan.core.files.NoSpaceException;
import io.offspan.core.files.Reservation;
import io.offspan.core.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The disk blocks and pages of a log's files, made ready before its writer uses them: those of the segment being written a little ahead
 * of its end, and the whole file of the next segment when the present one is nearly complete.
 *
 * <p>A page of a mapped file that nobody has touched costs whoever stores into it several microseconds, zeros written by system calls
 * cost a fraction of that. So every page gets zeros once, before the writer may use it, and never again: which pages those are is only
 * changed under the lock of this object.
 *
 * <p><b>Threads.</b> {@link #prepare} may be called by any thread and everything else by the writer, which waits for one step of
 * {@value #STEP_BYTES} bytes, or one new file, at most.
 */
final class SegmentPages implements AutoCloseable {
    /** How many bytes are made ready at once. */
    private static final int STEP_BYTES = 1 << 20;
    /** The most bytes ahead of the writer: what it fills in the time that a busy machine takes to wake up another thread. */
    private static final long MOST_AHEAD_BYTES = 16L << 20;

    /** The name of the file that waits for the next segment; it gets its number when that begins. */
    static final String WAITING = "next";

    private static final int ZEROS_BYTES = 256 << 10;

    private final Path directory;
    private final Path waiting;
    private final LogSettings settings;
    private final ForceQueue files;
    private @Nullable ByteBuffer zeros;
    /** The file of the segment being written; none before the first. */
    private @Nullable Path current;

    private volatile long reserved;
    /** To where zeros were written. */
    private long zeroed;
    /** To where the writer may write. */
    private volatile long usable;
    /** Where the last block ends. */
    private volatile long end;
    /** Whether the file of the next segment is to be made, or has been. */
    private volatile boolean nextWanted;

    private volatile long nextReserved;
    private @Nullable FileKey nextFile;
    /** Whether the disk refused to prepare more; the writer finds out why when it needs it. */
    private volatile boolean refused;

    private boolean closed;

    /** @param files tells whether a name still leads to the file that was written to */
    SegmentPages(Path directory, LogSettings settings, ForceQueue files) {
        this.directory = directory;
        waiting = directory.resolve(WAITING);
        this.settings = settings;
        this.files = files;
    }

    /** Goes on with a segment that an earlier opening has written; behind its last block stands what that has reserved, if anything. */
    synchronized void resume(Path file, long lastEnd) {
        current = file;
        end = lastEnd;
        // The queue may have a page of its index there.
        zeroed = lastEnd + LogSettings.TAIL_BYTES + STEP_BYTES - 1 & -STEP_BYTES;
    }

    /**
     * Gives the next segment its file, under the name from which the queue takes it.
     *
     * @param needed how many bytes are used of it at once
     */
    synchronized void begin(int number, long needed) throws IOException {
        long wanted = settings.reservationFor(needed);
        Path file = directory.resolve(SegmentName.precreated(number));
        long ready = nextReserved;
        if (ready >= wanted && isNext()) {
            Disk.rename(waiting, file);
            wanted = ready;
        } else {
            ready = Math.min(needed + STEP_BYTES - 1 & -STEP_BYTES, wanted);
            create(file, wanted, ready);
        }
        current = directory.resolve(SegmentName.of(number));
        reserved = wanted;
        zeroed = ready;
        usable = ready;
        end = 0;
        refused = false;
        forgetNext();
    }

    /** Says where the last block of the current segment ends, 0 when it must not be written to any more. */
    void end(long at) {
        end = at;
    }

    /** Returns how many bytes of the current segment's file are reserved on the disk. */
    long reserved() {
        return reserved;
    }

    /** Returns how many bytes of the next segment's file are, 0 while there is none. */
    long reservedAhead() {
        return nextReserved;
    }

    /** Returns to where the current segment's file may be written. */
    long usable() {
        return usable;
    }

    /**
     * Makes sure that the current segment's file may be written up to {@code needed}.
     *
     * @throws NoSpaceException when the disk has no room
     */
    void require(long needed) throws IOException {
        if (needed > usable) {
            make(needed);
        }
    }

    private synchronized void make(long needed) throws IOException {
        Path file = file();
        if (needed > reserved) {
            long from = Math.max(reserved, end);
            long wanted = settings.reservationFor(needed);
            try {
                Reservation.extend(file, from, wanted);
            } catch (NoSpaceException tooMuch) {
                wanted = settings.leastReservationFor(needed);
                Reservation.extend(file, from, wanted);
            }
            reserved = wanted;
        }
        zeroTo(file, Math.min(needed + STEP_BYTES - 1 & -STEP_BYTES, reserved));
        refused = false;
    }

    /** Asks for the file of a segment that is going to be begun soon. */
    void wantNext() {
        nextWanted = true;
    }

    /** Tells whether {@link #prepare} has something to do. */
    boolean isShort() {
        long at = end;
        boolean few = usable - at < aheadOf(at) / 2 && usable < wanted(at);
        return at != 0 && !refused && (few || nextWanted && nextReserved == 0);
    }

    /** Makes ready what the writer is going to need at the rate at which it has written; what the disk refuses is left to the writer. */
    void prepare() {
        try {
            boolean more = true;
            while (more) {
                more = step();
            }
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            refused = true;
        }
    }

    private synchronized boolean step() throws IOException {
        Path file = current;
        long at = end;
        if (closed || at == 0 || file == null || refused) {
            return false;
        }
        if (nextWanted && nextReserved == 0) {
            long bytes = settings.reservationFor(LogSettings.FRAMING_BYTES);
            create(waiting, bytes, bytes);
            nextFile = FileKey.of(waiting);
            nextReserved = bytes;
        }
        long wanted = wanted(at);
        if (reserved == 0 || usable >= wanted) {
            return false;
        }
        if (!isWhole(file)) {
            throw new IOException(file + " was made shorter or replaced");
        }
        if (wanted > reserved) {
            long bytes = settings.reservationFor(wanted);
            Reservation.extend(file, reserved, bytes);
            reserved = bytes;
        }
        zeroTo(file, Math.min(zeroed + STEP_BYTES, wanted));
        return true;
    }

    /** Returns to where pages are to be ready; beyond what is reserved only where an eighth of that is left at most. */
    private long wanted(long at) {
        long has = reserved;
        long most = at > has / 8 * 7 ? settings.mostReservedBytes() : has;
        return Math.min(at + aheadOf(at), most);
    }

    /** As much as was written, so that a store that has few spans takes little. */
    private static long aheadOf(long written) {
        return Math.min(written, MOST_AHEAD_BYTES);
    }

    private boolean isNext() throws IOException {
        FileKey made = nextFile;
        FileKey now = FileKey.of(waiting);
        return made != null && now != null && now.isSameFile(made) && now.bytes() == nextReserved;
    }

    /** A file that somebody made shorter must not become as long as it was, with zeros for what was in it. */
    private boolean isWhole(Path file) throws IOException {
        return file.toFile().length() >= reserved && files.isOurs(file);
    }

    private void create(Path file, long bytes, long ready) throws IOException {
        Reservation.create(file, bytes);
        try {
            writeZeros(file, 0, ready);
        } catch (IOException e) {
            Reservation.deleteInVain(file, e);
            throw e;
        }
    }

    private void zeroTo(Path file, long to) throws IOException {
        if (to > zeroed) {
            writeZeros(file, zeroed, to);
            zeroed = to;
        }
        usable = Math.min(zeroed, reserved);
    }

    private void writeZeros(Path file, long from, long to) throws IOException {
        ByteBuffer buffer = zeros;
        if (buffer == null) {
            try {
                buffer = ByteBuffer.allocateDirect(ZEROS_BYTES);
            } catch (OutOfMemoryError none) {
                throw new IOException(
                        "The JVM has no " + ZEROS_BYTES + " bytes of direct memory left; raise -XX:MaxDirectMemorySize",
                        none);
            }
            zeros = buffer;
        }
        try (FileChannel channel = Disk.write(file)) {
            for (long at = from; at < to; at += buffer.limit()) {
                if (channel.size() < to) {
                    // What somebody cut must not become long again; before each piece, since a busy machine may stop a
                    // thread anywhere.
                    throw new IOException(file + " was made shorter while it was made ready");
                }
                buffer.clear().limit((int) Math.min(ZEROS_BYTES, to - at));
                Disk.writeFully(channel, buffer, at);
            }
        }
    }

    /**
     * Cuts off the hole that the queue has made behind what is reserved: it maps more than that, and makes the file as long. Nobody stores
     * or looks there before it is reserved, which makes the file longer again, and with it what is mapped.
     */
    synchronized void cutToReserved() {
        Path file = file();
        try {
            if (file.toFile().length() > reserved && files.isOurs(file)) {
                Reservation.cut(file, reserved, 0);
            }
        } catch (NoSuchFileException removed) {
            return;
        } catch (IOException e) {
            QueueRuntime.report(file + " seems larger than what is reserved of it", e);
        }
    }

    private Path file() {
        Path file = current;
        if (file == null) {
            throw new IllegalStateException("No segment was started");
        }
        return file;
    }

    private void forgetNext() {
        nextWanted = false;
        nextReserved = 0;
        nextFile = null;
    }

    /** Deletes the file of a next segment that there will not be. */
    @Override
    public synchronized void close() {
        closed = true;
        if (nextReserved != 0) {
            try {
                if (isNext()) {
                    Disk.delete(waiting);
                }
            } catch (IOException e) {
                QueueRuntime.report(waiting + " stays until the log is opened again", e);
            }
        }
        forgetNext();
    }
}
