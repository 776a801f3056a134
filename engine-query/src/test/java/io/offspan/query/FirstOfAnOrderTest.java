package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.LiveView;
import io.offspan.query.index.PagePool;
import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first spans of an order are found with a look at few spans, as what is kept already rules out the others by their times. */
class FirstOfAnOrderTest {
    private static final int SPANS = 40_000;
    private static final long SECOND = 1_000_000_000;
    private static final long START = 1_700_000_000 * SECOND;
    private static final Query TENTH = Query.traceQl("{ name = \"op 3\" }").limit(20);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Makes spans of ten names; one clock in a thousand is off by days. */
    private TestBlocks blocks() {
        TestBlocks blocks = new TestBlocks(500);
        for (int i = 0; i < SPANS; i++) {
            long off = random.nextInt(1_000) == 0 ? (random.nextInt(9) - 4) * 86_400 * SECOND : 0;
            long start = START + i * 1_000_000L + off;
            long end = random.nextInt(100) == 0 ? 0 : start + (long) Math.exp(14 + 3 * random.nextGaussian());
            String name = "op " + random.nextInt(10);
            blocks.add(span -> span.name(name).times(start, end));
        }
        return blocks;
    }

    @Test
    void fewSpansAreLookedAtForTheFirstOfAnOrder() {
        TestBlocks blocks = blocks();
        LiveIndex index = new LiveIndex(new PagePool(), 64 << 20);
        int ordinal = 0;
        for (BlockReader block : blocks.readers()) {
            index.add(ordinal, block);
            ordinal += block.count();
        }
        QueryEngine scan = new QueryEngine(blocks::leaves);
        try (LiveView view = new LiveView().open(index)) {
            QueryEngine engine = new QueryEngine(() -> blocks.leaves(view));
            for (Query question : List.of(TENTH, Query.all().limit(20))) {
                for (SpanOrder order : SpanOrder.values()) {
                    ScanOutcome outcome = requireSame(engine, scan, question.order(order));
                    assertThat(outcome.spansVisited())
                            .as("%s, seed %d", outcome, seed)
                            .isBetween(20L, order == SpanOrder.NEWEST ? 200L : 500L);
                }
            }
        }
        index.close();
    }

    private static ScanOutcome requireSame(QueryEngine engine, QueryEngine scan, Query question) {
        try (SpanCursor found = engine.find(question);
                SpanCursor expected = scan.find(question)) {
            assertThat(ordinals(found)).as("%s", question).hasSize(20).isEqualTo(ordinals(expected));
            return found.outcome();
        }
    }

    private static List<Long> ordinals(SpanCursor spans) {
        List<Long> found = new ArrayList<>();
        while (spans.next()) {
            found.add(spans.ordinal());
        }
        return found;
    }
}
