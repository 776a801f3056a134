package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * The walk over the spans that an index has for a term: containers of 65,536 ordinals each and, where spans are not posted, the
 * whole blocks whose filters may have it.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> nothing that it walks over. Allocates only for more chunks than it has
 * held before.
 */
public final class Postings implements SpanSet {
    /** Beside the types of {@link Container}: spans are found by the filters of their blocks. */
    private static final int FILTERED = 3;

    private static final int CHUNK_BITS = 16;

    private final Container container = new Container();
    /** What counts without walking looks at these two. */
    private final Container counted = new Container();

    private final Container inCommon = new Container();
    /** What gives bits looks at this one, which stays where the last window was. */
    private final Container shown = new Container();

    private int shownEntry = -1;
    private int[] chunks = new int[16];
    private int[] types = new int[16];
    private int[] counts = new int[16];
    private long[] offsets = new long[16];
    private Memory[] memories = new Memory[16];
    private int size;

    private BlockFilters filters = NO_BLOCKS;
    private int blocks;
    private int hash;
    private boolean everyBlock;
    /** The spans [from, to) are those of the last block whose filter let the term through. */
    private int from;

    private int to;

    private int spans;
    private boolean mirrored;
    private long cost;
    private int entry;
    /** Where the walk is, not mirrored. */
    private int real;

    private int ordinal = NONE;

    private static final BlockFilters NO_BLOCKS = new BlockFilters() {
        @Override
        public int firstOrdinal(int block) {
            return 0;
        }

        @Override
        public int endOrdinal(int block) {
            return 0;
        }

        @Override
        public boolean mayContain(int block, int hash) {
            return false;
        }
    };

    /** Makes a walk over nothing. */
    public Postings() {
        Arrays.fill(memories, Memory.NONE);
    }

    /** Forgets everything and begins to collect for a walk over the ordinals {@code [0, spans)}. */
    void clear(int spans, boolean mirrored) {
        this.spans = spans;
        this.mirrored = mirrored;
        size = 0;
        shownEntry = -1;
        filters = NO_BLOCKS;
        blocks = 0;
        cost = 0;
    }

    /** Says whose filters are asked, how many blocks there are and for which hash; or that all blocks are candidates. */
    void setFilters(BlockFilters source, int blockCount, int termHash, boolean all) {
        filters = source;
        blocks = blockCount;
        hash = termHash;
        everyBlock = all;
    }

    /** Adds the container of a chunk, or leaves it out when it lies beyond the spans; chunks come in ascending order. */
    void add(int chunk, Memory memory, long offset, int type, int count) {
        if (chunk > spans - 1 >> CHUNK_BITS) {
            return;
        }
        add(chunk, type, count);
        memories[size - 1] = memory;
        offsets[size - 1] = offset;
        cost += count;
    }

    /** Adds a chunk in which the filters of the blocks are asked. */
    void addFiltered(int chunk, int expected) {
        add(chunk, FILTERED, 0);
        cost += expected;
    }

    private void add(int chunk, int type, int count) {
        if (size == chunks.length) {
            int larger = 2 * size;
            chunks = Arrays.copyOf(chunks, larger);
            types = Arrays.copyOf(types, larger);
            counts = Arrays.copyOf(counts, larger);
            offsets = Arrays.copyOf(offsets, larger);
            memories = Arrays.copyOf(memories, larger);
        }
        chunks[size] = chunk;
        types[size] = type;
        counts[size] = count;
        size++;
    }

