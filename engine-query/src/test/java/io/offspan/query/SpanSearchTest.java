package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Span;
import io.offspan.codec.span.Envelope;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operator;
import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Order, limit, pruning and life time of what a search finds. */
class SpanSearchTest {
    private static List<Long> ordinals(SpanCursor answer) {
        List<Long> ordinals = new ArrayList<>();
        while (answer.next()) {
            ordinals.add(answer.ordinal());
        }
        return ordinals;
    }

    private static TestBlocks starts(int spansPerBlock, long... starts) {
        TestBlocks blocks = new TestBlocks(spansPerBlock);
        for (long start : starts) {
            blocks.add(draft -> draft.times(start, start + 10));
        }
        return blocks;
    }

    @Test
    void theNewestComeFirstByUnsignedStart() {
        TestBlocks blocks = starts(2, 5, -1, 0, Long.MAX_VALUE, Long.MIN_VALUE);
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.where(Filter.all()).limit(10))) {
            assertThat(ordinals(answer)).containsExactly(1L, 4L, 3L, 0L, 2L);
        }
        try (SpanCursor answer = new QueryEngine(blocks::leaves).prepareTrace().find(1, 1)) {
            assertThat(ordinals(answer)).containsExactly(2L, 0L, 3L, 4L, 1L);
        }
    }

    @Test
    void spansThatStartTogetherGoByTraceIdSpanIdAndOrdinal() {
        TestBlocks blocks = new TestBlocks(3)
                .add(draft -> draft.ids(-1, 0, 0))
                .add(draft -> draft.ids(1, -1, 0))
                .add(draft -> draft.ids(1, 2, -1))
                .add(draft -> draft.ids(1, 2, 3))
                .add(draft -> draft.ids(1, 2, 3));
        for (int limit = 1; limit <= 5; limit++) {
            try (SpanCursor answer = new QueryEngine(blocks::leaves)
                    .find(Query.where(Filter.all()).limit(limit))) {
                assertThat(ordinals(answer))
                        .isEqualTo(List.of(3L, 4L, 2L, 1L, 0L).subList(0, limit));
            }
        }
    }

    @Test
    void theLimitKeepsTheNewestWhereverTheyLie() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> shuffled = new ArrayList<>();
        for (long i = 0; i < 500; i++) {
            shuffled.add(i / 2);
        }
        Collections.shuffle(shuffled, random);
        TestBlocks blocks = starts(
                1 + random.nextInt(60),
                shuffled.stream().mapToLong(Long::longValue).toArray());
        try (SpanCursor all =
                new QueryEngine(blocks::leaves).find(Query.where(Filter.all()).limit(500))) {
            List<Long> expected = ordinals(all);
            for (int limit : new int[] {1, 2, 7, 100, 499, 500, 1_000}) {
                try (SpanCursor answer = new QueryEngine(blocks::leaves)
                        .find(Query.where(Filter.all()).limit(limit))) {
                    assertThat(ordinals(answer))
                            .as("limit %d, seed %d", limit, seed)
                            .isEqualTo(expected.subList(0, Math.min(limit, 500)));
                }
            }
        }
    }

    @Test
    void olderBlocksAreNotReadOnceTheLimitIsFull() {
        TestBlocks blocks = starts(2, 1, 2, 3, 4, 5, 6);
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.where(Filter.all()).limit(2))) {
            assertThat(answer.outcome().blocksRead()).isEqualTo(1);
            assertThat(answer.outcome().blocksPruned()).isEqualTo(2);
            assertThat(ordinals(answer)).containsExactly(5L, 4L);
        }
    }

    @Test
    void aBlockThatTiesWithTheLastOneKeptIsRead() {
        TestBlocks blocks = new TestBlocks(1)
                .add(draft -> draft.ids(1, 1, 1).times(7, 8))
                .add(draft -> draft.ids(2, 1, 1).times(7, 8));
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.where(Filter.all()).limit(1))) {
            assertThat(ordinals(answer)).containsExactly(0L);
        }
    }

    @Test
    void boundsPruneExactlyWhatCannotPass() {
        long[] times = {0, 5, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -7, -1};
        long[] durations = {0, 3, -3, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53};
        TestBlocks blocks = new TestBlocks(1);
        for (long time : times) {
            for (long duration : durations) {
                // Of a span without an end the block knows a duration, which is none.
                if (time + duration != 0) {
                    blocks.add(draft -> draft.times(time, time + duration));
                }
            }
        }
        for (Intrinsic field : List.of(Intrinsic.START, Intrinsic.END, Intrinsic.DURATION)) {
            for (Operator operator : Operator.values()) {
                for (long operand : times) {
                    if (!operator.isPattern()) {
                        prunedAll(blocks, field.compare(operator, operand));
                        prunedAll(blocks, field.compare(operator, (double) operand));
                    }
                }
                if (!operator.isPattern()) {
                    prunedAll(blocks, field.compare(operator, Double.NaN));
                    prunedAll(blocks, field.compare(operator, 0x1p64));
                    prunedAll(blocks, field.compare(operator, -0.5));
                }
            }
        }
    }

    /** With one span a block, a block is read exactly when its span passes. */
    private static void prunedAll(TestBlocks blocks, Filter filter) {
        ScanOutcome pruning = new QueryEngine(blocks::leaves).explain(Query.where(filter));
        ScanOutcome reading =
                new QueryEngine(blocks::leaves).explain(Query.where(filter.not().not()));
        assertThat(pruning.spansMatched()).as("%s", filter).isEqualTo(reading.spansMatched());
        assertThat(pruning.blocksRead()).as("%s", filter).isEqualTo(pruning.spansMatched());
        assertThat(reading.blocksRead()).as("%s", filter).isEqualTo(blocks.count());
    }

    @Test
    void boundsOfAnAndAndOfAnOrPruneTogether() {
        TestBlocks blocks = starts(1, 1, 2, 3, 4);
        Filter two = Intrinsic.START.equalTo(2);
        Filter named = Filter.name("nobody");
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(two.and(named)))
                        .blocksRead())
                .isEqualTo(1);
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(two.or(Intrinsic.START.equalTo(3))))
                        .blocksRead())
                .isEqualTo(2);
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(two.or(named)))
                        .blocksRead())
                .isEqualTo(4);
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(Filter.none()))
                        .blocksRead())
                .isZero();
    }

    @Test
    void aDamagedBlockIsCountedAndTheRestIsFound() {
        TestBlocks blocks = starts(2, 1, 2, 3, 4, 5, 6);
        try (SpanCursor answer = new QueryEngine(() -> blocks.leaves().damaged(1))
                .find(Query.where(Filter.all()).limit(10))) {
            assertThat(ordinals(answer)).containsExactly(5L, 4L, 1L, 0L);
            assertThat(answer.outcome().blocksDamaged()).isEqualTo(1);
            assertThat(answer.outcome().complete()).isFalse();
        }
    }

    @Test
    void answersHoldTheBlocksUntilTheyAreClosed() {
        TestBlocks blocks = starts(1, 1, 2);
        TestBlocks.TestLeaves leaves = blocks.leaves();
        SpanCursor answer =
                new QueryEngine(() -> leaves).find(Query.where(Filter.all()).limit(10));
        assertThatThrownBy(answer::view).isInstanceOf(IllegalStateException.class);
        assertThat(answer.next()).isTrue();
        Span copy = Span.of(answer.view());
        var view = answer.view();
        assertThat(leaves.isClosed()).isFalse();
        answer.close();
        answer.close();
        assertThat(leaves.isClosed()).isTrue();
        assertThat(copy.startNanos()).isEqualTo(2);
        assertThatThrownBy(view::startNanos).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(answer::view)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(answer::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void countingReleasesTheBlocks() {
        TestBlocks.TestLeaves leaves = starts(1, 1, 2).leaves();
        assertThat(new QueryEngine(() -> leaves)
                        .explain(Query.where(Filter.all()))
                        .spansMatched())
                .isEqualTo(2);
        assertThat(leaves.isClosed()).isTrue();
    }

    @Test
    void thousandsOfResourcesAreToldApart() {
        TestBlocks blocks = new TestBlocks(500);
        int resources = 4_110;
        for (int i = 0; i < resources; i++) {
            byte[] message = io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                    .addAttributes(io.opentelemetry.proto.common.v1.KeyValue.newBuilder()
                            .setKey("service.name")
                            .setValue(io.opentelemetry.proto.common.v1.AnyValue.newBuilder()
                                    .setStringValue("s" + i)))
                    .build()
                    .toByteArray();
            Envelope envelope = new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
            blocks.add(draft -> draft.resource(envelope));
        }
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(Filter.service("s7")))
                        .spansMatched())
                .isEqualTo(1);
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(Intrinsic.SERVICE.matches("s.*9")))
                        .spansMatched())
                .isEqualTo(resources / 10);
        assertThat(new QueryEngine(blocks::leaves)
                        .explain(Query.where(Filter.service("s7").or(Filter.service("s4100"))))
                        .spansMatched())
                .isEqualTo(2);
    }
}
