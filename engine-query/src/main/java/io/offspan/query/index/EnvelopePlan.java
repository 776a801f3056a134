package io.offspan.query.index;

import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * What all spans of one resource or instrumentation scope have to be posted under, worked out once for a chunk.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class EnvelopePlan {
    private byte[] content = new byte[256];
    private int length = -1;
    private int hash;
    private Scope scope = Scope.RESOURCE;
    private int generation = -1;

    private int[] terms = new int[16];
    private int termCount;
    /** What the terms share a container by that no other envelope has. */
    private int group;
    /** The rows of the group and of the terms that are not in it, in this epoch. */
    private int[] rows = new int[16];

    private int rowCount;
    /** The row of the spans that have this envelope, to be added to all of the rows. */
    private final long[] bits = new long[BlockPostings.STRIDE];

    private long epoch;
    private int[] filtered = new int[4];
    private int filteredCount;

    /** The service as a term of spans with errors; {@link Pages#NONE} as long as there was none. */
    int serviceOfError;
    /** Where in the envelope the service stands. */
    int serviceOffset;

    int serviceLength;
    /** The block that has the service of spans with errors in its filter. */
    long errorFilteredIn;

    /** The block that used it last. */
    long usedIn;

    /** Tells whether this is the plan of an envelope. */
    boolean is(Scope wanted, int now, Memory memory, long offset, int bytes, int contentHash) {
        return generation == now
                && hash == contentHash
                && scope == wanted
                && length == bytes
                && memory.equalBytes(offset, content, 0, bytes);
    }

    /** Forgets everything and becomes the plan of another envelope. */
    void start(Scope wanted, int now, Memory memory, long offset, int bytes, int contentHash) {
        if (content.length < bytes) {
            content = new byte[Math.max(bytes, 2 * content.length)];
        }
        memory.getBytes(offset, content, 0, bytes);
        length = bytes;
        hash = contentHash;
        scope = wanted;
        generation = now;
        termCount = 0;
        filteredCount = 0;
        epoch = 0;
        serviceOfError = Pages.NONE;
        serviceOffset = 0;
        serviceLength = 0;
        errorFilteredIn = 0;
    }

    void addTerm(int term) {
        if (termCount == terms.length) {
            terms = Arrays.copyOf(terms, 2 * termCount);
        }
        terms[termCount++] = term;
    }

    void addFiltered(int valueHash) {
        if (filteredCount == filtered.length) {
            filtered = Arrays.copyOf(filtered, 2 * filteredCount);
        }
        filtered[filteredCount++] = valueHash;
    }

    /** Puts what is not posted into the filter of a block. */
    void filter(BlockTable blocks) {
        for (int i = 0; i < filteredCount; i++) {
            blocks.add(filtered[i]);
        }
    }

    /** Puts the terms that nobody else posts into a group, which is new in this chunk. */
    void share(BlockPostings postings, int newGroup) {
        group = newGroup;
        for (int i = 0; i < termCount; i++) {
            postings.share(terms[i], group);
        }
    }

    /** Posts a span. */
    void post(BlockPostings postings, int ordinal) {
        if (epoch != postings.epoch() && !join(postings)) {
            postings.add(group, ordinal);
            for (int i = 0; i < termCount; i++) {
                if (!postings.isShared(terms[i])) {
                    postings.add(terms[i], ordinal);
                }
            }
            return;
        }
        postings.set(bits, 0, ordinal);
    }

    /** Gets rows for all that is posted, or returns false because there are too many. */
    private boolean join(BlockPostings postings) {
        if (!postings.reserve(termCount + 1)) {
            return false;
        }
        if (rows.length <= termCount) {
            rows = new int[terms.length + 1];
        }
        rows[0] = postings.row(group);
        rowCount = 1;
        for (int i = 0; i < termCount; i++) {
            if (!postings.isShared(terms[i])) {
                rows[rowCount++] = postings.row(terms[i]);
            }
        }
        epoch = postings.epoch();
        postings.join(this);
        return true;
    }

    /** Adds the bits of the spans to the rows of all terms. */
    void pour(BlockPostings postings) {
        for (int i = 0; i < rowCount; i++) {
            postings.merge(rows[i], bits);
        }
        Arrays.fill(bits, 0);
    }
}
