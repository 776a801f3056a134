package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.keep.WhyScanned;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every question has the same answer by index and by scan, whatever happens to the store and whatever memory the index has.
 *
 * <p>{@code -Doffspan.index.operations=1000000} makes it longer still.
 */
class IndexGateIT {
    private static final int OPERATIONS = Integer.getInteger("offspan.index.operations", Gate.size(1_500, 100_000));
    private static final int PLANTED_OPERATIONS = 5_000;
    private static final int PLANTED_SECONDS = 240;
    /** Ends at the first wrong answer; damage is met by a question rarely, since pages are checked where they are read. */
    private static final int TRUSTING_OPERATIONS = 100_000;
    /** More than two chunks of an index. */
    private static final int LARGE_SEGMENT_SPANS = 150_000;

    private static final int LARGE_OPERATIONS = 2_000;

    @TempDir
    Path scratch;

    @Test
    void everyQuestionHasTheSameAnswerByIndexAndByScan() {
        IndexLife life = new IndexLife(scratch, IndexLife.forgetful(), IndexLife.LITTLE_OR_MUCH, Gate.seed(), 0);
        for (int i = 0; i < OPERATIONS; i++) {
            life.step();
        }
        life.end("G12", OPERATIONS).report(true);
        assertThat(life.questions()).isGreaterThan(OPERATIONS / 4);
        assertThat(life.scans(WhyScanned.BEHIND)).isPositive();
        assertThat(life.sealed()).as("segments sealed").isPositive();
        if (OPERATIONS >= 50_000) {
            assertThat(life.damaged()).as("index files damaged").isPositive();
            assertThat(life.retired()).as("segments deleted").isPositive();
            assertThat(life.kills()).as("kills").isPositive();
            assertThat(life.scans(WhyScanned.FULL))
                    .as("questions to a full index")
                    .isPositive();
            assertThat(life.scans(WhyScanned.OUT_OF_MEMORY))
                    .as("questions to a segment whose memory went to a newer one")
                    .isPositive();
        }
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void aSegmentOfSeveralChunksHasTheSameAnswersToo() {
        IndexLife life = new IndexLife(
                scratch, IndexLife.small().segmentSpans(LARGE_SEGMENT_SPANS).build(), IndexLife.MUCH, Gate.seed(), 0);
        life.append(LARGE_SEGMENT_SPANS - 10_000);
        for (int i = 0; i < LARGE_OPERATIONS; i++) {
            life.step();
            life.index(20);
        }
        life.index(Integer.MAX_VALUE);
        life.end("index-large", LARGE_OPERATIONS).report(true);
        assertThat(life.indexed()).isGreaterThan(2 << 16);
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void indexFilesThatNobodyChecksTurnTheGateRed() {
        long seed = Gate.seed();
        try (ChildJvm child = ChildJvm.of(TrustingLife.class)
                .scratch(scratch)
                .property("offspan.fault", "BUG_TRUSTS_INDEX_FILES")
                .arguments(scratch.resolve("life"), TRUSTING_OPERATIONS, seed)
                .start()) {
            assertThat(child.await(PLANTED_SECONDS)).as(child.report()).isZero();
            boolean red = child.output().startsWith("red");
            new Gate("index-BUG_TRUSTS_INDEX_FILES", seed)
                    .put("result", child.output().trim().replace(' ', '_'))
                    .planted(red);
            assertThat(red).as(child.report()).isTrue();
        }
    }

    @Test
    @Tag(Gate.AT_LENGTH)
    void anAnswerThatLeavesOutOneSpanInAThousandIsNoticed() {
        boolean red = false;
        IndexLife life = new IndexLife(scratch, IndexLife.forgetful(), IndexLife.LITTLE_OR_MUCH, Gate.seed(), 1_000);
        int operations = 0;
        while (operations < PLANTED_OPERATIONS && !red) {
            operations++;
            try {
                life.step();
            } catch (AssertionError noticed) {
                assertThat(noticed).hasMessageContaining("not indexed, seed");
                red = true;
            }
        }
        String line = life.end("index-planted", operations).planted(red);
        assertThat(red).as(line).isTrue();
    }
}
