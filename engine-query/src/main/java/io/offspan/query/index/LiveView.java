package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import io.offspan.query.value.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A live index as it was at one moment, which holds on to what it shows until it is closed.
 *
 * <p><b>Threads.</b> Belongs to one thread. Made once and opened again and again, for one index or another.
 */
public final class LiveView extends LeafView<LiveIndex> {
    private final int[] containers = new int[LiveIndex.MAX_CHUNKS];
    private @Nullable OpenChunk pinned;

    /** The key and the record of the term that was looked up last. */
    private @Nullable Key key;

    private int record;
    private final Scalar value = new Scalar();

    /** Shows an index as it is now. */
    public LiveView open(LiveIndex live) {
        return open(live, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Shows an index as it is now, or as it was at an earlier moment when it had less.
     *
     * @param endOrdinal the spans that there were then are those below it
     * @param endBlock how many blocks these are in
     */
    public LiveView open(LiveIndex live, int endOrdinal, int endBlock) {
        close();
        while (true) {
            OpenChunk chunk = live.pin();
            long published = live.published();
            if (live.isOpen(chunk)) {
                pinned = chunk;
                show(live, Math.min((int) (published >>> 32), endOrdinal), Math.min((int) published, endBlock));
                return this;
            }
            chunk.unpin();
        }
    }

    /** Lets go of the index. */
    @Override
    public void close() {
        OpenChunk chunk = pinned;
        if (chunk != null) {
            chunk.unpin();
        }
        pinned = null;
        super.close();
    }

    @Override
    public int[] gaps() {
        return index().gaps();
    }

    @Override
    public boolean isDense() {
        return index().denseEnd() >= indexed();
    }

    /** Looks up the key and the record of a term. */
    private LiveIndex find(Term wanted) {
        LiveIndex live = index();
        if (!isLast(wanted)) {
            key = live.writer.keys.find(wanted);
            record = key == null ? Pages.NONE : live.terms.find(wanted, key.id);
            found(wanted);
        }
        return live;
    }

    /** Tells whether all that is known of the term in a chunk are its postings. */
    private boolean isComplete(LiveIndex live, int chunk) {
        Key found = key;
        if (found == null) {
            return chunk < live.writer.keys.othersFrom();
        }
        if (record == Pages.NONE) {
            return found.state(chunk) == Key.POSTED;
        }
        Memory memory = live.terms.memory(record);
        long at = Pages.offset(record);
        return found.isComplete(
                chunk, memory.getUnsignedShort(at + TermTable.CREATED), memory.getUnsignedShort(at + TermTable.KEPT));
    }

    @Override
    public Answer lookup(Term wanted, boolean mirrored, Postings into) {
        LiveIndex live = find(wanted);
        into.clear(indexed(), mirrored);
        boolean unfiltered = isUnfiltered(wanted, key != null);
        into.setFilters(live.blocks, blocks(), wanted.hash(), unfiltered);
        int chunks = chunks();
        long open = record == Pages.NONE ? 0 : openContainer(live, record);
        boolean inOpen = OpenChunk.isOf(open, openChunk());
        collect(live, inOpen ? openChunk() : chunks);
        boolean posted = false;
        int filtered = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (isSilent(wanted) || !isComplete(live, chunk)) {
                into.addFiltered(chunk, expected(chunk, unfiltered));
                filtered++;
            } else if (inOpen && chunk == openChunk()) {
                into.add(
                        chunk,
                        pinned().memory((int) open),
                        Pages.offset((int) open),
                        OpenChunk.type(open),
                        OpenChunk.count(open));
                posted = true;
            } else if (containers[chunk] != Pages.NONE) {
                live.sealed.add(containers[chunk], into);
                posted = true;
            }
        }
        into.begin();
        return answer(filtered, unfiltered, posted);
    }

    private OpenChunk pinned() {
        OpenChunk chunk = pinned;
        if (chunk == null) {
            throw closed();
        }
        return chunk;
    }

    /** Returns the number of the chunk that is pinned. */
    private int openChunk() {
        return pinned().chunk();
    }

    /** Has to be read before the sealed containers: a container is among those before the next one is open, and that of a group too. */
    private long openContainer(LiveIndex live, int of) {
        long open = open(live, of);
        boolean shared = OpenChunk.isShared(open) && OpenChunk.isOf(open, openChunk());
        return shared ? open(live, (int) open) : open;
    }

    private static long open(LiveIndex live, int term) {
        return live.terms.memory(term).getLongAcquire(Pages.offset(term) + TermTable.OPEN);
    }

    /** Finds the sealed containers of the term in the chunks below a limit. */
    private void collect(LiveIndex live, int limit) {
        Arrays.fill(containers, 0, chunks(), Pages.NONE);
        if (record == Pages.NONE) {
            return;
        }
        int container = (int) live.terms.memory(record).getLongAcquire(Pages.offset(record) + TermTable.SEALED);
        while (container != Pages.NONE) {
            int chunk = live.sealed.chunk(container);
            if (chunk < limit && chunk < chunks()) {
                containers[chunk] = container;
            }
            container = live.sealed.previous(container);
        }
    }

    @Override
    public boolean mayHaveKey(Term wanted) {
        LiveIndex live = find(wanted);
        return key != null || live.writer.keys.othersFrom() < chunks();
    }

    @Override
    byte[] key(int number) {
        return index().writer.keys.get(number).key();
    }

    @Override
    public boolean terms(Scope scope, String text, String prefix, Consumer<Term> into) {
        LiveIndex live = index();
        Key found = live.writer.keys.find(Term.of(scope, text, ""));
        if (found == null) {
            return live.writer.keys.othersFrom() >= chunks();
        }
        if (!isPosted(found)) {
            return false;
        }
        byte[] beginning = prefix.getBytes(StandardCharsets.UTF_8);
        for (int each = found.newest(); each != Pages.NONE; ) {
            Memory memory = live.terms.memory(each);
            long at = Pages.offset(each);
            hand(memory, at, found, text, beginning, into);
            each = TermTable.before(memory, at);
        }
        return true;
    }

    /** Tells whether every value of a key has a term. */
    private boolean isPosted(Key found) {
        for (int chunk = 0; chunk < chunks(); chunk++) {
            if (found.state(chunk) != Key.POSTED) {
                return false;
            }
        }
        return true;
    }

    private static void hand(Memory record, long at, Key wanted, String text, byte[] beginning, Consumer<Term> into) {
        int type = record.getUnsignedByte(at + TermTable.TYPE);
        if (type != Term.TEXT) {
            into.accept(Term.of(wanted.scope, text, type, new byte[0], record.getLong(at + TermTable.VALUE)));
            return;
        }
        int length = record.getInt(at + TermTable.LENGTH);
        if (length >= beginning.length && record.equalBytes(at + TermTable.TEXT, beginning, 0, beginning.length)) {
            byte[] value = new byte[length];
            if (length > 0) {
                record.getBytes(at + TermTable.TEXT, value, 0, length);
            }
            into.accept(Term.of(wanted.scope, text, type, value, 0));
        }
    }

    @Override
    public Answer select(Term ofKey, TermTest test, TermUnion into) {
        LiveIndex live = index();
        into.clear(this, indexed());
        Key found = live.writer.keys.find(ofKey);
        if (found == null) {
            return live.writer.keys.othersFrom() >= chunks() ? Answer.NOTHING : Answer.UNKNOWN;
        }
        if (!isPosted(found)) {
            return Answer.UNKNOWN;
        }
        for (int each = found.newest(); each != Pages.NONE; ) {
            Memory memory = live.terms.memory(each);
            long at = Pages.offset(each);
            if (!into.look()) {
                break;
            }
            if (isWanted(memory, at, test) && !into.add(each, postings(live, each))) {
                break;
            }
            each = TermTable.before(memory, at);
        }
        return into.answer();
    }

    private boolean isWanted(Memory memory, long at, TermTest test) {
        int type = memory.getUnsignedByte(at + TermTable.TYPE);
        if (type == Term.TEXT) {
            byte[] prefix = test.prefix();
            int length = memory.getInt(at + TermTable.LENGTH);
            if (!test.isOfTexts()
                    || length < prefix.length
                    || !memory.equalBytes(at + TermTable.TEXT, prefix, 0, prefix.length)) {
                return false;
            }
            value.setText(memory, at + TermTable.TEXT, length);
            return test.passes(value);
        }
        return !test.isOfTexts()
                && Term.setNumber(value, type, memory.getLong(at + TermTable.VALUE))
                && test.passes(value);
    }

    /** Returns how many postings a term has, those of later spans among them. */
    private long postings(LiveIndex live, int of) {
        long open = openContainer(live, of);
        long sealed = live.terms.memory(of).getLongAcquire(Pages.offset(of) + TermTable.SEALED);
        return (sealed >>> 32) + (OpenChunk.isOf(open, openChunk()) ? OpenChunk.count(open) : 0);
    }

    @Override
    public boolean open(int wanted, int chunk, Container into) {
        LiveIndex live = index();
        Memory memory = live.terms.memory(wanted);
        long at = Pages.offset(wanted);
        // Before the sealed ones, as in lookup().
        long open = openContainer(live, wanted);
        if (chunk == openChunk() && OpenChunk.isOf(open, chunk)) {
            into.wrap(
                    pinned().memory((int) open), Pages.offset((int) open), OpenChunk.type(open), OpenChunk.count(open));
            return true;
        }
        int container = (int) memory.getLongAcquire(at + TermTable.SEALED);
        while (container != Pages.NONE && live.sealed.chunk(container) > chunk) {
            container = live.sealed.previous(container);
        }
        return container != Pages.NONE && live.sealed.chunk(container) == chunk && live.sealed.open(container, into);
    }

    @Override
    public Answer trace(long idHigh, long idLow, boolean mirrored, TraceSpans into) {
        LiveIndex live = index();
        into.clear(indexed(), mirrored);
        long trace = TraceTable.mixed(idHigh, idLow);
        live.traces.find(trace, indexed(), into);
        into.addFiltered(live.blocks, blocks(), live.tracesEnd(), trace);
        return into.cost() == 0 ? Answer.NOTHING : Answer.CANDIDATES;
    }

    @Override
    public SpanTimes times() {
        return index().times;
    }
}
