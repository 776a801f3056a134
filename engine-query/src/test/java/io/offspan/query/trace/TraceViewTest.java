package io.offspan.query.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanKind;
import io.offspan.query.ast.Kinship;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** How the spans of one trace hang together, whole or not. */
class TraceViewTest {
    private static final int SERVER = SpanKind.SERVER.code();
    private static final int CLIENT = SpanKind.CLIENT.code();
    private static final int INTERNAL = SpanKind.INTERNAL.code();
    private static final int DEEP = 200_000;

    private static TraceView view(long[] ids, long... parents) {
        return new TraceView(
                ids, parents, IntStream.range(0, ids.length).map(i -> INTERNAL).toArray());
    }

    private static BitSet set(int... spans) {
        BitSet set = new BitSet();
        IntStream.of(spans).forEach(set::set);
        return set;
    }

    private static BitSet all(TraceView view) {
        BitSet all = new BitSet();
        all.set(0, view.size());
        return all;
    }

    /** A root, two children of it, two grandchildren of the first. */
    private static TraceView family() {
        return view(new long[] {1, 2, 3, 4, 5}, 0, 1, 1, 2, 2);
    }

    @Test
    void aWholeTraceIsATree() {
        TraceView view = family();
        BitSet all = all(view);
        assertThat(view.related(set(0), Kinship.CHILD, all)).isEqualTo(set(1, 2));
        assertThat(view.related(set(0), Kinship.DESCENDANT, all)).isEqualTo(set(1, 2, 3, 4));
        assertThat(view.related(set(1), Kinship.DESCENDANT, set(2, 3))).isEqualTo(set(3));
        assertThat(view.related(set(3), Kinship.PARENT, all)).isEqualTo(set(1));
        assertThat(view.related(set(3, 4), Kinship.ANCESTOR, all)).isEqualTo(set(0, 1));
        assertThat(view.related(set(3), Kinship.SIBLING, all)).isEqualTo(set(4));
        assertThat(view.related(set(3, 4), Kinship.SIBLING, all)).isEqualTo(set(3, 4));
        assertThat(view.related(set(0), Kinship.SIBLING, all)).isEqualTo(set());
    }

    @Test
    void aMissingParentHasChildrenWhoAreSiblings() {
        TraceView view = view(new long[] {1, 2, 3, 4}, 77, 77, 78, 1);
        BitSet all = all(view);
        assertThat(view.parent(0)).isEqualTo(TraceView.NONE);
        assertThat(view.related(set(0), Kinship.SIBLING, all)).isEqualTo(set(1));
        assertThat(view.related(set(2), Kinship.SIBLING, all)).isEqualTo(set());
        assertThat(view.related(set(0), Kinship.DESCENDANT, all)).isEqualTo(set(3));
    }

    @Test
    void rootsAreSiblings() {
        TraceView view = view(new long[] {1, 2, 3}, 0, 0, 99);
        assertThat(view.related(set(0), Kinship.SIBLING, all(view))).isEqualTo(set(1));
    }

    @Test
    void aSpanThatNamesItselfHasNoParent() {
        TraceView view = view(new long[] {1, 2}, 1, 1);
        assertThat(view.parent(0)).isEqualTo(TraceView.NONE);
        assertThat(view.parent(1)).isZero();
        assertThat(view.related(all(view), Kinship.ANCESTOR, all(view))).isEqualTo(set(0));
    }

    @Test
    void spansInACircleAreAncestorsOfEachOtherAndOfWhatHangsOnThem() {
        TraceView view = view(new long[] {1, 2, 3, 4, 5}, 3, 1, 2, 2, 4);
        BitSet all = all(view);
        assertThat(view.related(set(0), Kinship.DESCENDANT, all)).isEqualTo(set(1, 2, 3, 4));
        assertThat(view.related(set(4), Kinship.ANCESTOR, all)).isEqualTo(set(0, 1, 2, 3));
        assertThat(view.related(set(0), Kinship.ANCESTOR, all)).isEqualTo(set(1, 2));
        assertThat(view.related(set(3), Kinship.DESCENDANT, all)).isEqualTo(set(4));
    }

    @Test
    void ofTwoSpansWithOneIdAServerIsBelowTheClientAndOthersBelowTheServer() {
        long[] ids = {1, 2, 2, 3, 4};
        TraceView view =
                new TraceView(ids, new long[] {0, 1, 1, 2, 2}, new int[] {INTERNAL, CLIENT, SERVER, INTERNAL, SERVER});
        assertThat(view.parent(3)).isEqualTo(2);
        assertThat(view.parent(4)).isEqualTo(1);
        assertThat(view.parent(1)).isZero();
    }

