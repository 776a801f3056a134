package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Reading;
import io.offspan.export.ExportStatus.State;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Every span of the log is exported, waits, or was left out for a reason, by what the metrics say, whatever the destination answers:
 * yes, yes to some, later, no to some spans, nothing.
 */
class ExportConservationPropertyTest {
    private static final int MAX_BATCH_BYTES = 4_000;
    /** Longer than any wait. */
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
    /** Every so many spans one is refused by itself. */
    private static final long POISON = 37;
    /** Every so many spans one is larger than a request may be. */
    private static final long LARGE = 11;

    private static final String TOO_LARGE = "n".repeat(MAX_BATCH_BYTES);

    private Path folder;
    private SpanStore store;
    private long appended;

    @BeforeTry
    void open() throws IOException {
        folder = Files.createTempDirectory("conservation");
        store = TestSpans.open(folder.resolve("store"));
        appended = 0;
    }

    @AfterTry
    void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void append(int spans) {
        SpanDraft draft = new SpanDraft();
        for (int i = 0; i < spans; i++) {
            long id = ++appended;
            draft.clear().ids(1, id, id).times(id, id).name(id % LARGE == 0 ? TOO_LARGE : "span");
            while (store.append(draft) != AppendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
        }
        assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
    }

    /** Answers as chance says; a request with a poisonous span is never accepted whole. */
    private static Reply answer(Random random, Received request) {
        if (request.ids().stream().anyMatch(id -> id % POISON == 0)) {
            return Reply.answer(400);
        }
        int spans = request.ids().size();
        return switch (random.nextInt(8)) {
            case 0 -> Reply.partial(random.nextInt(spans + 1), "some of them");
            case 1 -> Reply.answer(503);
            case 2 -> Reply.reset();
            case 3 -> random.nextInt(4) == 0 ? Reply.answer(401) : Reply.ok();
            default -> Reply.ok();
        };
    }

    @Property(tries = 8)
    void whatIsInTheLogIsExportedWaitsOrWasLeftOut(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 80) Integer> events, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        try (TestDestination to = new TestDestination(store)) {
            to.config.maxBatchBytes(MAX_BATCH_BYTES);
            to.receiver.usually(Reply.choose(request -> answer(random, request)));
            for (int event : events) {
                append(event);
                to.runAfter(A_WHILE);
                // What has been accepted since the lag was taken may be in both.
                assertThat(ended(to) + waiting(to))
                        .as("%s", to.agent().status())
                        .isGreaterThanOrEqualTo(appended);
            }
            long begin = System.nanoTime();
            while (to.agent().status().state() != State.IDLE) {
                assertThat(System.nanoTime() - begin)
                        .as("waited in vain: %s", to.agent().status())
                        .isLessThan(PATIENCE_NANOS);
                if (to.agent().status().state() == State.PAUSED) {
                    // The last span of all may be a poisonous one, behind which nothing can be accepted.
                    append(1);
                }
                to.runAfter(A_WHILE);
            }
            assertThat(waiting(to)).isZero();
            assertThat(ended(to)).as("%s", to.agent().status()).isEqualTo(appended);
        }
    }

    private static long ended(TestDestination to) {
        return sum(to, "otel.sdk.exporter.span.exported");
    }

    private static long waiting(TestDestination to) {
        return sum(to, "offspan.export.spans.waiting");
    }

    private static long sum(TestDestination to, String metric) {
        return ExportMetrics.of(to.config.build(), to.agent().status()).stream()
                .filter(reading -> reading.metric().name().equals(metric))
                .mapToLong(Reading::value)
                .sum();
    }
}
