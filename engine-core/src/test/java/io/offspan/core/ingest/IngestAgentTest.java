package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabGeometry;
import io.offspan.core.slab.SlabImage;
import io.offspan.core.slab.SlabOpening;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestAgentTest {
    private static final SlabGeometry SLABS = SlabGeometry.of(8, 64 * 1024, 64, 2, 2 * 1024 * 1024);
    private static final int MAX_SPAN_BYTES = 1024 * 1024;

    @TempDir
    Path directory;

    private final Collector log = new Collector();
    private final StoreCounters counters = new StoreCounters();
    private final SpanDraft draft = new SpanDraft().clear();
    private SlabFile slabs;
    private Stripes stripes;
    private IngestAgent agent;
    private long clock;

    /** Keeps the span ids of each block instead of a log. */
    private final class Collector implements SegmentWriter {
        final List<List<Long>> blocks = new ArrayList<>();
        final BlockReader reader = new BlockReader();
        boolean refuses;
        boolean lost;
        boolean abandoned;
        boolean isFull;
        int tries;

        @Override
        public void open() {
            refuseWhenFull();
        }

        private void refuseWhenFull() {
            tries++;
            if (isFull) {
                throw new SpanStoreException.DiskFull("full", null);
            }
        }

        @Override
        public void append(BlockGather block, int spans) {
            refuseWhenFull();
            if (refuses) {
                throw new IllegalStateException("refused");
            }
            block.close(blocks.size(), 0, 0, 0);
            reader.wrap(block.memory(), 0);
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < reader.count(); i++) {
                SpanView span = reader.span(i);
                span.validate();
                assertThat(span.name()).isEqualTo("op " + span.spanId() % 7);
                ids.add(span.spanId());
            }
            assertThat(ids).hasSize(spans);
            blocks.add(ids);
        }

        @Override
        public long nextSequence() {
            return blocks.size();
        }

        @Override
        public void syncDue() {}

        @Override
        public void housekeeping() {}

        @Override
        public void beat() {}

        @Override
        public void check() {
            if (lost) {
                throw new SpanStoreException.Lost("deleted");
            }
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        @Override
        public void close() {}

        List<Long> ids() {
            return blocks.stream().flatMap(List::stream).toList();
        }
    }

    @BeforeEach
    void open() {
        openSlabs();
    }

    private void openSlabs() {
        slabs = SlabOpening.forWriter(directory, SLABS, null, slabs -> "", lost -> {});
        stripes = new Stripes(slabs, 2, MAX_SPAN_BYTES, 0, () -> {});
        agent = new IngestAgent(slabs, stripes.all(), log, counters, () -> clock, 1_000);
    }

    @AfterEach
    void close() {
        slabs.close();
    }

    private int append(long id) {
        draft.clear().ids(1, id, id).name("op " + id % 7).times(id, id + 5).attribute("key", "value " + id);
        return stripes.append(draft, 0);
    }

    @Test
    void movesEverySpanOfClosedSlabsOnceAndInOrder() {
        List<Long> expected = new ArrayList<>();
        for (long id = 1; id <= 1_000; id++) {
            assertThat(append(id)).isEqualTo(AppendResult.ACCEPTED);
            expected.add(id);
            agent.doWork();
        }
        clock += 2_000;
        agent.doWork();
        assertThat(log.ids()).isEqualTo(expected);
        assertThat(counters.get(Counter.LOGGED_SPANS)).isEqualTo(1_000);
    }

    @Test
    void cutsAnOpenSlabWhenAFlushIsDueAndRepeatsNothing() {
        List<Long> expected = new ArrayList<>();
        for (long id = 1; id <= 50; id++) {
            append(id);
            expected.add(id);
            if (id % 10 == 0) {
                clock += 2_000;
                agent.doWork();
                assertThat(log.ids()).isEqualTo(expected);
            }
        }
        assertThat(log.blocks).hasSize(5);
    }

    @Test
    void closesASlabInsteadOfCuttingItAFifthTime() {
        for (long id = 1; id <= 4; id++) {
            append(id);
            clock += 2_000;
            agent.doWork();
        }
        assertThat(SlabLayout.state(slabs.word(0))).isEqualTo(SlabLayout.FREE);
        assertThat(log.ids()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void cutsASlabOnceMoreWhenItsStripeIsHeld() throws InterruptedException {
        for (long id = 1; id <= 3; id++) {
            append(id);
            clock += 2_000;
            agent.doWork();
        }
        append(4);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread busy = new Thread(() -> {
            stripes.all()[0].tryHold();
            held.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        busy.start();
        held.await();
        clock += 2_000;
        agent.doWork();
        end.countDown();
        busy.join();
        assertThat(log.ids()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void refusesWhenNoSlabIsFreeAndGoesOnWhenOneIs() {
        long id = 1;
        while (append(id) == AppendResult.ACCEPTED) {
            id++;
        }
        long stored = id - 1;
        assertThat(stored).isEqualTo(8 * 64);
        assertThat(append(id)).isEqualTo(AppendResult.NO_SLAB);
        agent.doWork();
        assertThat(append(id)).isEqualTo(AppendResult.ACCEPTED);
        clock += 2_000;
        agent.doWork();
        assertThat(log.ids()).hasSize((int) stored + 1).doesNotHaveDuplicates();
    }

    @Test
    void keepsASlabThatTheLogRefused() {
        for (long id = 1; id <= 64; id++) {
            append(id);
        }
        append(65);
        log.refuses = true;
        org.assertj.core.api.Assertions.assertThatThrownBy(agent::doWork).isInstanceOf(IllegalStateException.class);
        log.refuses = false;
        agent.doWork();
        assertThat(log.ids()).hasSize(64).doesNotHaveDuplicates();
    }

    @Test
    void aLogThatRefusesIsAskedLessAndLessOftenButTwiceASecondAtLeast() {
        log.isFull = true;
        agent.onStart();
        for (long id = 1; id <= 65; id++) {
            append(id);
        }
        List<Long> triedAtMillis = new ArrayList<>();
        for (int millis = 0; millis < 2_000; millis++) {
            int before = log.tries;
            agent.doWork();
            if (log.tries > before) {
                triedAtMillis.add((long) millis);
            }
            clock += 1_000_000;
        }
        assertThat(triedAtMillis).containsExactly(51L, 152L, 353L, 754L, 1_255L, 1_756L);
        log.isFull = false;
        clock += 500_000_000;
        agent.doWork();
        assertThat(log.ids()).hasSize(65).doesNotHaveDuplicates();
    }

    @Test
    void aLogThatTookABlockIsAskedAgainSoonWhenItRefusesTheNext() {
        for (int round = 0; round < 2; round++) {
            for (long id = 1; id <= 65; id++) {
                append(65 * round + id);
            }
            log.isFull = true;
            agent.doWork();
            log.isFull = false;
            clock += 50_000_001;
            agent.doWork();
            assertThat(log.ids()).hasSize(65 * (round + 1));
        }
    }

    @Test
    void givesASpanThatNeedsMoreThanASlabALargeOne() {
        String text = "x".repeat(200_000);
        draft.clear().ids(1, 1, 7).name("op 0").attribute("text", text);
        assertThat(stripes.append(draft, 0)).isEqualTo(AppendResult.ACCEPTED);
        agent.doWork();
        assertThat(log.ids()).containsExactly(7L);
    }

    @Test
    void refusesASpanBeyondTheLimitAndStaysUsable() {
        draft.clear().ids(1, 1, 7).name("op 0").attribute("text", "x".repeat(1_100_000));
        assertThat(stripes.append(draft, 0)).isEqualTo(AppendResult.TOO_LARGE);
        assertThat(append(8)).isEqualTo(AppendResult.ACCEPTED);
        clock += 2_000;
        agent.doWork();
        assertThat(log.ids()).containsExactly(8L);
    }

    @Test
    void continuesWithTheSlabsOfAnEarlierProcess() {
        for (long id = 1; id <= 150; id++) {
            append(id);
        }
        clock += 2_000;
        agent.doWork();
        for (long id = 151; id <= 160; id++) {
            append(id);
        }
        slabs.close();
        openSlabs();
        for (int i = 0; i < slabs.slabs(); i++) {
            long word = slabs.word(i);
            if (SlabLayout.state(word) != SlabLayout.FREE) {
                agent.inherit(i, SlabLayout.generation(word), i == 2 ? 22 : 0);
                slabs.putWord(i, Stripe.closed(word));
            }
        }
        append(161);
        agent.doWork();
        clock += 2_000;
        agent.doWork();
        assertThat(log.ids()).doesNotHaveDuplicates().hasSize(161);
        assertThat(counters.get(Counter.RECOVERED_SPANS)).isEqualTo(10);
    }

    @Test
    void leavesOutWhatARecoveredSlabHoldsInPieces() {
        for (long id = 1; id <= 10; id++) {
            append(id);
        }
        long line = slabs.layout(0).line(4);
        slabs.slab(0).putShort(line + 52, 0xfffe);
        agent.inherit(0, SlabLayout.generation(slabs.word(0)), 0);
        slabs.putWord(0, Stripe.closed(slabs.word(0)));
        agent.doWork();
        assertThat(log.ids()).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L, 10L);
        assertThat(counters.get(Counter.LOST_SPANS)).isEqualTo(1);
    }

    @Test
    void anImageTakesInWhatWasCommittedSinceAndLeavesTheRestAsItIs() {
        for (long id = 1; id <= 20; id++) {
            append(id);
        }
        SlabImage image = image(0);
        assertThat(slabs.copyCommitted(0, slabs.word(0), image)).isTrue();
        assertThat(image.isCompleteAt(slabs.word(0))).isTrue();
        BlockReader early = new BlockReader();
        image.open(early, 3, 20, image.strings(), image.heapBytes());
        assertThat(ids(early)).isEqualTo(LongStream.rangeClosed(4, 20).boxed().toList());
        slabs.slab(0).putLong(slabs.layout(0).line(5) + LineLayout.SPAN_ID, 4711);
        for (long id = 21; id <= 25; id++) {
            append(id);
        }
        assertThat(image.isCompleteAt(slabs.word(0))).isFalse();
        assertThat(slabs.copyCommitted(0, slabs.word(0), image)).isTrue();
        BlockReader late = new BlockReader();
        image.open(late, 0, 25, image.strings(), image.heapBytes());
        assertThat(ids(late)).isEqualTo(LongStream.rangeClosed(1, 25).boxed().toList());
        assertThat(ids(early)).hasSize(17);
        assertThat(image.header().getLong(BlockLayout.MIN_START_OFFSET)).isEqualTo(1);
        assertThat(image.header().getLong(BlockLayout.MAX_START_OFFSET)).isEqualTo(25);
    }

    @Test
    void anImageRefusesASlabThatWasReusedMeanwhile() {
        append(1);
        long word = slabs.word(0);
        SlabImage image = image(0);
        slabs.putWord(0, SlabLayout.word(SlabLayout.generation(word) + 1, 1, SlabLayout.OPEN, 1));
        assertThat(slabs.copyCommitted(0, word, image)).isFalse();
        assertThat(image.spans()).isZero();
    }

    @Test
    void anImageRefusesMarksThatGoBack() {
        append(1);
        append(2);
        SlabImage image = image(0);
        assertThat(slabs.copyCommitted(0, slabs.word(0), image)).isTrue();
        append(3);
        slabs.slab(0).putInt(slabs.layout(0).mark(2) + SlabLayout.MARK_HEAP, 1);
        assertThat(slabs.copyCommitted(0, slabs.word(0), image)).isFalse();
        assertThat(image.spans()).isEqualTo(2);
    }

    @Test
    void onlySlabsThatMayHoldSpansAreLookedAt() {
        assertThat(slabs.nextTaken(0)).isEqualTo(slabs.slabs());
        append(1);
        assertThat(slabs.nextTaken(0)).isZero();
        assertThat(slabs.nextTaken(1)).isEqualTo(slabs.slabs());
        stripes.all()[0].closeSlab();
        agent.doWork();
        assertThat(slabs.nextTaken(0)).isEqualTo(slabs.slabs());
    }

    private SlabImage image(int slab) {
        SlabImage image = new SlabImage(slabs.layout(slab));
        image.start(slabs.incarnation(), slab, SlabLayout.generation(slabs.word(slab)));
        return image;
    }

    private static List<Long> ids(BlockReader block) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < block.count(); i++) {
            SpanView span = block.span(i);
            span.validate();
            assertThat(span.name()).isEqualTo("op " + span.spanId() % 7);
            ids.add(span.spanId());
        }
        return ids;
    }

    @Test
    void takesOverAStripeWhoseHolderDied() throws InterruptedException {
        Stripe stripe = stripes.all()[0];
        Thread dying = new Thread(stripe::tryHold);
        dying.start();
        dying.join();
        assertThat(stripe.tryHold()).isTrue();
    }

    @Test
    void answersClosedOnceRetired() {
        append(1);
        assertThat(stripes.retire(1_000_000)).isTrue();
        assertThat(append(2)).isEqualTo(AppendResult.CLOSED);
        agent.doWork();
        assertThat(log.ids()).containsExactly(1L);
    }

    @Test
    void movesNothingAnyMoreOnceTheFilesAreLost() {
        for (long id = 1; id <= 150; id++) {
            append(id);
        }
        log.lost = true;
        clock += 2_000;
        assertThatThrownBy(agent::doWork).isInstanceOf(SpanStoreException.Lost.class);
        log.lost = false;
        clock += 2_000;
        assertThat(agent.doWork()).isZero();
        agent.onClose();
        assertThat(log.ids()).isEmpty();
        assertThat(log.abandoned).isTrue();
    }
}
