package io.offspan.query.index;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The index of a segment that grows, block by block, while it is read.
 *
 * <p>Memory is bounded: beyond three quarters of the limit no value gets a term that has none yet, and beyond the limit the index takes no
 * more blocks. Both only make questions slower: what is not posted is filtered, and what is not indexed is scanned.
 *
 * <p><b>Threads.</b> One thread adds and closes; any thread reads through a {@link LiveView} of its own.
 */
public final class LiveIndex {
    /** An index takes no more chunks of 65,536 spans. */
    static final int MAX_CHUNKS = 256;

    static final int CHUNK_BITS = 16;
    /** A table of terms has a slot for so many bytes of the limit. */
    private static final int BYTES_A_SLOT = 256;

    /** So many traces are looked for at once. */
    private static final int FETCHED = 64;

    private static final long[] NO_TRACES = {};

    private static final int MIN_SLOTS = 1 << 10;
    private static final int MAX_SLOTS = 1 << 22;

    private final PagePool pool;
    private final long limitBytes;
    final Pages data;
    final TermTable terms;
    final SealedChunks sealed;
    final BlockTable blocks;
    final TraceTable traces;
    final LiveTimes times;
    final TermWriter writer;
    /** Null once the index is finished. */
    private @Nullable BlockIndexer indexer;

    private final List<OpenChunk> spare = new ArrayList<>();

    private volatile OpenChunk open;
    /** Spans in the upper half, blocks in the lower. */
    private volatile long published;

    private int chunk;
    /** From this ordinal on trace ids are in the filters. */
    private int tracesEnd = Integer.MAX_VALUE;

    /** The traces of the spans of a block. */
    private long[] traceOf = NO_TRACES;

    /** Which blocks could not be read. */
    private volatile int[] gaps = LeafIndex.NO_GAPS;
    /** The first ordinal that no span has, or {@link Integer#MAX_VALUE}. */
    private volatile int denseEnd = Integer.MAX_VALUE;

    private boolean ended;
    private boolean full;
    private boolean finished;

    /** Makes an empty index that may have so many bytes. */
    public LiveIndex(PagePool pool, long limitBytes) {
        this.pool = pool;
        this.limitBytes = limitBytes;
        data = new Pages(pool);
        long slots = Long.highestOneBit(Math.max(limitBytes / BYTES_A_SLOT, 1));
        terms = new TermTable(pool, (int) Math.min(Math.max(slots, MIN_SLOTS), MAX_SLOTS));
        sealed = new SealedChunks(data);
        blocks = new BlockTable(pool, data);
        traces = new TraceTable(pool);
        times = new LiveTimes(pool, data);
        writer = new TermWriter(terms, blocks);
        open = new OpenChunk(pool, terms);
        open.begin(0);
        indexer = new BlockIndexer(writer, blocks, open);
    }

    /**
     * Adds the spans of the next block; the ordinals go on from those of the blocks before, or leave some out.
     *
     * @return false when the index is full and stays as it is
     * @throws RuntimeException when the block is damaged, which the index does not tell from what it has taken of it: it stays as
     *     it was before, and full
     */
    public boolean add(int firstOrdinal, BlockReader block) {
        int end = begin(firstOrdinal, block.count());
        BlockIndexer indexing = indexer;
        if (ended || indexing == null) {
            return false;
        }
        ended = true;
        writer.setHasMemory(bytes() < limitBytes / 4 * 3);
        boolean chained = chains(firstOrdinal, block.count());
        indexing.enterBlock(block);
        if (traceOf.length < block.count()) {
            traceOf = new long[block.count()];
        }
        int posted = forgetsOne() ? block.count() - 1 : block.count();
        for (int i = 0; i < posted; i++) {
            int ordinal = firstOrdinal + i;
            if (ordinal >>> CHUNK_BITS != chunk) {
                beginChunk(indexing, ordinal >>> CHUNK_BITS);
            }
            SpanView span = block.span(i);
            indexing.add(span, ordinal);
            traceOf[i] = TraceTable.mixed(span.traceIdHigh(), span.traceIdLow());
        }
        indexing.flush();
        addTraces(firstOrdinal, block.count(), chained);
        times.add(firstOrdinal, block);
        publish(firstOrdinal, end);
        ended = false;
        return true;
    }

    private boolean forgetsOne() {
        return FaultPoint.BUG_CLAIMS_UNPOSTED.planted() && (blocks.count() & 15) == 7;
    }

    /**
     * Passes over the next block, which cannot be read; its spans are left to the scan.
     *
     * @return false when the index is full and stays as it is
     */
    public boolean skip(int firstOrdinal, int spans) {
        int end = begin(firstOrdinal, spans);
        BlockIndexer indexing = indexer;
        if (ended || indexing == null) {
            return false;
        }
        int last = Math.max(end - 1, 0);
        if (last >>> CHUNK_BITS != chunk) {
            beginChunk(indexing, last >>> CHUNK_BITS);
        }
        times.reach(last);
        int[] more = Arrays.copyOf(gaps, gaps.length + 1);
        more[gaps.length] = blocks.count();
        gaps = more;
        denseEnd = Math.min(denseEnd, firstOrdinal);
        blocks.end(end, end);
        published = (long) end << 32 | blocks.count();
        return true;
    }

    private void addTraces(int firstOrdinal, int spans, boolean chained) {
        for (int i = 0; i < spans; i++) {
            if (!chained) {
                blocks.add(traceHash(traceOf[i]));
                continue;
            }
            if (i % FETCHED == 0) {
                traces.fetch(traceOf, i, Math.min(FETCHED, spans - i));
            }
            traces.add(traceOf[i], firstOrdinal + i);
        }
    }

