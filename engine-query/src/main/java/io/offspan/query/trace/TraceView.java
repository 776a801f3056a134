package io.offspan.query.trace;

import io.offspan.codec.span.SpanKind;
import io.offspan.query.ast.Kinship;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The spans of one trace, in columns, and how they hang together as far as they are stored.
 *
 * <p>The parent of a span is the span with the id that it names. Of several with this id, a server prefers a client and every other span a
 * server, and then the first of the trace counts; a span is no parent of itself. Siblings are spans with the same parent, spans that name
 * the same one where it is not stored, and roots. A span that is its own ancestor, since ids go in a circle, has the others of the circle
 * for ancestors and descendants.
 *
 * <p><b>Threads.</b> Belongs to one thread. Nothing in it recurs, however deep the trace.
 */
final class TraceView {
    /** No span. */
    static final int NONE = -1;

    private static final int SERVER = SpanKind.SERVER.code();
    private static final int CLIENT = SpanKind.CLIENT.code();

    private final int size;
    /** By span: the span that is its parent, or {@link #NONE}. */
    private final int[] parents;
    /** By span: a number that its siblings have, too. */
    private final int[] families;

    private int familyCount;
    /** The spans in no circle, each behind its children. */
    private final int[] upwards;

    private int inTrees;
    /** By span: the number of the circle that it is in, or {@link #NONE}. */
    private final int[] circles;

    private int circleCount;
    private final boolean doubledIds;

    /**
     * Looks at a trace.
     *
     * @param spanIds in the order of the trace
     * @param parentIds the ids of the parents, 0 for roots
     * @param kinds the codes of the kinds
     */
    TraceView(long[] spanIds, long[] parentIds, int[] kinds) {
        size = spanIds.length;
        parents = new int[size];
        families = new int[size];
        upwards = new int[size];
        circles = new int[size];
        Holders holders = new Holders(spanIds, kinds);
        doubledIds = holders.doubled;
        findParents(holders, parentIds, kinds);
        findCircles();
    }

    /** Looks at a trace whose spans are in their order. */
    static TraceView of(List<Member> trace) {
        return new TraceView(
                trace.stream().mapToLong(Member::spanId).toArray(),
                trace.stream().mapToLong(Member::parentId).toArray(),
                trace.stream().mapToInt(Member::kind).toArray());
    }

    private void findParents(Holders holders, long[] parentIds, int[] kinds) {
        Map<Long, Integer> missing = new HashMap<>();
        int roots = size;
        familyCount = size + 1;
        for (int i = 0; i < size; i++) {
            parents[i] = parentIds[i] == 0 ? NONE : holders.find(parentIds[i], kinds[i] == SERVER ? CLIENT : SERVER, i);
            if (parents[i] != NONE) {
                families[i] = parents[i];
            } else if (parentIds[i] == 0) {
                families[i] = roots;
            } else {
                Integer known = missing.putIfAbsent(parentIds[i], familyCount);
                families[i] = known == null ? familyCount++ : known;
            }
        }
    }

    /** Takes away spans without children until none is left but those in circles. */
    private void findCircles() {
        int[] children = new int[size];
        for (int parent : parents) {
            if (parent != NONE) {
                children[parent]++;
            }
        }
        for (int i = 0; i < size; i++) {
            if (children[i] == 0) {
                upwards[inTrees++] = i;
            }
        }
        for (int next = 0; next < inTrees; next++) {
            int parent = parents[upwards[next]];
            circles[upwards[next]] = NONE;
            if (parent != NONE && --children[parent] == 0) {
                upwards[inTrees++] = parent;
            }
        }
        for (int i = 0; i < size && inTrees < size; i++) {
            if (children[i] > 0) {
                for (int at = i; children[at] > 0; at = parents[at]) {
                    children[at] = 0;
                    circles[at] = circleCount;
                }
                circleCount++;
            }
        }
    }

    int size() {
        return size;
    }

