package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.SpanOrder;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.LiveView;
import io.offspan.query.index.PagePool;
import org.junit.jupiter.api.Test;

/** An index that could read no block yet answers as the scan does. */
class UnreadableBlocksTest {
    private static final int CHUNK = 1 << 16;

    @Test
    void anIndexOfGapsAloneIsAskedForTimes() {
        TestBlocks blocks = new TestBlocks(100);
        for (int i = 0; i < 100; i++) {
            long start = 1_000 + i;
            blocks.add(span -> span.name("a").times(start, start + 1));
        }
        blocks.endBlock();
        LiveIndex index = new LiveIndex(new PagePool(), 64 << 20);
        assertThat(index.skip(0, 100)).isTrue();
        try (LiveView view = new LiveView().open(index)) {
            Query window = Query.all().from(1_010).to(1_020);
            assertThat(new QueryEngine(() -> blocks.leaves(view)).count(window))
                    .as("once the block can be read")
                    .isEqualTo(10);
            QueryEngine engine = new QueryEngine(() -> blocks.leaves(view).damaged(0));
            assertThat(engine.prepare(window).tally().blocksDamaged()).isEqualTo(1);
            for (SpanOrder order : SpanOrder.values()) {
                try (SpanCursor found = engine.find(window.order(order))) {
                    assertThat(found.size()).isZero();
                    assertThat(found.outcome().blocksDamaged()).isEqualTo(1);
                }
            }
        }
        index.close();
    }

    @Test
    void everyGroupThatIsPassedOverHasTimes() {
        LiveIndex index = new LiveIndex(new PagePool(), 64 << 20);
        assertThat(index.skip(3 * CHUNK, 10)).isTrue();
        try (LiveView view = new LiveView().open(index)) {
            for (int group = 0; group <= 3 * CHUNK >>> 12; group++) {
                assertThat(view.times().isKnown(group)).isTrue();
                assertThat(view.times().base(group)).isZero();
                assertThat(view.times().greatestStart(group)).isZero();
                assertThat(view.times().far(group)).isZero();
            }
        }
        index.close();
    }
}
