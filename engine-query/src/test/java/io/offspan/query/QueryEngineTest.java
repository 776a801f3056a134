package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door: what a host asks of its store. */
class QueryEngineTest {
    private static final StoreConfig CONFIG =
            StoreConfig.builder().slabs(8).stripes(2).spansPerBlock(16).build();
    private static final int SLAB_FILE_HEADER_BYTES = 4096;

    private final SpanDraft draft = new SpanDraft();

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("store");
    }

    private void append(SpanStore store, long trace, long span, long start, String name) {
        byte[] resource = Resource.newBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue("cart")))
                .build()
                .toByteArray();
        draft.clear()
                .ids(0x4bf92f3577b34da6L, trace, span)
                .times(start, start + 5)
                .name(name)
                .status(span % 2 == 0 ? 2 : 0)
                .resource(new Envelope().set(resource, 0, resource.length, new byte[0], 0, 0));
        assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
    }

    @Test
    void aSpanIsFoundAsSoonAsItIsAcknowledged() {
        try (SpanStore store = SpanStore.open(directory(), CONFIG)) {
            QueryEngine engine = QueryEngine.over(store.reader());
            for (long i = 1; i <= 100; i++) {
                append(store, 1, i, i, "n" + i);
                assertThat(engine.count(Query.where(Filter.name("n" + i)))).isEqualTo(1);
            }
            Query errors = Query.where(Filter.service("cart").and(Filter.status(SpanStatus.ERROR)))
                    .from(11)
                    .to(90)
                    .limit(3);
            assertThat(engine.count(errors)).isEqualTo(39);
            try (SpanCursor cursor = engine.find(errors)) {
                assertThat(cursor.size()).isEqualTo(3);
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.view().name()).isEqualTo("n88");
                assertThat(cursor.span().serviceName()).isEqualTo("cart");
                assertThat(cursor.remaining()).extracting(Span::name).containsExactly("n86", "n84");
                assertThat(cursor.outcome().complete()).isTrue();
            }
        }
    }

    @Test
    void aTraceHasAllItsSpansInOrderAndDuplicatesTwice() {
        try (SpanStore store = SpanStore.open(directory(), CONFIG)) {
            append(store, 0xa3ce929d0e0e4736L, 3, 7, "c");
            append(store, 0xa3ce929d0e0e4736L, 2, 7, "b");
            append(store, 7, 9, 1, "other");
            append(store, 0xa3ce929d0e0e4736L, 1, -1, "d");
            append(store, 0xa3ce929d0e0e4736L, 8, 0, "a");
            append(store, 0xa3ce929d0e0e4736L, 8, 0, "a");
            QueryEngine engine = QueryEngine.over(store.reader());
            Trace trace = engine.trace("4BF92f3577b34da6a3ce929d0e0e4736");
            assertThat(trace.spans()).extracting(Span::name).containsExactly("a", "a", "b", "c", "d");
            assertThat(trace.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(trace.outcome().complete()).isTrue();
            assertThat(engine.trace(0x4bf92f3577b34da6L, 7).spans()).hasSize(1);
            assertThat(engine.trace("0".repeat(32)).isEmpty()).isTrue();
            assertThat(engine.trace("4bf9").traceId()).isEqualTo("0".repeat(28) + "4bf9");
            assertThatThrownBy(() -> engine.trace("0" + "4bf92f3577b34da6a3ce929d0e0e4736"))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("32");
        }
    }

    @Test
    void aDeadStoreAnswersLikeALiveOne() {
        try (SpanStore store = SpanStore.open(directory(), CONFIG)) {
            for (long i = 1; i <= 50; i++) {
                append(store, i, i, i, "n");
            }
        }
        try (StoreReader reader = StoreReader.open(directory())) {
            QueryEngine engine = QueryEngine.over(reader);
            assertThat(engine.count(Query.all())).isEqualTo(50);
            SpanCursor cursor = engine.find(Query.all());
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.view().spanId()).isEqualTo(50);
            cursor.close();
            assertThatThrownBy(cursor::view).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aCursorOutlivesTheReaderItCameFrom() {
        try (SpanStore store = SpanStore.open(directory(), CONFIG)) {
            append(store, 1, 2, 3, "n");
        }
        StoreReader reader = StoreReader.open(directory());
        try (SpanCursor cursor = QueryEngine.over(reader).find(Query.all())) {
            reader.close();
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.span().name()).isEqualTo("n");
        }
    }

    @Test
    void aDamagedBlockIsNeverPassedOverInSilence() throws IOException {
        try (SpanStore store = SpanStore.open(directory(), CONFIG)) {
            for (long i = 1; i <= 64; i++) {
                append(store, i, i, i, i == 20 ? "needle" : "straw");
                if (i % 16 == 0) {
                    assertThat(store.flush(Duration.ofSeconds(60))).isTrue();
                }
            }
        }
        damage("needle");
        try (StoreReader reader = StoreReader.open(directory())) {
            QueryEngine engine = QueryEngine.over(reader);
            assertThat(engine.explain(Query.all()).blocksDamaged()).isEqualTo(1);
            assertThat(engine.explain(Query.all()).spansMatched()).isBetween(32L, 63L);
            assertThatThrownBy(() -> engine.count(Query.all()))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("1 blocks")
                    .hasMessageContaining("tally");
            try (SpanCursor cursor = engine.find(Query.all().limit(100))) {
                assertThat(cursor.outcome().complete()).isFalse();
                assertThat(cursor.remaining()).hasSize((int) cursor.outcome().spansMatched());
            }
        }
    }

    @Test
    void anOpenSlabThatCannotBeReadIsNeverPassedOverInSilence() throws IOException {
        StoreConfig patient =
                StoreConfig.builder().syncInterval(Duration.ofHours(1)).build();
        try (SpanStore store = SpanStore.open(directory(), patient)) {
            append(store, 1, 1, 1, "open");
            breakMarks(store.config());
            QueryEngine engine = QueryEngine.over(store.reader());
            assertThat(engine.explain(Query.all()).blocksDamaged()).isEqualTo(1);
            assertThatThrownBy(() -> engine.count(Query.all()))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("1 blocks");
        }
    }

    /** Makes the first mark of every slab point beyond its slab. */
    private void breakMarks(StoreConfig config) throws IOException {
        try (RandomAccessFile slabs =
                new RandomAccessFile(directory().resolve("slabs").toFile(), "rw")) {
            for (int slab = 0; slab < config.slabs(); slab++) {
                slabs.seek(SLAB_FILE_HEADER_BYTES + (long) slab * config.slabBytes() + SlabLayout.HEADER_BYTES);
                slabs.writeLong(-1);
            }
        }
    }

    private void damage(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> files;
        try (Stream<Path> log = Files.list(directory().resolve("log"))) {
            files = log.filter(file -> file.toString().endsWith(".cq4")).toList();
        }
        for (Path file : files) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] head = new byte[(int) Math.min(bytes.length(), 1 << 20)];
                bytes.readFully(head);
                int at = new String(head, StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes.seek(at);
                    bytes.write(wanted[0] ^ 1);
                    return;
                }
            }
        }
        throw new AssertionError("No " + text + " in " + files);
    }
}
