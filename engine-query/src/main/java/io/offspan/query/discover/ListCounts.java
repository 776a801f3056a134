package io.offspan.query.discover;

import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.index.Answer;
import io.offspan.query.index.KeyList;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.ListedKey;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Scope;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Union;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the indexed spans of a part of the store that have a key and type of value, by the lists of keys that its index has, without a look
 * at any span.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class ListCounts {
    /** Of a key that is in more lists than this the spans are visited, where a span may have several. */
    private static final int MOST_UNITED = 256;

    /** How many spans have a key with a type. */
    record Counted(AttributeScope scope, ListedKey key, long spans) {}

    /** A key with a type, and the spans of the lists that have it. */
    private static final class Tally {
        final ListedKey key;
        final List<Postings> lists = new ArrayList<>();
        long spans;

        Tally(ListedKey key) {
            this.key = key;
        }
    }

    /**
     * Counts for the keys of a scope, or returns false when the index does not know, or it takes longer than to visit the spans.
     *
     * @param among the spans to count
     */
    boolean count(LeafIndex index, AttributeScope scope, Among among, List<Counted> into) {
        Scope where = Objects.requireNonNull(Scope.of(new Attribute(scope, "")));
        boolean several = scope == AttributeScope.EVENT || scope == AttributeScope.LINK;
        List<KeyList> lists = new ArrayList<>();
        if (!index.keyLists(where, lists::add) || lists.size() > among.cost()) {
            return false;
        }
        Map<Integer, Tally> tallies = new LinkedHashMap<>();
        for (KeyList list : lists) {
            Postings postings = new Postings();
            Answer answer = index.lookup(list.term(), false, postings);
            if (answer == Answer.EXACT && !among.isTooLong()) {
                long spans = among.count(postings);
                for (ListedKey key : list.keys()) {
                    Tally tally = tallies.computeIfAbsent(key.pair(), pair -> new Tally(key));
                    tally.spans += spans;
                    tally.lists.add(postings);
                }
            } else if (answer != Answer.NOTHING) {
                return false;
            }
        }
        for (Tally tally : tallies.values()) {
            if (several && (tally.lists.size() > MOST_UNITED || among.isTooLong())) {
                return false;
            }
            long spans = several && tally.lists.size() > 1 ? united(tally.lists, index.indexed(), among) : tally.spans;
            if (spans > 0) {
                into.add(new Counted(scope, tally.key, spans));
            }
        }
        return true;
    }

    /** Counts the spans that have one of several lists. */
    private static long united(List<Postings> lists, int spans, Among among) {
        SpanSet[] all = lists.toArray(SpanSet[]::new);
        return among.countAny(new Union().set(all, all.length, spans));
    }
}
