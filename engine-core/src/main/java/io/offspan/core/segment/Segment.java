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

    /** Makes one of a file; {@code seldom} as for {@link FileLength}. */
    Segment(int number, Path path, DamageLog damages, FlushTable flushes, boolean seldom) throws IOException {
        this.number = number;
        this.damages = damages;
        this.flushes = flushes;
        file = new SegmentFile(path);
        length = new FileLength(path, seldom);
        walker = new BlockWalker(file, this);
        judge = new BlockJudge(number, file, directory, damages);
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
        flushes.add(block);
        identity = SegmentIdentity.of(block);
        append(offset, block.memory());
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
        int found = walker.walk(finished);
        endOffset = walker.position();
        return found;
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
        if (firstSequence < 0) {
            firstSequence = header.sequence();
        }
        lastSequence = header.sequence();
        lastCrc = header.headerCrc();
        lastIngestTimeNanos = header.memory().getLong(BlockLayout.INGEST_TIME_OFFSET);
        if (header.kind() == BlockLayout.KIND_SPANS) {
            flushes.add(header);
            spans += header.spanCount();
            directory.add(offset, header);
        }
    }

    private void identify(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            int read = file.read(offset, bytes, length);
            SegmentBlock block = new SegmentBlock(length / 16).load(bytes, 0, read);
            flushes.add(block);
            identity = SegmentIdentity.of(block);
        } catch (FormatException e) {
            damage(offset, offset + length, String.valueOf(e.getMessage()));
        }
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