    /** Tells whether one of the spans is a root. */
    boolean hasRoot() {
        for (int i = 0; i < size; i++) {
            if (isRoot(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isRoot(int span) {
        return parents[span] == NONE && families[span] == size;
    }

    /** Tells whether a span names a parent that is not there. */
    boolean missesParents() {
        for (int i = 0; i < size; i++) {
            if (parents[i] == NONE && !isRoot(i)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a span is its own ancestor. */
    boolean hasCircles() {
        return circleCount > 0;
    }

    /** Tells whether two spans have the same id. */
    boolean hasDoubledIds() {
        return doubledIds;
    }

    /** Returns the parent of a span, or {@link #NONE}. */
    int parent(int span) {
        return parents[span];
    }

    /**
     * Numbers the spans as nested sets, from 1: roots first, then spans whose parent is not stored, each with what is below it, in the
     * order of the trace. Spans in circles and below them get 0.
     */
    void number(int[] left, int[] right) {
        int[] firstChild = new int[size];
        int[] nextSibling = new int[size];
        Arrays.fill(firstChild, NONE);
        for (int i = size - 1; i >= 0; i--) {
            if (parents[i] != NONE) {
                nextSibling[i] = firstChild[parents[i]];
                firstChild[parents[i]] = i;
            }
        }
        int next = 1;
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < size; i++) {
                if (parents[i] == NONE && isRoot(i) == (pass == 0)) {
                    next = number(i, next, firstChild, nextSibling, left, right);
                }
            }
        }
    }

    private int number(int top, int from, int[] firstChild, int[] nextSibling, int[] left, int[] right) {
        int next = from;
        int at = top;
        left[at] = next++;
        while (true) {
            if (firstChild[at] != NONE) {
                int child = firstChild[at];
                firstChild[at] = nextSibling[child];
                at = child;
                left[at] = next++;
            } else {
                right[at] = next++;
                if (at == top) {
                    return next;
                }
                at = parents[at];
            }
        }
    }

    /** Returns those of some spans that are the child, parent and so on of one of others. */
    BitSet related(BitSet left, Kinship kinship, BitSet right) {
        BitSet related = switch (kinship) {
            case CHILD -> childrenOf(left, right);
            case PARENT -> parentsOf(left);
            case DESCENDANT -> descendantsOf(left);
            case ANCESTOR -> ancestorsOf(left);
            case SIBLING -> siblingsOf(left, right);
        };
        related.and(right);
        return related;
    }

    private BitSet childrenOf(BitSet spans, BitSet among) {
        BitSet children = new BitSet(size);
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            children.set(i, parents[i] != NONE && spans.get(parents[i]));
        }
        return children;
    }

    private BitSet parentsOf(BitSet spans) {
        BitSet found = new BitSet(size);
        for (int i = spans.nextSetBit(0); i >= 0; i = spans.nextSetBit(i + 1)) {
            if (parents[i] != NONE) {
                found.set(parents[i]);
            }
        }
        return found;
    }

    private BitSet siblingsOf(BitSet spans, BitSet among) {
        int[] counts = new int[familyCount];
        for (int i = spans.nextSetBit(0); i >= 0; i = spans.nextSetBit(i + 1)) {
            counts[families[i]]++;
        }
        BitSet siblings = new BitSet(size);
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            siblings.set(i, counts[families[i]] > (spans.get(i) ? 1 : 0));
        }
        return siblings;
    }

    private BitSet descendantsOf(BitSet spans) {
        BitSet found = new BitSet(size);
        // The spans, and all below them.
        BitSet reached = new BitSet(size);
        int[] inCircles = countInCircles(spans);
        for (int i = 0; i < size; i++) {
            int circle = circles[i];
            if (circle != NONE) {
                found.set(i, inCircles[circle] > (spans.get(i) ? 1 : 0));
                reached.set(i, inCircles[circle] > 0);
            }
        }
        for (int next = inTrees - 1; next >= 0; next--) {
            int span = upwards[next];
            boolean below = parents[span] != NONE && reached.get(parents[span]);
            found.set(span, below);
            reached.set(span, below || spans.get(span));
        }
        return found;
    }

    private BitSet ancestorsOf(BitSet spans) {
        BitSet found = new BitSet(size);
        for (int next = 0; next < inTrees; next++) {
            int span = upwards[next];
            if (parents[span] != NONE && (found.get(span) || spans.get(span))) {
                found.set(parents[span]);
            }
        }
        if (circleCount > 0) {
            int[] below = countInCircles(found);
            int[] inCircles = countInCircles(spans);
            for (int i = 0; i < size; i++) {
                int circle = circles[i];
                if (circle != NONE) {
                    found.set(i, below[circle] > 0 || inCircles[circle] > (spans.get(i) ? 1 : 0));
                }
            }
        }
        return found;
    }

    private int[] countInCircles(BitSet spans) {
        int[] counts = new int[circleCount];
        for (int i = circleCount == 0 ? -1 : spans.nextSetBit(0); i >= 0; i = spans.nextSetBit(i + 1)) {
            if (circles[i] != NONE) {
                counts[circles[i]]++;
            }
        }
        return counts;
    }

    /** Which spans have an id: the first two, the first two servers and the first two clients, since one of them may be the one that asks. */
    private static final class Holders {
        private static final int OF_ID = 6;

        private final long[] ids;
        /** By slot: six spans plus one, or 0. */
        private final int[] slots;

        private final int mask;
        private boolean doubled;

        Holders(long[] spanIds, int[] kinds) {
            int count = Integer.highestOneBit(Math.max(1, spanIds.length)) * 4;
            mask = count - 1;
            ids = new long[count];
            slots = new int[count * OF_ID];
            for (int i = 0; i < spanIds.length; i++) {
                int slot = slot(spanIds[i]);
                ids[slot] = spanIds[i];
                doubled |= slots[slot * OF_ID] != 0;
                add(slot * OF_ID, i);
                if (kinds[i] == SERVER) {
                    add(slot * OF_ID + 2, i);
                } else if (kinds[i] == CLIENT) {
                    add(slot * OF_ID + 4, i);
                }
            }
        }

        private void add(int at, int span) {
            if (slots[at] == 0) {
                slots[at] = span + 1;
            } else if (slots[at + 1] == 0) {
                slots[at + 1] = span + 1;
            }
        }

        private int slot(long id) {
            int slot = (int) ((id ^ id >>> 32) * 0x9e3779b97f4a7c15L >>> 32) & mask;
            while (slots[slot * OF_ID] != 0 && ids[slot] != id) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        /** Returns the span with an id that is not the one that asks, best of a kind. */
        int find(long id, int kind, int asking) {
            int at = slot(id) * OF_ID;
            int preferred = other(at + (kind == SERVER ? 2 : 4), asking);
            return preferred != NONE ? preferred : other(at, asking);
        }

        private int other(int at, int asking) {
            return (slots[at] == asking + 1 ? slots[at + 1] : slots[at]) - 1;
        }
    }
}
