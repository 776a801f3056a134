package io.offspan.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.IncompleteSpanException;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanKind;
import io.offspan.core.LogFollower;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.Trace;
import io.offspan.query.ast.Filter;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How to use Offspan as a library: open, append, ask, follow, export, close. Read it from top to bottom; each chapter stands on its
 * own and is a test, so that it cannot be out of date.
 */
class TutorialTest {
    private static final long NOON = 1_760_000_000_000_000_000L;
    private static final long MILLISECOND = 1_000_000;

    /** A directory of its own for each chapter. A store makes it, with access for the owner only. */
    @TempDir
    Path parent;

    // What produced the spans: made once, used with every span.
    private final Resource cart = Resource.builder()
            .put("service.name", "cart")
            .put("service.version", "2.1.0")
            .build();
    private final Scope instrumentation =
            Scope.builder().name("cart-http").version("1.0").build();

    @Test
    void chapter1AppendASpan() {
        // One writer opens a directory; a second one, in this process or another, is refused. Every setting has a
        // default;
        // those that people change say how much disk the store may take and for how long it keeps spans.
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(256L << 20)
                .maxAge(Duration.ofDays(2))
                .build();
        try (SpanStore store = SpanStore.open(parent.resolve("spans"), config)) {
            // One appender for each thread that appends. It owns a draft, which is filled again and again: after
            // warm-up no
            // object is made on this path.
            SpanAppender appender = store.newAppender();
            SpanDraft draft = appender.draft();
            draft.resource(cart).scope(instrumentation);
            draft.traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                    .spanId("00f067aa0ba902b7")
                    .name("GET /cart")
                    .kind(SpanKind.SERVER)
                    .times(NOON, NOON + 120 * MILLISECOND)
                    .attribute("http.route", "/cart")
                    .attribute("http.response.status_code", 200)
                    .event(NOON + 5 * MILLISECOND, "cache miss")
                    .attribute("cache.key", "cart-17");

            // An append does not throw and does not wait for a disk. What comes back is a code. A draft that was
            // accepted
            // is empty again, but for resource and scope.
            int result = appender.append();
            assertThat(result).as(AppendResult.name(result)).isEqualTo(AppendResult.ACCEPTED);

            // Without an appender, a function fills a draft that the store lends; one that lacks an id, a name or a
            // start is
            // refused.
            store.append(span -> span.resource(cart)
                    .traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                    .spanId("53995c3f42cd8ad8")
                    .parent("00f067aa0ba902b7")
                    .name("SELECT cart")
                    .kind(SpanKind.CLIENT)
                    .times(Instant.now(), Duration.ofMillis(3)));
            assertThatThrownBy(() -> store.append(span -> span.name("without ids")))
                    .isInstanceOf(IncompleteSpanException.class);

            // From here on the spans survive kill -9. Who needs them to survive a power failure, too, waits for the
            // disk:
            assertThat(store.awaitSynced(Duration.ofSeconds(60))).isTrue();
        }
    }

    @Test
    void chapter2AppendWhatCameAsOtlp() {
        try (SpanStore store = SpanStore.open(parent.resolve("spans"))) {
            // The body of an OTLP request, from a socket or a file, is stored without making objects of it.
            byte[] request = otlpRequest("GET /cart", "POST /cart");
            OtlpReceipt receipt = store.appendOtlp(request, 0, request.length);
            assertThat(receipt.accepted()).isEqualTo(2);
            assertThat(receipt.rejectedCount()).isZero();
        }
    }

    @Test
    void chapter3AskInTraceQl() {
        try (SpanStore store = SpanStore.open(parent.resolve("spans"))) {
            appendThreeRequests(store);
            QueryEngine engine = QueryEngine.over(store.reader());

            // Every span acknowledged before the question is in the answer; nobody has to flush anything first.
            Query slow = Query.traceQl("{ resource.service.name = \"cart\" && duration > 100ms }");
            assertThat(engine.count(slow)).isEqualTo(2);

            // The same question, built. Both are the same tree.
            Query built = Query.where(Filter.service("cart")
                    .and(Filter.spanAttribute("http.route").equalTo("/cart")));
            assertThat(engine.count(built)).isEqualTo(3);

            // A cursor shows spans where they lie, newest first. view() is valid until the next call; span() is a copy.
            List<String> seen = new ArrayList<>();
            try (SpanCursor spans = engine.find(slow.limit(10))) {
                while (spans.next()) {
                    Span kept = spans.span();
                    seen.add(kept.name() + " " + kept.durationNanos() / MILLISECOND + " ms");
                }
            }
            assertThat(seen).containsExactly("GET /cart 300 ms", "GET /cart 200 ms");

            // All spans of one trace, oldest first.
            Trace trace = engine.trace("00000000000000010000000000000003");
            assertThat(trace.spans()).extracting(Span::name).containsExactly("GET /cart");
        }
    }

