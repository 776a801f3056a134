package io.offspan.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.LogFollower;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.QueryEngine;
import io.offspan.testkit.otlp.SpanBag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request of {@link OtlpCases} against one store, which has to keep what it took before and take what comes after. */
class HostileOtlpIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long SENTINELS = 0x5e17L;

    @TempDir
    static Path parent;

    private static SpanStore store;
    private static LogFollower follower;
    private static QueryEngine engine;
    private static long sentinel;
    private static int passed;

    @BeforeAll
    static void open() {
        StoreConfig config = StoreConfig.builder()
                .maxSpanBytes(OtlpCases.MAX_SPAN_BYTES)
                .syncInterval(Duration.ofHours(1))
                .build();
        store = SpanStore.open(parent.resolve("store"), config);
        follower = store.reader().follower(Position.START);
        engine = QueryEngine.over(store.reader());
        appendSentinel();
    }

    @AfterAll
    static void close() {
        store.close();
        NamedCases.report("otlp", passed, cases().size());
    }

    static List<OtlpCases.Case> cases() {
        return OtlpCases.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void becomesWhatIsStated(OtlpCases.Case hostile) throws InvalidProtocolBufferException {
        long counted = refusals(hostile.refused());
        long brokenBefore = store.counters().get(Counter.BROKEN_REQUESTS);
        byte[] shifted = new byte[hostile.request().length + 5];
        System.arraycopy(hostile.request(), 0, shifted, 3, hostile.request().length);

        OtlpReceipt receipt = store.appendOtlp(shifted, 3, hostile.request().length);

        assertThat(receipt.accepted()).as("accepted").isEqualTo(hostile.accepted());
        assertThat(receipt.rejected())
                .isEqualTo(hostile.refusals() == 0 ? Map.of() : Map.of(hostile.refused(), hostile.refusals()));
        if (hostile.broken() == null) {
            assertThat(receipt.broken()).isNull();
        } else {
            assertThat(receipt.broken()).contains(hostile.broken()).contains("at byte");
        }
        assertThat(refusals(hostile.refused()) - counted).as("counted refusals").isEqualTo(hostile.refusals());
        assertThat(store.counters().get(Counter.BROKEN_REQUESTS) - brokenBefore)
                .as("counted broken requests")
                .isEqualTo(hostile.broken() == null ? 0 : 1);
        assertThat(receipt.examples().values())
                .allSatisfy(example -> assertThat(example).matches("\\p{Print}+"));
        preserved(hostile);
        appendSentinel();
        assertThat(engine.trace(SENTINELS, SENTINELS).spans())
                .as("good spans before and after")
                .hasSize((int) sentinel);
        passed++;
    }

    private static long refusals(String reason) {
        return switch (reason) {
            case "" -> 0;
            case "BAD_ID" -> store.counters().get(Counter.BAD_ID);
            case "TOO_DEEP" -> store.counters().get(Counter.TOO_DEEP);
            case "TOO_LARGE", "tooLarge" -> store.counters().get(Counter.TOO_LARGE);
            default -> store.counters().get(Counter.MALFORMED);
        };
    }

    /** What was accepted is in the log as it came, as far as protobuf-java can tell. */
    private static void preserved(OtlpCases.Case hostile) throws InvalidProtocolBufferException {
        OtlpWriter writer = new OtlpWriter().begin();
        int[] spans = {0};
        assertThat(store.flush(LONG)).isTrue();
        while (follower.poll(block -> {
                    for (int i = 0; i < block.count(); i++) {
                        block.span(i).validate();
                        if (block.span(i).traceIdHigh() != SENTINELS) {
                            writer.add(block.span(i));
                            spans[0]++;
                        }
                    }
                })
                > 0) {
            continue;
        }
        assertThat(spans[0]).as("spans in the log").isEqualTo(hostile.accepted());
        byte[] out = writer.end().toByteArray();
        SpanBag wanted;
        try {
            wanted = new SpanBag().add(hostile.request());
        } catch (InvalidProtocolBufferException illegible) {
            assertThat(hostile.accepted() == 0 || hostile.broken() != null || containsTail(out, hostile.request()))
                    .as("text as it came")
                    .isTrue();
            return;
        }
        if (hostile.refusals() == 0 && hostile.broken() == null) {
            assertThat(new SpanBag().add(out)).isEqualTo(wanted);
        }
    }

    /** Texts that are not UTF-8 are the last field of their request, so that they must come out as they are. */
    private static boolean containsTail(byte[] out, byte[] request) {
        String tail = latin(request).substring(Math.max(0, request.length - 3));
        return latin(out).contains(tail);
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static void appendSentinel() {
        sentinel++;
        SpanDraft draft =
                new SpanDraft().clear().ids(SENTINELS, SENTINELS, sentinel).name("sentinel");
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
    }
}
