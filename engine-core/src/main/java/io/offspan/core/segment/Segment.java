package io.offspan.core.segment;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One file of the log: its identity, the directory of its blocks, and the pins that keep it mapped.
 *
 * <p>A segment that has been removed from the disk is <em>retired</em>: nobody gets a new pin, and it is unmapped, and its companion closed,
 * when the last one is given back.
 *
 * <p><b>Threads.</b> Blocks are added under the lock of the {@link Catalog}; everything else may be called by any thread.
 */
public final class Segment implements BlockWalker.Sink {
    private static final int RETIRED = 1 << 30;

    private final int number;
    private final SegmentFile file;
    private final FileLength length;
    private final BlockWalker walker;
    private final DamageLog damages;
    private final FlushTable flushes;
    private final BlockDirectory directory = new BlockDirectory();
    private final AtomicInteger pins = new AtomicInteger();
    private final CompanionSlot companion = new CompanionSlot();
    private final BlockJudge judge;
    private volatile @Nullable SegmentIdentity identity;
    private volatile long spans;
    private volatile long endOffset;
    private volatile long firstSequence = -1;
    private volatile long lastSequence = -1;
    private volatile int lastCrc;
    private volatile long lastIngestTimeNanos;
    private volatile boolean damaged;

    private boolean unreadable;
    /** Whether the rows behind the index file are still to be looked for. */
    private boolean mayResume;

    /** Where the first block is that says who the segment is, and its length, 0 when there is none. */
    private volatile long firstOffset;

    private volatile int firstLength;

    /** Makes one of a file; {@code seldom} as for {@link FileLength}. */
    Segment(int number, Path path, DamageLog damages, FlushTable flushes, boolean seldom) throws IOException {
        this.number = number;
        this.damages = damages;
        this.flushes = flushes;
        file = new SegmentFile(path);
        length = new FileLength(path, seldom);
        walker = new BlockWalker(file, this);
        judge = new BlockJudge(number, file, directory, damages);
        mayResume = !seldom;
    }

    /** Maps the file now, so that it stays readable when it is removed before anybody reads it. */
    void map() throws IOException {
        file.memory(0);
    }

    /** Maps the file as far as blocks are known, for those who have it pinned; before it is deleted. */
    public void keepReadable() {
        try {
            file.memory(endOffset);
        } catch (IOException unreadable) {
            return;
        }
    }

    /** Maps the file if that can be done now; else whoever reads the segment first maps it, or is told why not. */
    void tryMap() {
        try {
            map();
        } catch (IOException later) {
            return;
        }
    }

    /** Takes in the first block, which was just written. */
    void begin(long offset, SegmentBlock block) {
        identify(offset, block.memory().getInt(BlockLayout.LENGTH_OFFSET), block);
        append(offset, block.memory());
    }

    /** Takes the memory for one more block, so that taking it in will not fail; under the lock of the catalog. */
    void makeRoom() {
        directory.makeRoom(1);
    }

    /** Takes in a block that was just written behind the last one; under the lock of the catalog. */
    void append(long offset, Memory block) {
        take(offset, walker.append(offset, block));
        endOffset = walker.position();
    }

    /** Says that no block follows those that were taken in. */
    void end() {
        walker.end();
    }

    /** Lets go of the descriptor of a file that gets no more blocks. */
    void letGo() {
        OpenFiles.closed(file);
        file.letGo();
    }

    /** Walks on; under the lock of the catalog. */
    int walk(boolean finished) throws IOException {
        int found = 0;
        if (mayResume) {
            mayResume = false;
            found = walker.position() == 0 ? resume() : 0;
        }
        found += walker.walk(finished);
        endOffset = walker.position();
        return found;
    }

    /** Takes in the blocks that are known from the file of the index, if the last of them is still what it was; returns how many. */
    private int resume() {
        try {
            BlockRows rows = BlockRows.read(indexFile());
            return rows == null ? 0 : resume(rows);
        } catch (IOException unreadable) {
            // The walk says so where it matters.
            return 0;
        }
    }

