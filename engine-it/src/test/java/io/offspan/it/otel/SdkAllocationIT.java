package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.otel.OffspanSpanProcessor;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a span costs the garbage collector on its way into the store, beside its way into the SDK's OTLP exporter. */
@Timeout(300)
class SdkAllocationIT {
    private static final int WARM_UP = 20_000;
    private static final int SPANS = 50_000;
    private static final int FLUSH_EVERY = 1_000;
    private static final String SINK = "sink";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path scratch;

    @Test
    void storingASpanAllocatesNoMoreThanSendingIt() throws IOException {
        double bare = measure(new Unread(), () -> {});
        double offspan;
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), patient())) {
            offspan = measure(
                    OffspanSpanProcessor.into(store::append),
                    () -> assertThat(store.flush(Duration.ofSeconds(60))).isTrue());
            assertThat(store.counters().get(Counter.ACCEPTED)).isEqualTo(WARM_UP + SPANS);
        }
        AtomicLong received = new AtomicLong();
        HttpServer sink = sink(received);
        double otlp = measure(
                BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(
                                        "http://127.0.0.1:" + sink.getAddress().getPort() + "/v1/traces")
                                .build())
                        .setMaxQueueSize(WARM_UP + SPANS)
                        .build(),
                () -> {});
        sink.stop(0);
        boolean pass = offspan <= otlp && received.get() > 0;
        new Gate("sdk-allocation", 0)
                .put("spans", SPANS)
                .put("sdk_bytes_a_span", Math.round(bare))
                .put("offspan_bytes_a_span", Math.round(offspan - bare))
                .put("otlp_bytes_a_span", Math.round(otlp - bare))
                .report(pass);
        assertThat(received.get()).as("requests with spans").isPositive();
        assertThat(offspan).as("bytes a span, that of the SDK included").isLessThanOrEqualTo(otlp);
    }

    private static StoreConfig patient() {
        return StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(20))
                .build();
    }

    /** Returns how many bytes all threads but those of the sink allocate for a span. */
    private static double measure(SpanProcessor processor, Runnable settle) {
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(processor).build()) {
            Tracer tracer = provider.get("shop", "1.0");
            make(provider, tracer, WARM_UP);
            settle.run();
            Map<Long, Long> before = allocated();
            make(provider, tracer, SPANS);
            settle.run();
            long bytes = 0;
            for (Map.Entry<Long, Long> thread : allocated().entrySet()) {
                bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            }
            return (double) bytes / SPANS;
        }
    }

    private static void make(SdkTracerProvider provider, Tracer tracer, int spans) {
        for (int i = 1; i <= spans; i++) {
            tracer.spanBuilder("GET /cart")
                    .setSpanKind(SpanKind.SERVER)
                    .setAttribute("http.request.method", "GET")
                    .setAttribute("http.response.status_code", 200L)
                    .setAttribute("http.route", "/cart/{id}")
                    .setAttribute("url.path", "/cart/42")
                    .setAttribute("url.scheme", "https")
                    .setAttribute("server.address", "shop.example")
                    .setAttribute("server.port", 443L)
                    .setAttribute("user_agent.original", "curl/8")
                    .startSpan()
                    .end();
            if (i % FLUSH_EVERY == 0) {
                // No more than the batch processor's queue takes.
                assertThat(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess())
                        .isTrue();
            }
        }
    }

    private static Map<Long, Long> allocated() {
        Map<Long, Long> bytes = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith(SINK)) {
                bytes.put(thread.getId(), THREADS.getThreadAllocatedBytes(thread.getId()));
            }
        }
        return bytes;
    }

    private static HttpServer sink(AtomicLong received) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            received.incrementAndGet();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.setExecutor(task -> {
            Thread thread = new Thread(task, SINK);
            thread.setDaemon(true);
            thread.start();
        });
        server.start();
        return server;
    }

    /** Takes spans and does nothing with them; without any processor the SDK makes none. */
    private static final class Unread implements SpanProcessor {
        @Override
        public void onStart(Context parentContext, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {}

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
