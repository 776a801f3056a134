package io.offspan.query.index;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An index of sets that somebody else has found, which answers as well as it likes: exactly, with candidates that do not pass, or not
 * at all, but for the same term always alike.
 */
public final class SetIndex implements LeafIndex {
    private final int indexed;
    private final int blocks;
    private final Random random;
    private final Map<Term, Entry> entries = new HashMap<>();
    private final Map<String, BitSet> traces = new HashMap<>();
    private @Nullable SpanTimes times;

    /** The container of all spans. */
    private final Memory all = Memory.allocate(Container.BITMAP_BYTES);

    private record Entry(Answer answer, Memory container, BitSet set, boolean hasKey) {}

    public SetIndex(int indexed, int blocks, Random random) {
        this.indexed = indexed;
        this.blocks = blocks;
        this.random = random;
        for (int at = 0; at < Container.BITMAP_BYTES; at += Long.BYTES) {
            all.putLong(at, -1);
        }
    }

    /** Says which spans have a term, and whether any span has its key; of a term that it was not told, the index knows nothing. */
    public void put(Term term, BitSet spans, boolean hasKey) {
        BitSet set = spans.get(0, indexed);
        Answer answer = Answer.values()[random.nextInt(Answer.values().length)];
        if (answer == Answer.NOTHING && !set.isEmpty()) {
            answer = Answer.EXACT;
        }
        if (answer == Answer.CANDIDATES) {
            for (int i = 0; i < 50; i++) {
                set.set(random.nextInt(indexed));
            }
        }
        Memory container = Memory.allocate(Container.BITMAP_BYTES);
        long[] words = set.toLongArray();
        for (int i = 0; i < words.length; i++) {
            container.putLong(8L * i, words[i]);
        }
        entries.put(term, new Entry(answer, container, set, hasKey));
    }

    /** Says which spans a trace has. */
    public void putTrace(long high, long low, BitSet spans) {
        traces.put(high + " " + low, spans.get(0, indexed));
    }

    /** Says when the spans of blocks are. */
    public void putTimes(List<BlockReader> all) {
        PagePool pool = new PagePool();
        LiveTimes made = new LiveTimes(pool, new Pages(pool));
        int first = 0;
        for (BlockReader block : all) {
            made.add(first, block);
            first += block.count();
        }
        times = made;
    }

    @Override
    public @Nullable SpanTimes times() {
        return times;
    }

    /** Tells how a term is answered. */
    public Answer answer(Term term) {
        Entry entry = entries.get(term);
        return entry == null ? Answer.UNKNOWN : entry.answer();
    }

    @Override
    public int indexed() {
        return indexed;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public Answer lookup(Term term, boolean mirrored, Postings into) {
        Entry entry = entries.get(term);
        into.clear(indexed, mirrored);
        if (entry == null || entry.answer() == Answer.UNKNOWN) {
            into.add(0, all, 0, Container.BITMAP, indexed);
        } else {
            into.add(0, entry.container(), 0, Container.BITMAP, entry.set().cardinality());
        }
        into.begin();
        return answer(term);
    }

    @Override
    public boolean mayHaveKey(Term term) {
        Entry entry = entries.get(term);
        return entry == null || entry.hasKey();
    }

    @Override
    public Answer trace(long idHigh, long idLow, boolean mirrored, TraceSpans into) {
        BitSet spans = traces.get(idHigh + " " + idLow);
        if (spans == null) {
            return Answer.UNKNOWN;
        }
        into.clear(indexed, mirrored);
        spans.stream().forEach(into::add);
        return spans.isEmpty() ? Answer.NOTHING : Answer.CANDIDATES;
    }
}