    private int begin(int firstOrdinal, int spans) {
        int end = Math.addExact(firstOrdinal, spans);
        if (firstOrdinal < (int) (published >>> 32)) {
            throw new IllegalArgumentException("A block that begins with span " + firstOrdinal
                    + " of an index that has " + (published >>> 32) + "; blocks are added in order");
        }
        full |= !ended && (bytes() >= limitBytes || end > MAX_CHUNKS << CHUNK_BITS);
        ended |= full;
        if (firstOrdinal > (int) (published >>> 32)) {
            denseEnd = Math.min(denseEnd, (int) (published >>> 32));
        }
        return end;
    }

    private void publish(int firstOrdinal, int end) {
        blocks.end(firstOrdinal, end);
        published = (long) end << 32 | blocks.count();
    }

    /** Tells whether there is room to chain the spans of a block by their traces. */
    private boolean chains(int firstOrdinal, int spans) {
        if (firstOrdinal >= tracesEnd) {
            return false;
        }
        if (traces.room() < spans) {
            if (bytes() >= limitBytes / 2) {
                tracesEnd = firstOrdinal;
                return false;
            }
            traces.grow();
        }
        return true;
    }

    static int traceHash(long trace) {
        return TermHash.number(0, Term.WHOLE, trace);
    }

    /** Seals the chunk that is full and begins another one. */
    private void beginChunk(BlockIndexer indexing, int next) {
        indexing.flush();
        writer.keys.decide();
        OpenChunk fresh = sealOpen(next);
        writer.begin(next);
        indexing.begin(fresh);
        open = fresh;
    }

    /**
     * Gives all containers their final form, and back what was needed for writing: nothing is added any more. Called by the thread that
     * adds; a {@link SealWriter} may be on another.
     */
    public void finish() {
        if (finished) {
            return;
        }
        finished = true;
        ended = true;
        open = sealOpen(chunk + 1);
        indexer = null;
        traceOf = NO_TRACES;
        writer.end();
        traces.end();
        spare.removeIf(chunk -> chunk.reclaim() && chunk.close());
    }

    /** Seals the chunk that grows, and returns one that follows it. */
    private OpenChunk sealOpen(int next) {
        OpenChunk full = open;
        for (int term = full.touched(); term != Pages.NONE; ) {
            Memory record = terms.memory(term);
            long at = Pages.offset(term);
            seal(full, record, at);
            keep(record, at, next);
            term = record.getInt(at + TermTable.TOUCHED);
        }
        chunk = next;
        OpenChunk fresh = reclaimed();
        fresh.begin(next);
        spare.add(full);
        return fresh;
    }

    /** A group is sealed before its terms: it was touched after them. */
    private void seal(OpenChunk full, Memory record, long at) {
        long open = record.getLong(at + TermTable.OPEN);
        if (!OpenChunk.isShared(open)) {
            if (OpenChunk.count(open) > 0) {
                sealed.seal(full, record, at);
            }
            return;
        }
        Memory group = terms.memory((int) open);
        long from = Pages.offset((int) open);
        if (OpenChunk.isOf(group.getLong(from + TermTable.OPEN), full.chunk())) {
            sealed.share(group, from, record, at);
        }
    }

    /** Goes on posting a term although its key has too many, when many spans have it. */
    private void keep(Memory record, long at, int next) {
        if (record.getUnsignedShort(at + TermTable.KEPT) == TermTable.NEVER
                && open(record.getLong(at + TermTable.OPEN)) >= Key.HEAVY) {
            Key key = writer.keys.get(record.getUnsignedShort(at + TermTable.KEY));
            if (key.hasTooMany()) {
                record.putShort(at + TermTable.KEPT, next);
                key.keep(record.getInt(at + TermTable.HASH));
            }
        }
    }

    /** Returns how many numbers an open container has. */
    private int open(long word) {
        return OpenChunk.count(
                OpenChunk.isShared(word)
                        ? terms.memory((int) word).getLong(Pages.offset((int) word) + TermTable.OPEN)
                        : word);
    }

    private OpenChunk reclaimed() {
        for (int i = 0; i < spare.size(); i++) {
            if (spare.get(i).reclaim()) {
                return spare.remove(i);
            }
        }
        return new OpenChunk(pool, terms);
    }

    /** Pins the growing chunk and returns it; what is published after that lies in it or before. */
    OpenChunk pin() {
        while (true) {
            OpenChunk pinned = open;
            if (pinned.pin()) {
                if (pinned == open) {
                    return pinned;
                }
                pinned.unpin();
            }
            Thread.onSpinWait();
        }
    }

    /** Tells whether a chunk that is pinned is still the one that grows. */
    boolean isOpen(OpenChunk pinned) {
        return pinned == open;
    }

    long published() {
        return published;
    }

    int[] gaps() {
        return gaps;
    }

    int denseEnd() {
        return denseEnd;
    }

    int tracesEnd() {
        return tracesEnd;
    }

    /** Returns how many spans are indexed. */
    public int spans() {
        return (int) (published >>> 32);
    }

    /** Tells whether a block was refused because of its limits. */
    public boolean isFull() {
        return full;
    }

    /** Returns how many blocks these are in. */
    public int blockCount() {
        return (int) published;
    }

    /** Returns how many bytes there are off the heap. */
    public long bytes() {
        long bytes = data.bytes() + terms.bytes() + blocks.bytes() + traces.bytes() + times.bytes() + open.bytes();
        for (int i = 0; i < spare.size(); i++) {
            bytes += spare.get(i).bytes();
        }
        return bytes;
    }

    /** Gives the memory back; no view may be in use any more. */
    public void close() {
        ended = true;
        open.close();
        spare.forEach(OpenChunk::close);
        spare.clear();
        traces.close();
        times.close();
        blocks.close();
        terms.close();
        data.close();
    }
}
