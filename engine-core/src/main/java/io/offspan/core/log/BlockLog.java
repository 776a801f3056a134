package io.offspan.core.log;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.FileKey;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.Remedy;
import io.offspan.core.files.Reservation;
import io.offspan.core.segment.Framing;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * The append side of the log: blocks go into segments, one excerpt of a Chronicle Queue each.
 *
 * <p>Every {@link #startSegment} starts a new segment with its first block; an opening may continue the one that was written last.
 * Disk blocks are reserved before anything is written to them, in steps that double, so that a full disk refuses a block and never
 * faults in the middle of one, and a small segment takes little. A segment that is left is cut behind its last block. Blocks lie at
 * multiples of {@value BlockLayout#ALIGNMENT} in their file and are copied exactly once.
 *
 * <p><b>Threads.</b> One writer at a time; {@link #force} may run on another thread. The caller holds the lock of the store.
 *
 * <p><b>Owns</b> the queue, and the files of the segments it wrote until they are forced.
 *
 * <p><b>Fails</b> with {@link LogAppendException}; the block is not in the log then. After a failure that leaves the queue in doubt
 * every later append is refused, and opening the log again is the remedy.
 */
public final class BlockLog implements AutoCloseable {
    private static final long LOCK_TIMEOUT_MILLIS = 2_000;

    private final Path directory;
    private final LogSettings settings;
    private final LogDirectory prepared;
    private final LogHeaders headers = new LogHeaders();
    private final DenseRollCycle cycle;
    private final ChronicleQueue queue;
    private final ForceQueue forces;
    private final SegmentPages pages;
    private final Memory target = new Memory();
    private @Nullable ExcerptAppender appender;
    private @Nullable Thread adopted;
    private @Nullable Throwable failure;
    private int segmentNumber;
    private int nextNumber;
    private long segmentBytes;
    /** Whether the queue may have made the current segment's file as long as what it maps of it. */
    private boolean lengthened;

    private boolean closed;

    private BlockLog(Path directory, LogSettings settings, LogDirectory prepared) {
        this.directory = directory;
        this.settings = settings;
        this.prepared = prepared;
        nextNumber = prepared.highest() + 1;
        forces = new ForceQueue(directory);
        segmentBytes = prepared.keptEnd();
        if (segmentBytes != 0) {
            segmentNumber = prepared.highest();
        }
        pages = new SegmentPages(directory, settings, forces);
        if (segmentBytes != 0) {
            Path file = directory.resolve(SegmentName.of(segmentNumber));
            forces.created(file);
            pages.resume(file, segmentBytes);
        }
        cycle = new DenseRollCycle(segmentBytes == 0 ? nextNumber : segmentNumber);
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .indexCount(DenseRollCycle.INDEX_COUNT)
                .indexSpacing(DenseRollCycle.INDEX_SPACING)
                .blockSize(settings.chunkBytes())
                .timeoutMS(LOCK_TIMEOUT_MILLIS)
                .checkInterrupts(false)
                .build();
    }

    /**
     * Opens the log for appending, and creates it when there is none.
     *
     * @throws LogDirectoryException when the directory holds links or special files, or cannot be written
     */
    public static BlockLog open(Path logDirectory, LogSettings settings) {
        return open(logDirectory, settings, null, 0);
    }

    /**
     * Opens the log for appending behind the last block of a segment, if that still ends where it is said to and is the newest.
     *
     * @param last the segment to continue, or null to start with a new one
     * @param begun the number of a segment that was begun and is gone, so that no other gets it; 0 when there is none
     * @throws LogDirectoryException as {@link #open(Path, LogSettings)}
     */
    public static BlockLog open(Path logDirectory, LogSettings settings, @Nullable OpenSegment last, int begun) {
        try {
            QueueRuntime.configure(settings.nativeDirectory());
            QueueRuntime.adoptThread();
            LogDirectory prepared = new LogDirectory(logDirectory, last, begun);
            prepared.prepareForQueue();
            return new BlockLog(logDirectory, settings, prepared);
        } catch (LogDirectoryException known) {
            throw known;
        } catch (IOException | RuntimeException | ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new LogDirectoryException(
                    "The log directory " + logDirectory + " cannot be used: " + e
                            + (e instanceof IOException refused ? ". " + Remedy.of(refused) : ""),
                    e);
        }
    }

    /** Returns what {@link #open} put aside and why, one sentence each. */
    public List<String> findings() {
        return prepared.findings();
    }

    /** Returns the number of the current segment, 0 before the first. */
    public int segmentNumber() {
        return segmentNumber;
    }

    /** Returns the file of the current segment as it was when it began, null before the first. */
    public @Nullable FileKey segmentFile() {
        return segmentBytes == 0 ? null : forces.newest();
    }

    /** Says that a segment is about to be deleted on purpose, so that nothing of it has to reach the disk; any thread. */
    public void retiring(int number) {
        forces.retired(directory.resolve(SegmentName.of(number)));
    }

    /** Returns the number that the next segment gets. */
    public int nextSegmentNumber() {
        return nextNumber;
    }

    /** Returns where the last block of the current segment ends in its file. */
    public long segmentBytes() {
        return segmentBytes;
    }

    /** Returns how many bytes of the current segment's file, and of the one made for the next, are reserved on the disk. */
    public long reservedBytes() {
        return pages.reserved() + pages.reservedAhead();
    }

    /** Says that the current segment is nearly complete, so that the file of the next is to be {@linkplain #prepare made}. */
    public void nextIsNear() {
        pages.wantNext();
    }

    /** Tells whether {@link #prepare} would make something ready that the next appends need. */
    public boolean needsPreparing() {
        return pages.isShort();
    }

    /**
     * Makes disk blocks and pages ready before the writer needs them; may run on any thread, also after {@link #close}. What cannot be
     * made ready is left to the writer, which says why.
     */
    public void prepare() {
        pages.prepare();
    }

    /** Tells whether a block may still go into the current segment. */
    public boolean fits(int length) {
        return segmentBytes != 0 && endOf(length) <= settings.mostReservedBytes();
    }

    /** Tells whether more of the current segment's file has to be made ready before a block of {@code length} bytes is appended. */
    public boolean growsFor(int length) {
        return endOf(length) > pages.usable();
    }

    /** Returns what has to be reserved of the current segment's file before a block of {@code length} bytes is appended. */
    private long endOf(int length) {
        return segmentBytes + BlockLayout.ALIGNMENT + length + LogSettings.TAIL_BYTES;
    }

    /**
     * Ends the current segment and starts the next one with its segment block.
     *
     * @return where the block is in its file
     * @throws SpanStoreException.DiskFull when the disk has no room for a segment; the current one goes on
     * @throws SpanStoreException when its file cannot be made for another reason; the current one goes on
     * @throws LogAppendException when the block could not be written; another segment has to be started before the next append
     */
    public long startSegment(Memory block, int length) {
        requireUsable(block, length);
        int number = nextNumber;
        Path file = directory.resolve(SegmentName.of(number));
        try {
            pages.begin(number, length + LogSettings.FRAMING_BYTES);
        } catch (IOException e) {
            throw FreeSpace.explain("Segment " + number + " of the log gets no file in " + directory, directory, e);
        }
        nextNumber++;
        int previous = segmentNumber;
        long previousEnd = segmentBytes;
        segmentBytes = 0;
        segmentNumber = number;
        cycle.moveTo(number);
        lengthened = true;
        long at = copy(block, length);
        forces.created(file);
        lengthened = false;
        pages.cutToReserved();
        if (previousEnd != 0) {
            release(previous, previousEnd);
        }
        return at;
    }

    /**
     * Appends a block to the current segment.
     *
     * @param block memory that starts with the block, closed
     * @param length a multiple of {@value BlockLayout#ALIGNMENT}
     * @return where the block is in its file
     * @throws SpanStoreException.DiskFull when the disk has no room for more of the segment; it goes on when there is
     * @throws SpanStoreException when no more of it can be reserved for another reason
     * @throws LogAppendException when the block could not be written
     * @throws IllegalStateException when no segment was started or the block does not fit into it
     */
    public long append(Memory block, int length) {
        requireUsable(block, length);
        if (!fits(length)) {
            throw new IllegalStateException(
                    "A block of " + length + " bytes at " + segmentBytes + " does not fit into segment " + segmentNumber
                            + " of " + settings.segmentBytes() + " bytes; start the next one");
        }
        try {
            pages.require(endOf(length));
        } catch (IOException e) {
            throw FreeSpace.explain(
                    "Segment " + segmentNumber + " of the log gets no room for " + length + " bytes more in "
                            + directory,
                    directory,
                    e);
        }
        long at = copy(block, length);
        if (lengthened) {
            lengthened = false;
            pages.cutToReserved();
        }
        return at;
    }

    private void requireUsable(Memory block, int length) {
        if (closed) {
            throw new IllegalStateException("The log is closed");
        }
        if (length < BlockLayout.HEADER_BYTES
                || length > settings.maxBlockBytes()
                || length % BlockLayout.ALIGNMENT != 0) {
            throw new IllegalArgumentException("A block of " + length + " bytes; allowed are multiples of "
                    + BlockLayout.ALIGNMENT + " up to " + settings.maxBlockBytes());
        }
        block.check(0, length);
        Throwable cause = failure;
        if (cause != null) {
            throw new LogAppendException("The log failed earlier; open it again", cause);
        }
        if (adopted != Thread.currentThread()) {
            QueueRuntime.adoptThread();
            adopted = Thread.currentThread();
        }
    }

    private long copy(Memory block, int length) {
        DocumentContext document = null;
        Throwable thrown = null;
        long at = 0;
        try {
            document = appender().writingDocument();
            at = copyInto(document, block, length);
        } catch (Throwable e) {
            thrown = e;
        }
        if (document != null) {
            thrown = finish(document, thrown);
        }
        if (thrown != null) {
            throw new LogAppendException(
                    "A block of " + length + " bytes was not appended to segment " + segmentNumber + ": " + thrown,
                    thrown);
        }
        segmentBytes = at + length;
        pages.end(segmentBytes);
        return at;
    }

    private long copyInto(DocumentContext document, Memory block, int length) {
        Bytes<?> bytes = Objects.requireNonNull(document.wire()).bytes();
        long position = bytes.writePosition();
        long at = Framing.blockAt(position - Framing.HEADER_BYTES);
        int pad = (int) (at - position);
        long total = pad + (long) length;
        if (total > bytes.writeRemaining() || at + length + LogSettings.TAIL_BYTES > pages.usable()) {
            throw new IllegalStateException("No room for " + total + " bytes at " + position);
        }
        target.wrap(bytes, bytes.addressForWrite(position), total);
        try {
            target.zero(Framing.PREFIX_BYTES, pad - Framing.PREFIX_BYTES);
            target.putInt(0, pad);
            target.putInt(4, 1);
            int half = length / 2;
            target.putBytes(pad, block, 0, half);
            FaultPoint.EXCERPT_OPEN.reach();
            target.putBytes(pad + half, block, half, length - half);
        } finally {
            target.release();
        }
        bytes.writePosition(position + total);
        return at;
    }

    private @Nullable Throwable finish(DocumentContext document, @Nullable Throwable thrown) {
        try {
            if (thrown != null) {
                document.rollbackOnClose();
            }
            document.close();
            return thrown;
        } catch (Throwable e) {
            failure = e;
            if (thrown == null) {
                return e;
            }
            thrown.addSuppressed(e);
            return thrown;
        }
    }

    private ExcerptAppender appender() {
        ExcerptAppender made = appender;
        if (made == null) {
            made = queue.createAppender();
            made.singleThreadedCheckDisabled(true);
            appender = made;
            lengthened = true;
            cutOpened();
        }
        return made;
    }

    private void cutOpened() {
        try {
            prepared.cutBefore(cycle.number());
        } catch (IOException e) {
            QueueRuntime.report("Segments that the queue has made longer stay so until the log is opened again", e);
        }
    }

    private void release(int number, long end) {
        Path file = directory.resolve(SegmentName.of(number));
        try {
            if (forces.isOurs(file)) {
                Reservation.cut(file, headers.usedBytes(file, end), 0);
            }
        } catch (NoSuchFileException removed) {
            return;
        } catch (IOException e) {
            QueueRuntime.report("The unused end of segment " + number + " stays reserved", e);
        }
    }

    /**
     * Makes everything appended before this call survive a loss of power.
     *
     * @throws IOException when the disk refuses; what was appended since the last success may be lost, and another call proves nothing
     */
    public void force() throws IOException {
        forces.force();
    }

    /** Closes the log; what was appended stays and is read by others. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pages.close();
        ExcerptAppender made = appender;
        if (made != null) {
            made.close();
        }
        queue.close();
        if (segmentBytes != 0) {
            release(segmentNumber, segmentBytes);
        }
        try {
            forces.close();
        } catch (IOException e) {
            QueueRuntime.report("A file of the log was not closed", e);
        }
    }
}