    private int resume(BlockRows rows) throws IOException {
        BlockHeader header = new BlockHeader();
        byte[] bytes = new byte[BlockLayout.HEADER_BYTES];
        int last = rows.count() - 1;
        boolean same = isHeader(rows.offset(last), bytes, header)
                && rows.isOf(last, header)
                && rows.offset(last) + header.length() <= file.length()
                && isHeader(rows.firstOffset(), bytes, header)
                && header.kind() == BlockLayout.KIND_SEGMENT
                && header.length() == rows.firstLength();
        SegmentBlock first = same ? segmentBlock(rows.firstOffset(), rows.firstLength()) : null;
        if (first == null || first.id() != rows.segmentId()) {
            return 0;
        }
        directory.makeRoom(rows.count());
        take(rows.firstOffset(), header);
        identify(rows.firstOffset(), rows.firstLength(), first);
        for (int row = 0; row <= last; row++) {
            rows.show(row, header);
            take(rows.offset(row), header);
        }
        judge.leaveUnread(rows.count());
        walker.resume(rows.offset(last), header);
        return rows.count() + 1;
    }

    private boolean isHeader(long offset, byte[] bytes, BlockHeader header) throws IOException {
        return file.read(offset, bytes, bytes.length) == bytes.length && header.load(bytes, 0);
    }

