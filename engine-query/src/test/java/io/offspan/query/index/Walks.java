package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;

/** Walks through the same numbers in many ways, and compares each with the set that is expected. */
final class Walks {
    private Walks() {}

    /** Returns a set of numbers below a bound: sparse, dense, in runs, or any mixture. */
    static BitSet randomSet(Random random, int bound) {
        BitSet set = new BitSet(bound);
        for (int at = 0; at < bound; ) {
            int length = 1 + random.nextInt(Math.max(bound / 3, 1));
            int end = Math.min(bound, at + length);
            int every = random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(1 << random.nextInt(14));
            switch (random.nextInt(4)) {
                case 0 -> set.set(at, end);
                case 1 -> {
                    for (int i = at; i < end; i += 1 + random.nextInt(every)) {
                        set.set(i);
                    }
                }
                case 2 -> {
                    for (int i = at; i < end; i += every) {
                        set.set(i, Math.min(end, i + 1 + random.nextInt(every)));
                    }
                }
                default -> {}
            }
            at = end;
        }
        return set;
    }

    /** Returns the mirror image of a set over [0, spans). */
    static BitSet mirrored(BitSet set, int spans) {
        BitSet image = new BitSet(spans);
        set.stream().filter(i -> i < spans).forEach(i -> image.set(Ordinals.mirrored(spans, i)));
        return image;
    }

    /** Goes to the end by next() and by advance() in steps of many sizes, and holds each answer against the expected set. */
    static void requireWalk(Ordinals walk, BitSet expected, Random random) {
        assertThat(walk.ordinal()).isEqualTo(-1);
        int most = 1 << random.nextInt(17);
        int at = -1;
        while (at != Ordinals.NONE) {
            boolean next = random.nextInt(3) > 0;
            int target = next ? at + 1 : at + 1 + random.nextInt(most);
            int found = next ? walk.next() : walk.advance(target);
            int wanted = expected.nextSetBit(target);
            if (found != (wanted < 0 ? Ordinals.NONE : wanted)) {
                assertThat(found).as("from %s to %s", at, target).isEqualTo(wanted < 0 ? Ordinals.NONE : wanted);
            }
            assertThat(walk.ordinal()).isEqualTo(found);
            at = found;
        }
    }

    static BitSet drain(Ordinals walk) {
        BitSet found = new BitSet();
        for (int at = walk.next(); at != Ordinals.NONE; at = walk.next()) {
            found.set(at);
        }
        return found;
    }
}
