package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.keep.FileState;
import io.offspan.query.keep.IndexLimits;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small index file with any of its bytes changed, or cut off anywhere: answers are those of the scan, and the writer makes it anew. */
class DamagedIndexTest {
    private static final int SMALL_BYTES = 8 << 10;
    private static final int SPANS = 40;
    private static final Duration SOON = Duration.ofSeconds(30);
    /** One place in so many is damaged. */
    private static final int STEP = Gate.size(41, 1);
    /** After one damage in so many the writer opens the store. */
    private static final int OPENINGS = Gate.size(12, 16);

    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabBytes(64 << 10)
            .slabs(4)
            .stripes(1)
            .spansPerBlock(16)
            .maxSpanBytes(64 << 10)
            .build();

    @TempDir
    Path temporary;

    private Path directory;
    private Path file;
    private byte[] whole;
    private int behind;
    private List<Object> right;
    private int damages;
    private int rebuilt;

    @BeforeEach
    void seal() throws IOException {
        directory = temporary.resolve("store");
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            SpanDraft draft = new SpanDraft();
            for (int i = 0; i < SPANS; i++) {
                draft.clear()
                        .ids(7, 1 + i / 4, 1 + i)
                        .times(1_000L * (i + 1), 1_000L * (i + 1) + 10 * i)
                        .name("op " + i % 3);
                draft.attribute("code", 200L + i % 5).attribute("user", "user " + i);
                store.append(draft);
            }
            assertThat(store.flush(SOON)).isTrue();
            assertThat(index.await(SOON)).isTrue();
        }
        try (Stream<Path> files = Files.list(directory.resolve("index"))) {
            file = files.findFirst().orElseThrow();
        }
        whole = Files.readAllBytes(file);
        assertThat(whole.length).isLessThanOrEqualTo(SMALL_BYTES);
        behind = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(252);
        assertThat(behind).as("bytes of the rows of blocks").isPositive();
        try (StoreReader reader = StoreReader.open(directory)) {
            right = answers(QueryEngine.scanning(reader));
            QueryEngine fast = QueryEngine.over(reader);
            assertThat(answers(fast)).isEqualTo(right);
            assertThat(fast.explain(Query.traceQl("{ span.code = 203 }")).spansVisited())
                    .as("without damage the file is asked")
                    .isZero();
        }
    }

    @Test
    void everyChangedByteLeavesTheAnswersAndIsRepaired() throws IOException {
        for (int at = 0; at < whole.length; at += STEP) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << at % 8);
            check("byte " + at, changed, at < whole.length - behind);
        }
        report();
    }

    @Test
    void everyLengthLeavesTheAnswersAndIsRepaired() throws IOException {
        for (int length = 0; length < whole.length; length += STEP) {
            check("the first " + length + " bytes", Arrays.copyOf(whole, length), true);
        }
        report();
    }

    /** @param harmful whether it is the index that is damaged, and not the rows of blocks behind it, which only readers of the log use */
    private void check(String what, byte[] damaged, boolean harmful) throws IOException {
        Files.write(file, damaged);
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(answers(QueryEngine.over(reader))).as(what).isEqualTo(right);
        }
        if (damages++ % OPENINGS == 0 && harmful) {
            repair(what);
        }
    }

    /** Has the writer meet the damage and make the file anew. */
    private void repair(String what) throws IOException {
        try (SpanStore store = SpanStore.open(directory, CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            assertThat(answers(QueryEngine.over(store.reader()))).as(what).isEqualTo(right);
            assertThat(index.await(SOON)).as(what).isTrue();
            long anew = 0;
            for (FileState why : FileState.values()) {
                anew += index.counters().rebuilds(why);
            }
            assertThat(anew).as("%s, indexes made anew", what).isEqualTo(1);
            assertThat(answers(QueryEngine.over(store.reader()))).as(what).isEqualTo(right);
        }
        assertThat(Files.readAllBytes(file)).as(what).isEqualTo(whole);
        rebuilt++;
    }

    private void report() {
        assertThat(rebuilt).isPositive();
        System.out.printf(
                "%d damages to an index file of %d bytes, %d of them repaired by the writer%n",
                damages, whole.length, rebuilt);
    }

    private static List<Object> answers(QueryEngine engine) {
        List<Object> all = new ArrayList<>();
        for (String text : List.of(
                "{ span.code = 203 }",
                "{ span.user = \"user 17\" }",
                "{ span.user =~ \"user 1.\" && name != \"op 2\" }",
                "{ duration >= 100ns && duration < 260ns }")) {
            Query query = Query.traceQl(text).limit(Query.MAX_LIMIT);
            all.add(engine.count(query));
            all.add(ids(engine.find(query)));
            all.add(ids(engine.find(query.order(SpanOrder.SLOWEST).limit(5))));
        }
        all.add(engine.trace(7, 6).spans());
        all.add(engine.discover(Query.all()).values(Intrinsic.NAME, "").rows());
        return all;
    }

    private static List<Long> ids(SpanCursor found) {
        List<Long> ids = new ArrayList<>();
        try (found) {
            while (found.next()) {
                ids.add(found.view().spanId());
            }
        }
        return ids;
    }
}