    private @Nullable SegmentBlock segmentBlock(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            int read = file.read(offset, bytes, length);
            return new SegmentBlock(length / 16).load(bytes, 0, read);
        } catch (FormatException damaged) {
            return null;
        }
    }

    /** Walks on; a file that cannot be read is reported once and tried again the next time. */
    int tryWalk(boolean finished) {
        try {
            return walk(finished);
        } catch (NoSuchFileException removed) {
            // Retention took it before it was mapped; the next listing knows.
            return 0;
        } catch (IOException e) {
            if (!unreadable) {
                unreadable = true;
                damage(walker.position(), walker.position(), "the file cannot be read: " + e.getMessage());
            }
            return 0;
        }
    }

    /** Tells whether all blocks are known and none will follow. */
    public boolean ended() {
        return walker.ended();
    }

    @Override
    public void block(long offset, BlockHeader header) throws IOException {
        take(offset, header);
        if (header.kind() == BlockLayout.KIND_SEGMENT && identity == null) {
            identify(offset, header.length());
        }
    }

    private void take(long offset, BlockHeader header) {
        if (header.kind() == BlockLayout.KIND_SPANS) {
            directory.add(offset, header); // first, since it may fail
        }
        if (firstSequence < 0) {
            firstSequence = header.sequence();
        }
        lastSequence = header.sequence();
        lastCrc = header.headerCrc();
        lastIngestTimeNanos = header.memory().getLong(BlockLayout.INGEST_TIME_OFFSET);
        if (header.kind() == BlockLayout.KIND_SPANS) {
            flushes.add(header);
            spans += header.spanCount();
        }
    }

    private void identify(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            int read = file.read(offset, bytes, length);
            identify(offset, length, new SegmentBlock(length / 16).load(bytes, 0, read));
        } catch (FormatException e) {
            damage(offset, offset + length, String.valueOf(e.getMessage()));
        }
    }

    private void identify(long offset, int length, SegmentBlock block) {
        flushes.add(block);
        identity = SegmentIdentity.of(block);
        firstOffset = offset;
        firstLength = length;
    }

    /** Returns where the first block is. */
    long firstOffset() {
        return firstOffset;
    }

    /** Returns its length, 0 where it is not readable. */
    int firstLength() {
        return firstLength;
    }

    /** Returns what a writer needs to continue this segment, or null when it has ended, is damaged or was never begun. */
    @Nullable
    OpenSegment open() throws IOException {
        SegmentIdentity known = identity;
        if (known == null || ended() || damaged || !path().toString().endsWith(SegmentName.LOG)) {
            return null;
        }
        int last = directory.count() - 1;
        boolean sound = last < 0
                || new BodyCheck()
                        .matches(file, directory.offset(last), directory.length(last), directory.bodyCrc(last));
        return sound ? new OpenSegment(number, endOffset, (int) spans, known) : null;
    }

    /** Returns how many bytes of the disk the file and the companion take, or more where that is not known. */
    public long diskBytes() {
        boolean plain = !damaged && path().toString().endsWith(SegmentName.LOG);
        long bytes = plain ? endOffset : Math.max(endOffset, path().toFile().length());
        return bytes + companionBytes();
    }

    /** Returns how many of them are the companion's, or those of the file that an earlier companion has left. */
    public long companionBytes() {
        return companion.bytes(indexFile());
    }

    /** Returns where the index file of the segment is, if it has one. */
    public Path indexFile() {
        return SegmentName.indexFile(path(), number);
    }

    @Override
    public void damage(long from, long to, String reason) {
        damaged = true;
        damages.add(SegmentName.damage(number, from, to, reason));
    }

    public int number() {
        return number;
    }

    public Path path() {
        return file.path();
    }

    /** Returns the random id of the segment, 0 when its first block is not readable. */
    public long id() {
        SegmentIdentity known = identity;
        return known == null ? 0 : known.id();
    }

    /** Returns the id of the segment before it, 0 when there was none or it is not known. */
    public long previousId() {
        SegmentIdentity known = identity;
        return known == null ? 0 : known.previousId();
    }

    /** Returns what the first block says, or null when it is not readable. */
    public @Nullable SegmentIdentity identity() {
        return identity;
    }

    /** Returns the blocks of spans. */
    public BlockDirectory directory() {
        return directory;
    }

    /** Returns how many spans the known blocks hold. */
    public long spans() {
        return spans;
    }

    /** Returns where the last known block ends in the file. */
    public long endOffset() {
        return endOffset;
    }

    /** Returns the sequence of the first known block, -1 when there is none. */
    public long firstSequence() {
        return firstSequence;
    }

    /** Tells whether something of the file is not what it should be. */
    boolean isDamaged() {
        return damaged;
    }

    /** Returns the sequence of the last known block, -1 when there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Returns the header checksum of the last known block. */
    public int lastCrc() {
        return lastCrc;
    }

    /** Returns the ingest time of the last known block, 0 when there is none. */
    public long lastIngestTimeNanos() {
        return lastIngestTimeNanos;
    }

    /** Returns the bytes of the file up to its last block. */
    public long bytes() {
        return endOffset;
    }

    SegmentFile file() {
        return file;
    }

    /** Pins the segment; false when it is retired, and its blocks are gone for new readers. */
    public boolean acquire() {
        int found = pins.get();
        while ((found & RETIRED) == 0) {
            if (pins.compareAndSet(found, found + 1)) {
                return true;
            }
            found = pins.get();
        }
        return false;
    }

    /** Gives a pin back. */
    public void release() {
        int found = pins.get();
        while ((found & ~RETIRED) != 0) {
            if (pins.compareAndSet(found, found - 1)) {
                if (found == RETIRED + 1) {
                    close();
                }
                return;
            }
            found = pins.get();
        }
        throw new IllegalStateException("Segment " + number + " was released more often than acquired");
    }

    /** Retires the segment: unmaps it now or when the last pin is given back. */
    void retire() {
        int found = pins.get();
        while (!pins.compareAndSet(found, found | RETIRED)) {
            found = pins.get();
        }
        if (found == 0) {
            close();
        }
    }

    private void close() {
        file.close();
        companion.close();
    }

    /**
     * Gives the segment its companion, which is closed with it.
     *
     * @return false when it has one already, or is closed; this one is still the caller's then
     */
    public boolean accompany(SegmentCompanion with) {
        return companion.take(with);
    }

    /** Returns the companion, or null when there is none; it stays while the caller has the segment pinned. */
    public @Nullable SegmentCompanion companion() {
        return companion.get();
    }

    /** Tells whether the segment has been removed. */
    public boolean retired() {
        return (pins.get() & RETIRED) != 0;
    }

    /** Tells whether the segment has been removed, and somebody has it pinned all the same. */
    boolean isHeld() {
        return pins.get() > RETIRED;
    }

    /** Tells whether the file still reaches to the last known block; asked before its mapping is read. */
    public boolean isWhole() {
        return length.reaches(endOffset);
    }

    /** Reports a block as damaged that lies, or may lie, behind the end of a file that was made shorter. */
    public void cut(int row) {
        judge.condemn(row, "the file was made shorter while it was in use");
    }

    /**
     * Points a reader at a block, whose body is checked the first time that anybody asks for it.
     *
     * @return false when the block is damaged; that has been reported
     * @throws IllegalStateException when nobody has pinned the segment
     */
    public boolean open(int row, BlockReader reader, BodyCheck check) {
        if ((pins.get() & ~RETIRED) == 0) {
            throw new IllegalStateException(
                    "Segment " + number + " is not pinned; acquire it before its blocks are read");
        }
        return judge.open(row, reader, check);
    }
}
