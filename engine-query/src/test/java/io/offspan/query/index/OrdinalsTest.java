package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class OrdinalsTest {
    private static final int BOUND = 3000;

    @RepeatedTest(200)
    void walksPutTogetherGiveWhatTheirSetsGive(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        int parts = 1 + random.nextInt(6);
        BitSet[] sets = new BitSet[parts];
        for (int i = 0; i < parts; i++) {
            sets[i] = Walks.randomSet(random, BOUND);
        }
        Walks.requireWalk(new Union().set(walks(sets), parts), joined(sets, BitSet::or), random);
        Walks.requireWalk(new Intersection().set(walks(sets), parts), joined(sets, BitSet::and), random);
    }

    @Test
    void rangeHasEveryNumberWithinItsBounds() {
        BitSet expected = new BitSet();
        expected.set(7, 90);
        Walks.requireWalk(new Range().set(7, 90), expected, new Random(1));
        assertThat(new Range().set(5, 5).next()).isEqualTo(Ordinals.NONE);
        assertThatThrownBy(() -> new Range().set(6, 5)).hasMessageContaining("[6, 5)");
    }

    @Test
    void unionOfNothingIsEmptyAndIntersectionOfNothingIsRefused() {
        assertThat(new Union().set(new Ordinals[0], 0).next()).isEqualTo(Ordinals.NONE);
        assertThatThrownBy(() -> new Intersection().set(new Ordinals[0], 0)).hasMessageContaining("needs one");
    }

    @Test
    void intersectionStartsWithTheCheapest() {
        Ordinals[] walks = {new Range().set(0, 100), new Range().set(0, 10), new Range().set(0, 50)};
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

    private static Ordinals[] walks(BitSet[] sets) {
        Ordinals[] walks = new Ordinals[sets.length];
        for (int i = 0; i < sets.length; i++) {
            walks[i] = walk(sets[i]);
        }
        return walks;
    }

    private static Ordinals walk(BitSet set) {
        TraceSpans walk = new TraceSpans();
        walk.clear(BOUND, false);
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