    @Test
    void chapter4ReadBesideTheWriter() {
        Path directory = parent.resolve("spans");
        try (SpanStore store = SpanStore.open(directory)) {
            appendThreeRequests(store);

            // Any process may open the directory read-only while another one writes it, and after that one has died.
            try (StoreReader reader = StoreReader.open(directory)) {
                assertThat(QueryEngine.over(reader).count(Query.all())).isEqualTo(3);
            }
        }
    }

    @Test
    void chapter5FollowTheLog() {
        try (SpanStore store = SpanStore.open(parent.resolve("spans"))) {
            appendThreeRequests(store);

            // A follower reads the log block by block as it grows. Spans reach the log when a block is full or the sync
            // interval has passed; flush makes it now.
            assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
            List<String> names = new ArrayList<>();
            LogFollower follower = store.reader().follower(Position.START);
            follower.poll(block -> {
                for (int i = 0; i < block.count(); i++) {
                    names.add(block.span(i).name());
                }
            });
            assertThat(names).hasSize(3);

            // Its position can be kept as text, and a later follower goes on from there.
            Position kept = Position.parse(follower.position().toString());
            LogFollower later = store.reader().follower(kept);
            assertThat(later.poll(block -> {})).isZero();
        }
    }

    @Test
    void chapter6ExportToABackend() throws IOException {
        // The smallest OTLP backend there is.
        try (OtlpReceiver backend = OtlpReceiver.start();
                SpanStore store = SpanStore.open(parent.resolve("spans"))) {
            appendThreeRequests(store);

            // An exporter follows the log on a thread of its own and keeps a checkpoint in the store's directory. It
            // waits
            // for a backend that is down, for as long as the store keeps the spans. ExportConfig.fromEnvironment reads
            // the
            // OTEL_EXPORTER_OTLP_* variables instead.
            ExportConfig config =
                    ExportConfig.builder().endpoint(backend.endpoint()).build();
            try (ExportAgent exporter = ExportAgent.start(store, config)) {
                assertThat(exporter.drain(Duration.ofSeconds(30))).isTrue();
                assertThat(exporter.status().spans()).isEqualTo(3);
            }

            // A second one goes on where the first one stopped: nothing is sent twice.
            try (ExportAgent exporter = ExportAgent.start(store, config)) {
                assertThat(exporter.drain(Duration.ofSeconds(30))).isTrue();
                assertThat(exporter.status().spans()).isZero();
            }
            assertThat(backend.spans()).isEqualTo(3);
        }
    }

    @Test
    void chapter7OpenAgain() {
        Path directory = parent.resolve("spans");
        try (SpanStore store = SpanStore.open(directory)) {
            appendThreeRequests(store);
        }
        // Closing moves everything to the log. After a kill it is the next opening that does, and nothing is lost
        // either.
        try (SpanStore store = SpanStore.open(directory)) {
            assertThat(QueryEngine.over(store.reader()).count(Query.all())).isEqualTo(3);
        }
    }

    /** Appends three requests of 100, 200 and 300 milliseconds, one second after another, each a trace of its own. */
    private void appendThreeRequests(SpanStore store) {
        SpanAppender appender = store.newAppender();
        appender.draft().resource(cart).scope(instrumentation);
        for (int i = 1; i <= 3; i++) {
            long start = NOON + i * 1_000 * MILLISECOND;
            appender.draft()
                    .ids(1, i, i)
                    .name("GET /cart")
                    .times(start, start + i * 100 * MILLISECOND)
                    .attribute("http.route", "/cart");
            assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
        }
    }

    private static byte[] otlpRequest(String... names) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (int i = 0; i < names.length; i++) {
            spans.addSpansBuilder()
                    .setTraceId(com.google.protobuf.ByteString.copyFrom(
                            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}))
                    .setSpanId(com.google.protobuf.ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) i}))
                    .setName(names[i]);
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
                .build()
                .toByteArray();
    }
}