    /** Ends the collecting; the walk is at its beginning. */
    Postings begin() {
        ordinal = -1;
        entry = mirrored ? size : -1;
        real = mirrored ? spans : -1;
        from = 0;
        to = 0;
        step();
        return this;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    @Override
    public int next() {
        return mirrored ? down(real - 1) : up(real + 1);
    }

    @Override
    public int advance(int target) {
        if (!mirrored) {
            return up(target);
        }
        return target >= spans ? end() : down(Ordinals.mirrored(spans, target));
    }

    @Override
    public long cost() {
        return cost;
    }

    /** Returns how many spans the whole walk has, without visiting them; only for an {@link Answer#EXACT} answer. */
    public long count() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += rank(i);
        }
        return sum;
    }

    private int rank(int index) {
        int limit = limit(index);
        return limit == Container.SPAN ? counts[index] : open(counted, index).rank(limit);
    }

    /** Returns how many numbers of a chunk are within the walk at most. */
    private int limit(int index) {
        return Math.min(spans - (chunks[index] << CHUNK_BITS), Container.SPAN);
    }

    /**
     * Returns how many spans two walks have in common, without visiting them; only for {@link Answer#EXACT} answers of one index.
     */
    public long countInCommon(Postings other) {
        long sum = 0;
        int j = 0;
        for (int i = 0; i < size; i++) {
            while (j < other.size && other.chunks[j] < chunks[i]) {
                j++;
            }
            if (j == other.size) {
                break;
            }
            if (other.chunks[j] == chunks[i]) {
                sum += inCommon(i, other, j);
            }
        }
        return sum;
    }

    private int inCommon(int index, Postings other, int otherIndex) {
        return open(counted, index).rankInCommon(other.open(inCommon, otherIndex), limit(index));
    }

    private Container open(Container into, int index) {
        return into.wrap(memories[index], offsets[index], types[index], counts[index]);
    }

    @Override
    public void addTo(long[] words, int first) {
        int found = Arrays.binarySearch(chunks, 0, size, first >>> CHUNK_BITS);
        if (found < 0) {
            return;
        }
        if (types[found] == FILTERED) {
            addFiltered(words, first);
            return;
        }
        if (found != shownEntry) {
            open(shown, found);
            shownEntry = found;
        }
        shown.addTo(words, first & Container.SPAN - 1);
    }

    private void addFiltered(long[] words, int first) {
        int end = first + (1 << WINDOW_BITS);
        for (int block = blockOf(first); block < blocks && filters.firstOrdinal(block) < end; block++) {
            int from = Math.max(filters.firstOrdinal(block), first);
            int to = Math.min(filters.endOrdinal(block), end);
            if (from < to && (everyBlock || filters.mayContain(block, hash))) {
                Windows.fill(words, from - first, to - first);
            }
        }
    }

    /** Goes to the next chunk in the direction of the walk, or returns false behind the last. */
    private boolean step() {
        entry += mirrored ? -1 : 1;
        if (entry < 0 || entry >= size) {
            return false;
        }
        if (types[entry] < FILTERED) {
            open(container, entry);
        }
        return true;
    }

    private int up(int low) {
        boolean more = entry < size;
        while (more) {
            int base = chunks[entry] << CHUNK_BITS;
            int inChunk = Math.max(low - base, 0);
            if (inChunk < Container.SPAN) {
                int found = types[entry] == FILTERED
                        ? filteredUp(base + inChunk, base + Container.SPAN)
                        : base + container.ceiling(inChunk);
                if (found < base + Container.SPAN) {
                    return found < spans ? at(found, found) : end();
                }
            }
            more = step();
        }
        return end();
    }

    private int down(int high) {
        boolean more = entry >= 0;
        while (more) {
            int base = chunks[entry] << CHUNK_BITS;
            int inChunk = Math.min(high - base, Container.SPAN - 1);
            if (inChunk >= 0) {
                int found =
                        types[entry] == FILTERED ? filteredDown(base + inChunk, base) : base + container.floor(inChunk);
                if (found >= base) {
                    return at(found, Ordinals.mirrored(spans, found));
                }
            }
            more = step();
        }
        return end();
    }

    private int at(int found, int number) {
        real = found;
        ordinal = number;
        return number;
    }

    private int end() {
        ordinal = NONE;
        return NONE;
    }

    /** Returns the first span from {@code low} on whose block may have the term, or {@code end}. */
    private int filteredUp(int low, int end) {
        int limit = Math.min(end, spans);
        if (low >= limit) {
            return end;
        }
        if (low >= from && low < to) {
            return low;
        }
        for (int block = blockOf(low); block < blocks; block++) {
            int first = filters.firstOrdinal(block);
            if (first >= limit) {
                return end;
            }
            int found = Math.max(low, first);
            if (found < filters.endOrdinal(block) && mayContain(block)) {
                return found;
            }
        }
        return end;
    }

    /** Returns the last span up to {@code high} whose block may have the term, or {@code end - 1}. */
    private int filteredDown(int high, int end) {
        if (high >= from && high < to) {
            return high;
        }
        for (int block = blockOf(high); block >= 0; block--) {
            int found = Math.min(high, filters.endOrdinal(block) - 1);
            if (found < end) {
                break;
            }
            if (found >= filters.firstOrdinal(block) && mayContain(block)) {
                return found;
            }
        }
        return end - 1;
    }

    private boolean mayContain(int block) {
        if (!everyBlock && !filters.mayContain(block, hash)) {
            return false;
        }
        from = filters.firstOrdinal(block);
        to = filters.endOrdinal(block);
        return true;
    }

    /** Returns the last block that begins at or before an ordinal, or the first one. */
    private int blockOf(int ordinalWithin) {
        int low = 0;
        int high = blocks - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (filters.firstOrdinal(middle) > ordinalWithin) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }
}
