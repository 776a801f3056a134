package io.offspan.core.segment;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.offspan.core.log.BlockLog;
import io.offspan.core.log.LogSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes real blocks into a real log, as the ingest agent does, with spans numbered from 1. */
public final class TestLog implements AutoCloseable {
    public static final long INCARNATION = 77;
    public static final long STORE_HIGH = 11;
    public static final long STORE_LOW = 12;

    private static final SlabLayout LAYOUT = new SlabLayout(256 << 10, 512, 2048);

    private final Path directory;
    private final BlockLog log;
    private final Memory slab = Memory.allocate(LAYOUT.size());
    private final BlockBuilder builder = new BlockBuilder(64 << 10);
    private final BlockGather gather = new BlockGather(LAYOUT.size());
    private final SegmentBlock first = new SegmentBlock(64);
    private final SpanDraft draft = new SpanDraft();
    private long nextSpan;
    private long sequence;
    private int previousCrc;
    private long segmentId;
    private int ordinal;
    private long generation = 1;
    private long ahead;
    private @Nullable WriterCatalog told;

    private TestLog(Path directory, BlockLog log, long nextSpan, LogTail tail) {
        this.directory = directory;
        this.log = log;
        this.nextSpan = nextSpan;
        sequence = tail.lastSequence() + 1;
        previousCrc = tail.lastCrc();
        segmentId = tail.segmentId();
    }

    /** Opens a log whose next span gets the number {@code nextSpan}. */
    public static TestLog open(Path directory, long nextSpan) throws java.io.IOException {
        LogTail tail = LogTail.read(directory);
        LogSettings settings = new LogSettings(1 << 20, 256 << 10, directory.resolveSibling("native"));
        return new TestLog(directory, BlockLog.open(directory, settings), nextSpan, tail);
    }

    public BlockLog log() {
        return log;
    }

    public long nextSpan() {
        return nextSpan;
    }

    /** Tells a catalog of what follows, as the writer of a store does. */
    public TestLog tell(WriterCatalog catalog) {
        told = catalog;
        return this;
    }

    /** Lets the blocks that follow be stamped by a clock that is so many nanoseconds ahead. */
    public void stampAhead(long nanos) {
        ahead = nanos;
    }

    /** Starts a segment and returns where its first block is. */
    public long startSegment() {
        long id = segmentId * 31 + 1_000_003;
        first.start(STORE_HIGH, STORE_LOW, log.nextSegmentNumber(), id, segmentId);
        previousCrc = first.close(INCARNATION, sequence++, previousCrc, 1, 2);
        segmentId = id;
        ordinal = 0;
        long at = log.startSegment(first.memory(), first.length());
        if (told != null) {
            int number = log.segmentNumber();
            told.started(number, directory.resolve(SegmentName.of(number)), at, first);
        }
        return at;
    }

    /** Appends a block of {@code spans} spans and returns where it is. */
    public long append(int spans) {
        builder.start(slab, LAYOUT);
        for (int i = 0; i < spans; i++) {
            draft.clear()
                    .ids(0x1111, nextSpan / 10, nextSpan)
                    .times(1_000_000 + nextSpan, 1_000_100 + nextSpan)
                    .name("span " + nextSpan % 100)
                    .attribute("number", nextSpan);
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new AssertionError("The slab is full after " + i + " spans");
            }
            nextSpan++;
        }
        int length = gather.gather(slab, LAYOUT, 0, spans);
        gather.origin(INCARNATION, generation++, 3);
        int crc = gather.close(sequence, previousCrc, ordinal, ahead + 1_000 + sequence);
        long at = log.append(gather.memory(), length);
        if (told != null) {
            told.appended(at, gather.memory());
        }
        previousCrc = crc;
        sequence++;
        ordinal += spans;
        return at;
    }

    /** Appends blocks to the current segment, or to the next one when that is full. */
    public void appendRolling(int spans) {
        if (log.segmentNumber() == 0 || !log.fits(LAYOUT.size())) {
            startSegment();
        }
        append(spans);
    }

    @Override
    public void close() {
        log.close();
    }
}
