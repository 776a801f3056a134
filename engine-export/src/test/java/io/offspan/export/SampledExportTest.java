package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.value.Position;
import io.offspan.core.value.Reading;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a destination gets whose spans are sampled: whole traces once they are decided, whatever it answers, and again after a restart. */
class SampledExportTest {
    private static final int SPANS = 1_000;
    private static final int WAIT = 300;
    /** Later than the blocks of the log, whose clock is that of the machine. */
    private static final Duration LATER = Duration.ofMillis(4_000_000_000_000L - TestDestination.EPOCH_MILLIS);

    @TempDir
    Path temporary;

    private SpanStore store;
    private TestDestination to;

    @BeforeEach
    void open() throws IOException {
        store = TestSpans.open(temporary.resolve("store"));
        to = new TestDestination(store);
        to.config.sampling(() -> new TestSampler(SampledExportTest::keeps, WAIT), "test");
    }

    @AfterEach
    void close() throws IOException {
        to.close();
        store.close();
    }

    /** Spans have ten to a trace, whose number is a tenth of theirs. */
    private static boolean keeps(long trace) {
        return trace % 3 == 0;
    }

    private static List<Long> kept(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .filter(id -> keeps(id / 10))
                .boxed()
                .toList();
    }

    @Test
    void whatWaitsIsNotSentAndTheCheckpointStaysBeforeIt() {
        TestSpans.append(store, 1, SPANS);
        ExportStatus status = to.run();
        List<Long> sent = to.receiver.ids();
        assertThat(sent).doesNotHaveDuplicates().isSubsetOf(kept(1, SPANS));
        // Blocks that have a trace which waits are not sent; a block has up to 64 spans, and a few are under way.
        assertThat(sent.size()).isBetween((SPANS - WAIT) / 3 - 130, (SPANS - WAIT) / 3 + 10);
        assertThat(status.state()).isEqualTo(State.IDLE);
        assertThat(status.lagSpans()).isGreaterThanOrEqualTo(WAIT);
        assertThat(store.reader().lag(status.checkpoint()).spans()).isGreaterThanOrEqualTo(WAIT);
        assertThat(status.sampling().waiting()).isBetween(20L, 50L);
    }

    @Test
    void aQuietLogIsDecidedToItsEndWhenTheTimeOfTheLastTraceIsOver() {
        TestSpans.append(store, 1, SPANS);
        ExportStatus status = to.runAfter(LATER);
        assertThat(to.receiver.ids()).containsExactlyInAnyOrderElementsOf(kept(1, SPANS));
        assertThat(status.checkpoint()).isEqualTo(store.reader().end());
        assertThat(status.notKeptSpans()).isEqualTo(SPANS - kept(1, SPANS).size());
        assertThat(status.lagSpans()).isZero();
        assertThat(status.sampling().waiting()).isZero();
        assertThat(status.sampling().kept().traces()
                        + status.sampling().dropped().traces())
                .isEqualTo(1 + SPANS / 10);
        assertThat(to.agent().drain(Duration.ofSeconds(60))).isTrue();
    }

    @Test
    void aRestartComesToTheSameDecisionsAndCountsWhatItDecidesItself() {
        TestSpans.append(store, 1, SPANS);
        to.run();
        to.restart();
        assertThat(to.run().notKeptSpans()).isZero();
        assertThat(to.agent().status().sampling().kept().traces()).isLessThan(SPANS / 30 / 2);
        TestSpans.append(store, SPANS + 1, 2 * SPANS);
        to.run();
        to.restart();
        ExportStatus status = to.runAfter(LATER);
        assertThat(to.receiver.ids()).containsExactlyInAnyOrderElementsOf(kept(1, 2 * SPANS));
        assertThat(status.sampling().kept().traces()
                        + status.sampling().dropped().traces())
                .isBetween(20L, 80L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyKeptSpanArrivesWhateverTheDestinationAnswers(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> arrived = new TreeSet<>();
        to.config.maxBatchBytes(4_000);
        to.receiver.usually(Reply.choose(request -> {
            if (request.ids().stream().anyMatch(id -> id % 97 == 0)) {
                return Reply.answer(400);
            }
            int chance = random.nextInt(8);
            if (chance < 3) {
                return chance == 0 ? Reply.answer(503) : chance == 1 ? Reply.answer(401) : Reply.reset();
            }
            arrived.addAll(request.ids());
            return Reply.ok();
        }));
        TestSpans.append(store, 1, SPANS);
        to.runAfter(LATER);
        for (int tries = 0;
                !to.agent().status().checkpoint().equals(store.reader().end());
                tries++) {
            assertThat(tries).as("tries until %s", to.agent().status()).isLessThan(2_000);
            to.runAfter(Duration.ofMinutes(2));
        }
        List<Long> wanted = kept(1, SPANS).stream().filter(id -> id % 97 != 0).toList();
        assertThat(arrived).containsExactlyElementsOf(wanted);
        assertThat(sum("otel.sdk.exporter.span.exported") + sum("offspan.export.sampling.spans.dropped"))
                .as("%s", to.agent().status())
                .isEqualTo(SPANS);
    }

    private long sum(String metric) {
        return ExportMetrics.of(to.config.build(), to.agent().status()).stream()
                .filter(reading -> reading.metric().name().equals(metric))
                .mapToLong(Reading::value)
                .sum();
    }

    @Test
    void whatIsDroppedAsAWholeMovesTheCheckpointWithoutARequest() {
        to.config.sampling(() -> new TestSampler(trace -> false, WAIT), "test");
        TestSpans.append(store, 1, SPANS);
        ExportStatus status = to.runAfter(LATER);
        assertThat(status.checkpoint()).isEqualTo(store.reader().end()).isNotEqualTo(Position.START);
        assertThat(status.batches()).isZero();
        assertThat(status.notKeptSpans()).isEqualTo(SPANS);
    }

    @Test
    void anotherProcessReadsWhatWasDecided() {
        TestSpans.append(store, 1, SPANS);
        to.runAfter(LATER);
        to.agent().close();
        KeptStatus kept = KeptStatus.read(store.directory(), to.config.build().checkpointName());
        assertThat(kept.status().sampling()).isEqualTo(to.agent().status().sampling());
        assertThat(kept.status().notKeptSpans()).isPositive();
    }
}
