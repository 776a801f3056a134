package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.TestBlocks;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimelyTest {
    private static final long BASE = 1_760_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long YEAR = 365 * 86_400 * SECOND;
    private static final int SPANS = 20_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<long[]> spans = new ArrayList<>();

    /** Makes spans one a tenth of a second, of which one in so many has a clock that is off by years; 0 for none. */
    private LiveTimes times(int oneFarIn) {
        TestBlocks made = new TestBlocks(500);
        for (int i = 0; i < SPANS; i++) {
            long off = oneFarIn > 0 && random.nextInt(oneFarIn) == 0 ? (random.nextInt(9) - 4) * YEAR : 0;
            long start = BASE + i * SECOND / 10 + random.nextInt((int) SECOND) + off;
            long duration = (long) Math.exp(15 + 3 * random.nextGaussian());
            boolean unfinished = random.nextInt(50) == 0;
            spans.add(new long[] {start, unfinished ? -1 : duration});
            made.add(span -> span.name("n").times(start, unfinished ? 0 : start + duration));
        }
        PagePool pool = new PagePool();
        LiveTimes times = new LiveTimes(pool, new Pages(pool));
        int first = 0;
        for (BlockReader block : made.readers()) {
            times.add(first, block);
            first += block.count();
        }
        return times;
    }

    private static Comparison comparison(Intrinsic field, Operator operator, long value) {
        return new Comparison(field, operator, new Operand.Whole(value));
    }

    private BitSet passing(Comparison... comparisons) {
        BitSet set = new BitSet();
        for (int i = 0; i < SPANS; i++) {
            boolean passes = true;
            for (Comparison comparison : comparisons) {
                boolean start = comparison.field() == Intrinsic.START;
                long value = spans.get(i)[start ? 0 : 1];
                passes &= (start || value >= 0) && holds(value, comparison);
            }
            set.set(i, passes);
        }
        return set;
    }

    private static boolean holds(long value, Comparison comparison) {
        int order = Long.compare(value, ((Operand.Whole) comparison.operand()).value());
        return switch (comparison.operator()) {
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            default -> order == 0;
        };
    }

    private static TimeRange range(Comparison... comparisons) {
        TimeRange range = new TimeRange();
        for (Comparison comparison : comparisons) {
            assertThat(range.narrow(comparison)).isTrue();
        }
        return range;
    }

    private static BitSet mirrored(BitSet set) {
        return Walks.mirrored(set, SPANS);
    }

    @Test
    void noSpanIsLeftOutThatIsWithinTheRange() {
        LiveTimes times = times(200);
        Operator[] operators = {
            Operator.LESS, Operator.LESS_OR_EQUAL, Operator.EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL
        };
        for (int i = 0; i < 300; i++) {
            Comparison[] comparisons = new Comparison[1 + random.nextInt(3)];
            for (int j = 0; j < comparisons.length; j++) {
                int field = random.nextInt(2);
                long near = spans.get(random.nextInt(SPANS))[field] + random.nextInt(3) - 1;
                comparisons[j] = comparison(
                        field == 0 ? Intrinsic.START : Intrinsic.DURATION,
                        operators[random.nextInt(operators.length)],
                        near);
            }
            BitSet asked = Walks.randomSet(random, SPANS);
            BitSet wanted = passing(comparisons);
            wanted.and(asked);
            Ordinals of = new SetOrdinals(mirrored(asked));
            BitSet found = mirrored(Walks.drain(new Timely().set(of, times, range(comparisons), SPANS)));
            BitSet missed = (BitSet) wanted.clone();
            missed.andNot(found);
            assertThat(missed.isEmpty())
                    .as("%s of %s, seed %d", missed, List.of(comparisons), seed)
                    .isTrue();
            found.andNot(asked);
            assertThat(found.isEmpty())
                    .as("%s, seed %d", List.of(comparisons), seed)
                    .isTrue();
        }
    }

    @Test
    void theWalkGoesForwardInAnyStepsOverTheSameSpans() {
        LiveTimes times = times(500);
        Comparison[] window = {
            comparison(Intrinsic.START, Operator.GREATER, BASE + 500 * SECOND),
            comparison(Intrinsic.DURATION, Operator.GREATER, 2_000_000)
        };
        for (int i = 0; i < 20; i++) {
            BitSet asked = mirrored(Walks.randomSet(random, SPANS));
            Timely walk = new Timely();
            BitSet all = Walks.drain(walk.set(new SetOrdinals(asked), times, range(window), SPANS));
            Walks.requireWalk(walk.set(new SetOrdinals(asked), times, range(window), SPANS), all, random);
        }
    }

    @Test
    void clocksThatAreFarOffDoNotSpoilTheWindow() {
        LiveTimes times = times(1_000);
        Comparison[] window = {
            comparison(Intrinsic.START, Operator.GREATER_OR_EQUAL, BASE + 800 * SECOND),
            comparison(Intrinsic.START, Operator.LESS, BASE + 900 * SECOND)
        };
        SetOrdinals every = new SetOrdinals(mirrored(passing()));
        BitSet found = Walks.drain(new Timely().set(every, times, range(window), SPANS));
        int far = (int) spans.stream()
                .filter(span -> Math.abs(span[0] - BASE) > YEAR / 2)
                .count();
        assertThat(far).isPositive();
        assertThat(found.cardinality()).isBetween(1, passing(window).cardinality() + far + 4);
        assertThat(every.asked()).as("spans that were looked at").isLessThan(3 * 4_096 + 64 * (far + 1));
    }

    @Test
    void spansThatAreTooShortAreLeftOutByGroups() {
        LiveTimes times = times(100);
        SetOrdinals every = new SetOrdinals(mirrored(passing()));
        TimeRange never = range(comparison(Intrinsic.DURATION, Operator.GREATER, YEAR));
        assertThat(new Timely().set(every, times, never, SPANS).next()).isEqualTo(Ordinals.NONE);
        assertThat(every.asked()).isEqualTo(1);
    }

    /** A walk over a set that counts its steps. */
    private static final class SetOrdinals implements Ordinals {
        private final BitSet set;
        private int at = -1;
        private int asked;

        SetOrdinals(BitSet set) {
            this.set = set;
        }

        int asked() {
            return asked;
        }

        @Override
        public int ordinal() {
            return at;
        }

        @Override
        public int next() {
            return advance(at + 1);
        }

        @Override
        public int advance(int target) {
            asked++;
            int found = target == NONE ? -1 : set.nextSetBit(target);
            at = found < 0 ? NONE : found;
            return at;
        }

        @Override
        public long cost() {
            return set.cardinality();
        }
    }
}
