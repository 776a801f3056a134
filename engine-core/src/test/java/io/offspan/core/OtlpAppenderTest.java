package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.StoreCounters.Counter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpAppenderTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .slabBytes(64 << 10)
            .stripes(4)
            .spansPerBlock(50)
            .maxSpanBytes(64 << 10)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(60))
            .budgetBytes(1L << 30)
            .segmentBytes(8 << 20)
            .build();

    @TempDir
    Path directory;

    private SpanStore store;
    private final ProtoOutput out = new ProtoOutput(1024);

    @BeforeEach
    void open() {
        store = SpanStore.open(directory.resolve("store"), CONFIG);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theSpansOfALongRequestAreStoredThroughManySlabs() {
        OtlpReceipt receipt = store.appendOtlp(request(1, 700));
        assertThat(receipt.accepted()).isEqualTo(700);
        assertThat(receipt.rejectedCount()).isZero();
        assertThat(store.counters().get(Counter.ACCEPTED)).isEqualTo(700);
        assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
        assertThat(ids())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 700).boxed().toList());
    }

    @Test
    void theSpansOfARequestStandInASlabInItsOrder() {
        store.appendOtlp(request(1, 45));
        assertThat(ids())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 45).boxed().toList());
    }

    @Test
    void everybodySeesTheSpansOfARequestOnceItIsAnswered() {
        for (int spans = 1; spans <= 40; spans++) {
            long before = ids().size();
            store.appendOtlp(request(1, spans));
            assertThat(ids()).hasSize((int) before + spans);
        }
    }

    @Test
    void spansThatAreRefusedLeaveThoseAroundThem() {
        out.clear();
        int resource = out.open(1);
        int scope = out.open(2);
        span(1);
        out.close(out.open(2));
        span(2);
        span(3);
        out.close(out.open(2));
        large(4);
        span(5);
        out.close(scope);
        out.close(resource);
        OtlpReceipt receipt = store.appendOtlp(out.toByteArray());
        assertThat(receipt.accepted()).isEqualTo(4);
        assertThat(receipt.rejected()).isEqualTo(Map.of("BAD_ID", 2, "tooLarge", 1));
        assertThat(receipt.refusals()).extracting(OtlpReceipt.Refusal::span).containsExactly(1, 4, 5);
        assertThat(store.counters().get(Counter.ACCEPTED)).isEqualTo(4);
        assertThat(store.counters().dropped()).isEqualTo(3);
        assertThat(ids()).containsExactlyInAnyOrder(1L, 2L, 3L, 5L);
    }

    @Test
    void spansOfARequestThatBreaksOffAreStored() {
        byte[] two = request(1, 2);
        byte[] broken = ByteBuffer.allocate(two.length + 2)
                .put(two)
                .put(new byte[] {10, 100})
                .array();
        OtlpReceipt receipt = store.appendOtlp(broken);
        assertThat(receipt.accepted()).isEqualTo(2);
        assertThat(receipt.broken()).isNotNull();
        assertThat(ids()).containsExactly(1L, 2L);
    }

    @Test
    void aClosedStoreRefusesEachSpanOfARequest() {
        store.close();
        OtlpReceipt receipt = store.appendOtlp(request(1, 30));
        assertThat(receipt.accepted()).isZero();
        assertThat(receipt.rejected()).isEqualTo(Map.of("closed", 30));
        assertThat(store.counters().get(Counter.CLOSED)).isEqualTo(30);
    }

    @Test
    void otherCallersGoOnBetweenTheSpansOfARequest() {
        SpanAppender appender = store.newAppender();
        for (int i = 0; i < 20; i++) {
            store.appendOtlp(request(1, 20));
            SpanDraft draft = appender.draft();
            draft.ids(1, 1, 1_000 + i).name("beside").times(1, 2);
            appender.append();
        }
        assertThat(ids()).hasSize(420);
    }

    private byte[] request(long first, int count) {
        out.clear();
        int resource = out.open(1);
        int scope = out.open(2);
        for (int i = 0; i < count; i++) {
            span(first + i);
        }
        out.close(scope);
        out.close(resource);
        return out.toByteArray();
    }

    private void span(long id) {
        int span = out.open(2);
        fields(id);
        out.close(span);
    }

    private void large(long id) {
        int span = out.open(2);
        fields(id);
        int attribute = out.open(9);
        out.text(1, "text");
        int value = out.open(2);
        out.text(1, "x".repeat(200_000));
        out.close(value);
        out.close(attribute);
        out.close(span);
    }

    private void fields(long id) {
        out.bytes(1, ByteBuffer.allocate(16).putLong(7).putLong(id).array());
        out.bytes(2, ByteBuffer.allocate(8).putLong(id).array());
        out.text(5, "GET /cart");
        out.fixed64(7, 1_000 + id);
        out.fixed64(8, 2_000 + id);
    }

    private List<Long> ids() {
        List<Long> ids = new ArrayList<>();
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                assertThat(block).isNotNull();
                for (int i = 0; i < block.count(); i++) {
                    ids.add(block.span(i).spanId());
                }
            }
        }
        return ids;
    }
}