    @Test
    void ofSeveralSpansWithOneIdOtherwiseTheFirstIsTheParent() {
        TraceView view = view(new long[] {7, 7, 7, 8}, 0, 7, 7, 7);
        assertThat(view.parent(3)).isZero();
        assertThat(view.parent(1)).isZero();
        assertThat(view(new long[] {7, 7}, 7, 7).parent(0)).isEqualTo(1);
    }

    @Test
    void aTraceMayBeAsDeepAsItLikes() {
        long[] ids = IntStream.rangeClosed(1, DEEP).asLongStream().toArray();
        TraceView line = view(ids, IntStream.range(0, DEEP).asLongStream().toArray());
        assertThat(line.related(set(0), Kinship.DESCENDANT, all(line)).cardinality())
                .isEqualTo(DEEP - 1);
        assertThat(line.related(set(DEEP - 1), Kinship.ANCESTOR, all(line)).cardinality())
                .isEqualTo(DEEP - 1);
        long[] round = IntStream.range(0, DEEP).asLongStream().toArray();
        round[0] = DEEP;
        TraceView circle = view(ids, round);
        assertThat(circle.related(set(5), Kinship.DESCENDANT, all(circle)).cardinality())
                .isEqualTo(DEEP - 1);
    }

    @Test
    void aTraceOfSpansThatAllHaveOneIdIsLookedAtOnce() {
        long[] same = LongStream.generate(() -> 9).limit(DEEP).toArray();
        TraceView view = view(same, same);
        assertThat(view.related(set(0), Kinship.CHILD, all(view)).cardinality()).isEqualTo(DEEP - 1);
    }

    /** A trace of a few ids, so that most are double, missing, or in a circle. */
    private static final class Forest {
        private final long[] ids;
        private final long[] parents;
        private final int[] kinds;

        Forest(Random random) {
            int size = random.nextInt(14);
            int different = 1 + random.nextInt(14);
            ids = IntStream.range(0, size)
                    .mapToLong(i -> 1 + random.nextInt(different))
                    .toArray();
            parents = IntStream.range(0, size)
                    .mapToLong(i -> random.nextInt(different + 3))
                    .toArray();
            kinds = IntStream.range(0, size).map(i -> random.nextInt(4)).toArray();
        }

        int parent(int span) {
            int best = TraceView.NONE;
            for (int i = ids.length - 1; i >= 0; i--) {
                boolean is = parents[span] != 0 && ids[i] == parents[span] && i != span;
                int wanted = kinds[span] == SERVER ? CLIENT : SERVER;
                if (is && (best < 0 || kinds[i] == wanted || kinds[best] != wanted)) {
                    best = i;
                }
            }
            return best;
        }

        boolean isRelated(int left, Kinship kinship, int right) {
            return left != right
                    && switch (kinship) {
                        case CHILD -> parent(right) == left;
                        case PARENT -> parent(left) == right;
                        case DESCENDANT -> ancestors(right).contains(left);
                        case ANCESTOR -> ancestors(left).contains(right);
                        case SIBLING ->
                            parent(left) == parent(right)
                                    && (parent(left) != TraceView.NONE || parents[left] == parents[right]);
                    };
        }

        private Set<Integer> ancestors(int span) {
            Set<Integer> found = new HashSet<>();
            for (int at = parent(span); at != TraceView.NONE && found.add(at); at = parent(at)) {
                assertThat(at).isNotNegative();
            }
            return found;
        }

        BitSet related(BitSet left, Kinship kinship, BitSet right) {
            BitSet found = new BitSet();
            right.stream()
                    .filter(r -> left.stream().anyMatch(l -> isRelated(l, kinship, r)))
                    .forEach(found::set);
            return found;
        }

        BitSet some(Random random) {
            BitSet some = new BitSet();
            IntStream.range(0, ids.length).filter(i -> random.nextInt(3) == 0).forEach(some::set);
            return some;
        }
    }

    @Property(tries = 2_000)
    void everyRelationIsWhatPairsOfSpansSay(@ForAll Random random) {
        Forest forest = new Forest(random);
        TraceView view = new TraceView(forest.ids, forest.parents, forest.kinds);
        BitSet left = forest.some(random);
        BitSet right = forest.some(random);
        for (Kinship kinship : Kinship.values()) {
            assertThat(view.related(left, kinship, right))
                    .as(kinship + " of " + Objects.toString(left) + " and " + right)
                    .isEqualTo(forest.related(left, kinship, right));
        }
    }
}
