package io.offspan.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.core.BlockCursor;
import io.offspan.core.LogFollower;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import io.offspan.testkit.contract.StoreUnderTest;
import io.offspan.testkit.otlp.SpanBag;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The real store behind the port of the contract.
 *
 * <p>A segment ends at 1,024 spans at the least, so that rolling fills it up with spans of a scope of their own, which no answer shows.
 * Retention deletes the oldest segment file, and so is retiring; damage is one flipped bit in the last block of the log.
 *
 * <p>Questions of the writing process are put to an index, which is a few blocks further at each of them; those of a read-only opening
 * are answered by a scan.
 */
final class EngineUnderTest implements StoreUnderTest {
    private static final int SEGMENT_SPANS = 1_024;
    private static final String FILLER = "filler of segments";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabBytes(64 << 10)
            .slabs(8)
            .stripes(2)
            .spansPerBlock(32)
            .maxSpanBytes(128 << 10)
            .segmentBytes(4 << 20)
            .segmentSpans(SEGMENT_SPANS)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();

    private final Path directory;
    private final SpanBag seen = new SpanBag();
    private SpanStore store;
    private SpanIndex index;
    private int questions;
    private Position position = Position.START;

    EngineUnderTest(Path directory) {
        this.directory = directory;
        store = SpanStore.open(directory, CONFIG);
        index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
    }

    private void closeStore() {
        index.close();
        store.close();
    }

    @Override
    public int append(byte[] request) {
        OtlpReceipt receipt = store.appendOtlp(request);
        return receipt.accepted();
    }

    @Override
    public SpanBag query(String traceQl) throws IOException {
        int blocks = questions++ % 4;
        while (blocks > 0 && index.doWork() > 0) {
            blocks--;
        }
        assertThat(index.failure()).isNull();
        return query(store.reader(), traceQl);
    }

    @Override
    public SpanBag queryReadOnly(String traceQl) throws IOException {
        try (StoreReader reader = StoreReader.open(directory)) {
            return query(reader, traceQl);
        }
    }

    private static SpanBag query(StoreReader reader, String traceQl) throws IOException {
        OtlpWriter writer = new OtlpWriter().begin();
        try (SpanCursor spans =
                QueryEngine.over(reader).find(Query.traceQl(traceQl).limit(Query.MAX_LIMIT))) {
            while (spans.next()) {
                writer.add(spans.view());
            }
        }
        return shown(new SpanBag().add(writer.end().toByteArray()));
    }

    private static SpanBag shown(SpanBag spans) {
        return spans.where(member -> !member.scope().getName().equals(FILLER));
    }

    @Override
    public void roll() {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder()
                .setScope(InstrumentationScope.newBuilder().setName(FILLER));
        for (int i = 1; i <= SEGMENT_SPANS; i++) {
            ByteString id =
                    ByteString.copyFrom(ByteBuffer.allocate(8).putLong(i).array());
            scope.addSpans(Span.newBuilder().setTraceId(id.concat(id)).setSpanId(id));
        }
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request.addResourceSpansBuilder().addScopeSpans(scope);
        assertThat(append(request.build().toByteArray())).isEqualTo(SEGMENT_SPANS);
        assertThat(store.flush(SOON)).isTrue();
    }

    @Override
    public void reopen() {
        closeStore();
        store = SpanStore.open(directory, CONFIG);
        index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
    }

    @Override
    public SpanBag followed() throws IOException {
        assertThat(store.flush(SOON)).isTrue();
        LogFollower follower = store.reader().follower(position);
        OtlpWriter writer = new OtlpWriter();
        follower.poll(block -> add(seen, writer, block));
        position = follower.position();
        return shown(seen);
    }

    private static void add(SpanBag bag, OtlpWriter writer, BlockReader block) {
        try {
            bag.add(writer.writeRequest(block, 0, block.count()).toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public OptionalInt retire() throws IOException {
        closeStore();
        List<Path> segments = segments();
        if (segments.size() < 2) {
            reopen();
            return OptionalInt.of(0);
        }
        int spans = shown(inBlocks(false)).size();
        Files.delete(segments.get(0));
        Files.deleteIfExists(directory.resolve("slabs"));
        reopen();
        return OptionalInt.of(spans);
    }

    @Override
    public OptionalInt damage() throws IOException {
        closeStore();
        SpanBag last = inBlocks(true);
        if (last.isEmpty()) {
            reopen();
            return OptionalInt.of(0);
        }
        flip(last);
        // The slabs still hold what was moved to the log last, and recovery would take it from there.
        Files.delete(directory.resolve("slabs"));
        reopen();
        return OptionalInt.of(shown(last).size());
    }

    /** Flips a bit of the ids of a span of the last block, where they stand last in the log. */
    private void flip(SpanBag block) throws IOException {
        byte[][] ids = new byte[1][];
        block.forEach(member -> ids[0] =
                member.span().getTraceId().concat(member.span().getSpanId()).toByteArray());
        int length = ids[0].length;
        List<Path> segments = segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            byte[] bytes = Files.readAllBytes(segments.get(i));
            for (int at = bytes.length - length; at >= 0; at--) {
                if (Arrays.equals(bytes, at, at + length, ids[0], 0, length)) {
                    try (RandomAccessFile file =
                            new RandomAccessFile(segments.get(i).toFile(), "rw")) {
                        file.seek(at);
                        file.write(bytes[at] ^ 1);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("The last span of the log is nowhere in its files");
    }

    /** Returns the spans of the last sound block of the log, or those of its first segment; while the store is closed. */
    private SpanBag inBlocks(boolean last) throws IOException {
        SpanBag spans = new SpanBag();
        OtlpWriter writer = new OtlpWriter();
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = last ? snapshot.blocks() : snapshot.blocksOldestFirst();
            int segment = -1;
            while (blocks.next() && (segment < 0 || !last && segment == blocks.segmentNumber())) {
                BlockReader block = blocks.open();
                // One that was damaged before has nothing left to lose.
                if (block != null) {
                    add(spans, writer, block);
                }
                segment = block == null && last ? segment : blocks.segmentNumber();
            }
        }
        return spans;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        closeStore();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
