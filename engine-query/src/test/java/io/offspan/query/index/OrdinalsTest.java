package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class OrdinalsTest {
    private static final int BOUND = 9000;

    @RepeatedTest(200)
    void walksPutTogetherGiveWhatTheirSetsGive(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        int parts = 1 + random.nextInt(6);
        BitSet[] sets = new BitSet[parts];
        for (int i = 0; i < parts; i++) {
            sets[i] = Walks.randomSet(random, BOUND);
        }
        BitSet any = joined(sets, BitSet::or);
        BitSet all = joined(sets, BitSet::and);
        BitSet none = (BitSet) any.clone();
        none.flip(0, BOUND);
        requireSet(() -> new Union().set(walks(sets), parts, BOUND), any, random);
        requireSet(() -> new Intersection().set(walks(sets), parts), all, random);
        requireSet(() -> new Complement().set(new Union().set(walks(sets), parts, BOUND), BOUND), none, random);
        BitSet rare = new BitSet();
        rare.set(random.nextInt(BOUND));
        requireSet(() -> new Union().set(walks(new BitSet[] {rare, rare}), 2, BOUND), rare, random);
    }

    /** Holds a set against what is expected: its mirrored walk, and its bits while and after the walk goes on. */
    private static void requireSet(Supplier<SpanSet> made, BitSet expected, Random random) {
        BitSet wanted = Walks.mirrored(expected, BOUND);
        Walks.requireWalk(made.get(), wanted, random);
        SpanSet set = made.get();
        int first = set.next();
        assertThat(set.count(BOUND, new long[SpanSet.WORDS])).isEqualTo(expected.cardinality());
        assertThat(set.ordinal()).isEqualTo(first);
        assertThat(first == Ordinals.NONE ? -1 : first).isEqualTo(wanted.nextSetBit(0));
        assertThat(first == Ordinals.NONE || set.next() == next(wanted, first + 1))
                .isTrue();
    }

    private static int next(BitSet set, int from) {
        int found = set.nextSetBit(from);
        return found < 0 ? Ordinals.NONE : found;
    }

    @Test
    void rangeHasEverySpan() {
        BitSet expected = new BitSet();
        expected.set(0, BOUND);
        requireSet(() -> new Range().set(BOUND), expected, new Random(1));
        assertThat(new Range().set(0).next()).isEqualTo(Ordinals.NONE);
        assertThatThrownBy(() -> new Range().set(-1)).hasMessageContaining("-1 spans");
    }

    @Test
    void unionOfNothingIsEmptyAndIntersectionOfNothingIsRefused() {
        assertThat(new Union().set(new SpanSet[0], 0, 5).next()).isEqualTo(Ordinals.NONE);
        assertThatThrownBy(() -> new Intersection().set(new SpanSet[0], 0)).hasMessageContaining("needs one");
    }

    @Test
    void intersectionStartsWithTheCheapest() {
        SpanSet[] walks = {new Range().set(100), new Range().set(10), new Range().set(50)};
        assertThat(new Intersection().set(walks, 3).cost()).isEqualTo(10);
    }

    @Test
    void traceSpansComeInEitherDirection() {
        TraceSpans spans = new TraceSpans();
        BitSet expected = new BitSet();
        for (boolean mirrored : new boolean[] {false, true}) {
            spans.clear(1000, mirrored);
            for (int i = 3; i < 900; i += 7) {
                spans.add(i);
                expected.set(i);
            }
            BitSet wanted = mirrored ? Walks.mirrored(expected, 1000) : expected;
            Walks.requireWalk(spans, wanted, new Random(2));
        }
    }

    private static SpanSet[] walks(BitSet[] sets) {
        SpanSet[] walks = new SpanSet[sets.length];
        for (int i = 0; i < sets.length; i++) {
            walks[i] = walk(sets[i]);
        }
        return walks;
    }

    private static SpanSet walk(BitSet set) {
        TraceSpans walk = new TraceSpans();
        walk.clear(BOUND, true);
        set.stream().forEach(walk::add);
        return walk;
    }

    private static BitSet joined(BitSet[] sets, BiConsumer<BitSet, BitSet> how) {
        BitSet joined = (BitSet) sets[0].clone();
        for (BitSet set : sets) {
            if (set != sets[0]) {
                how.accept(joined, set);
            }
        }
        return joined;
    }
}
