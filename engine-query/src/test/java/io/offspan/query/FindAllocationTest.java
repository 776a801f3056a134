package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search makes what its question needs and little else: it may be asked often. */
class FindAllocationTest {
    private static final int SPANS = 1_600;
    /** What a question takes, whatever it is asked of. */
    private static final long MOST_BYTES = 2_048;
    /** What an attribute of any scope takes more, which is looked for in five places: less than 200 bytes for each leaf. */
    private static final long ANYWHERE_BYTES = 400;
    /** What a span that was found takes more. */
    private static final long HIT_BYTES = 128;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path temporary;

    @Test
    void aSearchOverASmallStoreAllocatesLittle() {
        Path directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory)) {
            fill(store);
            assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            little(store.reader(), MOST_BYTES);
            try (StoreReader outside = StoreReader.open(directory)) {
                little(outside, MOST_BYTES);
            }
        }
    }

    private static void fill(SpanStore store) {
        Envelope shop = new Envelope();
        byte[] resource = Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue("shop")))
                .build()
                .toByteArray();
        shop.set(resource, 0, resource.length, new byte[0], 0, 0);
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= SPANS; i++) {
            draft.clear()
                    .resource(shop)
                    .ids(7, i, i)
                    .times(1_000L * i, 1_000L * i + i)
                    .name("GET /" + i % 20)
                    .kind(2);
            draft.attribute("http.status_code", 200L + i % 5).attribute("user", "user " + i);
            store.append(draft);
        }
    }

    private static void little(StoreReader reader, long bytes) {
        little(reader, "{ duration > 1h }", 0, bytes);
        little(reader, "{ duration = 1600ns }", 1, bytes);
        little(reader, "{ trace:id = \"0000000000000007000000000000002a\" }", 1, bytes);
        little(reader, "{ span:id = \"000000000000ffff\" }", 0, bytes);
        little(reader, "{ name = \"POST\" }", 0, bytes);
        little(reader, "{ kind = server && status = error }", 0, bytes);
        little(reader, "{ span.http.status_code = 500 }", 0, bytes);
        little(reader, "{ span.user = \"nobody\" }", 0, bytes);
        little(reader, "{ event.user = \"nobody\" }", 0, bytes);
        little(reader, "{ link:traceID = \"0000000000000007000000000000002a\" }", 0, bytes);
        little(reader, "{ resource.service.name = \"other\" }", 0, bytes);
        little(reader, "{ instrumentation.user = \"nobody\" }", 0, bytes);
        little(reader, "{ instrumentation:name = \"other\" }", 0, bytes);
        little(reader, "{ .user = \"nobody\" }", 0, bytes + ANYWHERE_BYTES);
        little(reader, "{ }", 1, bytes);
    }

    private static void little(StoreReader reader, String question, int found, long bytes) {
        long mostBytes = bytes + found * HIT_BYTES;
        QueryEngine engine = QueryEngine.over(reader);
        Query query = Query.traceQl(question).limit(1);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 2_000 && least > mostBytes; round++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            try (SpanCursor spans = engine.find(query)) {
                assertSize(spans, found);
            }
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertThat(least).as("bytes allocated by %s", question).isLessThanOrEqualTo(mostBytes);
    }

    private static void assertSize(SpanCursor spans, int size) {
        if (spans.size() != size) {
            throw new AssertionError("Found " + spans.size() + " spans instead of " + size);
        }
    }
}
