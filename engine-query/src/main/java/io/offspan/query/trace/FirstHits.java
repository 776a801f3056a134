package io.offspan.query.trace;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.SpanKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first spans of an answer, whatever the order in which they come; while the leaves are open.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) where all of an answer are wanted that is
 * too large.
 */
final class FirstHits {
    /** So many more than are wanted are kept before those are dropped that come later. */
    private static final int SPARE = 1_024;

    private final int wanted;
    private final @Nullable SpanKey after;
    private final int most;
    private List<Hit> hits = new ArrayList<>();

    /**
     * @param wanted how many, or {@link Integer#MAX_VALUE} for all
     * @param after what only comes after this span is wanted, or null for the beginning
     * @param most how many there may be
     */
    FirstHits(int wanted, @Nullable SpanKey after, int most) {
        this.wanted = wanted;
        this.after = after;
        this.most = most;
    }

    void add(Hit hit) {
        if (wanted == 0) {
            return;
        }
        hits.add(hit);
        if (hits.size() >= 2L * wanted + SPARE) {
            drop();
        }
        if (hits.size() > most && wanted == Integer.MAX_VALUE) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question leaves more than " + most
                            + " spans of whole traces; narrow the time or the filters of its stages");
        }
    }

    private void drop() {
        hits.sort(Hit::compareTo);
        int from = after == null ? 0 : after.countUpTo(hits);
        int to = (int) Math.min((long) from + wanted, hits.size());
        hits = new ArrayList<>(hits.subList(from, to));
    }

    void clear() {
        hits.clear();
    }

    /** Returns them in the order of the answer. */
    List<Hit> sorted() {
        drop();
        return hits;
    }
}
