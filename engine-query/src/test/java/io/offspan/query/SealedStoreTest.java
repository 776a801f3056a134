package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.core.Leaf;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.files.IndexDisk;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.keep.FileState;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.WhyScanned;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.SnapshotLeaves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedStoreTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();
    private static final Query CODE = Query.traceQl("{ span.code = 203 }").limit(Query.MAX_LIMIT);

    @TempDir
    Path temporary;

    private Path directory;
    private SpanStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("store");
        store = SpanStore.open(directory, CONFIG);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = SpanStore.open(directory, CONFIG);
    }

    private void fill(int from, int to) {
        SpanDraft draft = new SpanDraft();
        for (int i = from; i < to; i++) {
            draft.clear()
                    .ids(7, 1 + i / 8, 1 + i)
                    .times(1_000L * (i + 1), 1_000L * (i + 1) + i)
                    .name("op " + i % 5);
            draft.attribute("code", 200L + i % 10).attribute("user", "user " + i);
            store.append(draft);
        }
        assertThat(store.flush(SOON)).isTrue();
    }

    private SpanIndex index() {
        return SpanIndex.open(store.reader(), IndexLimits.DEFAULT);
    }

    /** Seals what there is, the last segment as far as it goes, and returns how many spans were indexed for it. */
    private long seal() {
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            return index.counters().spansIndexed();
        }
    }

    private static void requireRight(StoreReader reader, int spans) {
        QueryEngine engine = QueryEngine.over(reader);
        assertThat(engine.count(CODE)).isEqualTo((spans + 6) / 10);
        try (SpanCursor found = engine.find(CODE)) {
            assertThat(found.size()).isEqualTo((spans + 6) / 10);
        }
        for (int trace = 0; trace < spans / 8; trace += 37) {
            assertThat(engine.trace(7, 1 + trace).spans()).hasSize(8);
        }
        assertThat(engine.count(Query.traceQl("{ span.user = \"user " + (spans - 1) + "\" }")))
                .isEqualTo(1);
    }

    /** Asks as another process would, and returns how many spans had to be scanned. */
    private long scannedOutside(int spans) {
        try (StoreReader reader = StoreReader.open(directory)) {
            requireRight(reader, spans);
            return QueryEngine.over(reader).explain(CODE).spansVisited();
        }
    }

    private List<Path> files(String directoryName) throws IOException {
        Path of = directory.resolve(directoryName);
        if (!Files.exists(of)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(file -> !file.toString().endsWith(".cq4t"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aSegmentThatHasEndedIsSealedAndItsMemoryGivenBack() throws IOException {
        fill(0, 3_000);
        try (SpanIndex index = index()) {
            long most = 0;
            while (index.doWork() > 0) {
                most = Math.max(most, index.counters().bytes());
                requireRight(store.reader(), 3_000);
            }
            assertThat(index.failure()).isNull();
            assertThat(index.counters().segmentsSealed()).isEqualTo(2);
            assertThat(index.counters().spansSealed()).isEqualTo(2_048);
            assertThat(index.counters().sealNanos()).isPositive();
            assertThat(index.counters().bytes()).isBetween(1L, most / 2);
            assertThat(files("index"))
                    .extracting(file -> String.valueOf(file.getFileName()))
                    .containsExactly("19700101-0005V.idx", "19700101-0010V.idx");
            long bytes = files("index").stream()
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            assertThat(index.counters().fileBytes()).isEqualTo(bytes);
            assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                    .isZero();
        }
    }

    @Test
    void aQuestionThatLooksAtAnIndexGoesOnWhenItIsSealed() {
        fill(0, 1_000);
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            PreparedQuery prepared = QueryEngine.over(store.reader()).prepare(CODE);
            try (SpanCursor found = prepared.find()) {
                fill(1_000, 2_000);
                assertThat(index.await(SOON)).isTrue();
                assertThat(index.counters().segmentsSealed()).isEqualTo(1);
                assertThat(found.remaining()).hasSize(100);
            }
            assertThat(prepared.count()).isEqualTo(200);
            assertThat(prepared.outcome().spansVisited()).isZero();
        }
    }

    @Test
    void aReaderOfAnotherProcessAsksTheFilesAndWritesNothing() throws IOException {
        fill(0, 3_000);
        assertThat(scannedOutside(3_000)).as("without files").isEqualTo(3_000);
        assertThat(files("index")).isEmpty();
        seal();
        List<Path> sealed = files("index");
        assertThat(sealed).hasSize(3);
        assertThat(scannedOutside(3_000))
                .as("the last segment is sealed as far as it goes")
                .isZero();
        fill(3_000, 3_040);
        assertThat(scannedOutside(3_040)).isEqualTo(40);
        Files.delete(sealed.get(1));
        assertThat(scannedOutside(3_040)).isEqualTo(40 + 1_024);
        assertThat(files("index")).hasSize(2);
    }

    @Test
    void aReaderThatStaysFindsFilesThatAreWrittenLater() {
        fill(0, 2_000);
        try (StoreReader reader = StoreReader.open(directory);
                SpanIndex own = SpanIndex.open(reader, IndexLimits.DEFAULT)) {
            assertThat(own.await(SOON)).isTrue();
            long bytes = own.counters().bytes();
            requireRight(reader, 2_000);
            seal();
            long deadline = System.nanoTime() + SOON.toNanos();
            while (own.counters().bytes() == bytes && System.nanoTime() < deadline) {
                own.doWork();
            }
            assertThat(own.counters().bytes()).as("beside the file").isLessThan(bytes);
            requireRight(reader, 2_000);
            assertThat(QueryEngine.over(reader).explain(CODE).spansVisited()).isZero();
        }
    }

    @Test
    void whatIsSealedIsNotIndexedAgain() {
        fill(0, 3_000);
        assertThat(seal()).isEqualTo(3_000);
        reopen();
        assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                .as("before there is an index")
                .isZero();
        assertThat(seal()).as("the last segment goes on").isEqualTo(3_000 - 2 * 1_024);
        fill(3_000, 4_000);
        assertThat(scannedOutside(4_000)).isEqualTo(1_000);
        seal();
        assertThat(scannedOutside(4_000)).isZero();
        reopen();
        requireRight(store.reader(), 4_000);
    }

    @Test
    void aFileThatCannotBeUsedIsMadeAnew() throws IOException {
        fill(0, 3_000);
        seal();
        List<Path> sealed = files("index");
        byte[] first = Files.readAllBytes(sealed.get(0));
        flip(sealed.get(0), first.length / 2);
        Files.copy(sealed.get(2), sealed.get(1), StandardCopyOption.REPLACE_EXISTING);
        reopen();
        try (SpanIndex index = index()) {
            requireRight(store.reader(), 3_000);
            while (index.doWork() > 0) {
                requireRight(store.reader(), 3_000);
            }
            assertThat(index.counters().rebuilds(FileState.DAMAGED)).isEqualTo(1);
            assertThat(index.counters().rebuilds(FileState.STALE)).isEqualTo(1);
            assertThat(index.counters().segmentsSealed()).isEqualTo(2);
        }
        assertThat(Files.readAllBytes(sealed.get(0))).isEqualTo(first);
        assertThat(scannedOutside(3_000)).isZero();

        Files.write(sealed.get(0), Arrays.copyOf(first, first.length - 8));
        flip(sealed.get(1), 4);
        assertThat(scannedOutside(3_000)).isEqualTo(2_048);
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(QueryEngine.over(reader).prepare(CODE).explain())
                    .extracting(LeafPlans::scanned)
                    .contains(WhyScanned.UNUSABLE_FILE.toString());
        }
        reopen();
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().rebuilds(FileState.DAMAGED)).isEqualTo(1);
            assertThat(index.counters().rebuilds(FileState.OTHER_VERSION)).isEqualTo(1);
        }
        assertThat(scannedOutside(3_000)).isZero();
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 2;
        Files.write(file, bytes);
    }

    private static void cut(Path file, long bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page that the system takes from a mapped file must not be met by whoever asks. */
    @Test
    void aFileThatIsMadeShorterUnderAReaderIsPassedOverAndMadeAnew() throws IOException {
        fill(0, 3_000);
        seal();
        reopen();
        try (SpanIndex index = index();
                StoreReader reader = StoreReader.open(directory)) {
            assertThat(index.await(SOON)).isTrue();
            requireRight(reader, 3_000);
            List<Path> sealed = files("index");
            long bytes = Files.size(sealed.get(0));
            cut(sealed.get(0), 4_096);
            cut(sealed.get(1), Files.size(sealed.get(1)) - 1);
            requireRight(reader, 3_000);
            assertThat(QueryEngine.over(reader).explain(CODE).spansVisited()).isEqualTo(2 * 1_024);
            assertThat(QueryEngine.over(reader).prepare(CODE).explain())
                    .extracting(LeafPlans::scanned)
                    .contains(WhyScanned.UNUSABLE_FILE.toString());
            requireRight(store.reader(), 3_000);
            assertThat(index.counters().scans(WhyScanned.UNUSABLE_FILE)).isPositive();
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().rebuilds(FileState.DAMAGED)).isEqualTo(2);
            assertThat(index.counters().segmentsSealed()).isEqualTo(2);
            assertThat(Files.size(sealed.get(0))).isEqualTo(bytes);
            assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                    .isZero();
            requireRight(store.reader(), 3_000);
        }
        assertThat(scannedOutside(3_000)).isZero();
    }

    @Test
    void aFileThatIsMadeShorterInTheMiddleOfAnAnswerEndsItAsLost() throws IOException {
        fill(0, 2_000);
        seal();
        Path newest = files("index").get(1);
        try (StoreReader reader = StoreReader.open(directory)) {
            LeafScan scan = new LeafScan(Filter.name("op 3"));
            SnapshotLeaves leaves = new SnapshotLeaves(reader, true);
            Sink cutting = new Sink() {
                @Override
                public void enterBlock(BlockPlace block) {
                    cut(newest, 300);
                }

                @Override
                public void take(SpanView span, int index) {}
            };
            RunLimit limit = new RunLimit(RunLimit.NO_END);
            limit.start();
            leaves.renew();
            assertThatThrownBy(() -> scan.run(leaves, cutting, limit))
                    .isInstanceOf(SpanStoreException.Lost.class)
                    .hasMessageContaining("was made shorter while it was read; ask again");
            leaves.renew();
            limit.start();
            assertThat(scan.run(leaves, Sink.COUNT, limit)).isEqualTo(400);
            leaves.close();
        }
    }

    @Test
    void aFileThatIsMadeShorterWhileItsPlanIsToldEndsThatAsLost() throws IOException {
        fill(0, 2_000);
        seal();
        Path newest = files("index").get(1);
        try (StoreReader reader = StoreReader.open(directory)) {
            SnapshotLeaves leaves = new SnapshotLeaves(reader, true);
            Leaves cutting = new Leaves() {
                @Override
                public void renew() {
                    leaves.renew();
                }

                @Override
                public int count() {
                    return leaves.count();
                }

                @Override
                public Leaf leaf(int number) {
                    return leaves.leaf(number);
                }

                @Override
                public @Nullable LeafIndex index(int number) {
                    LeafIndex index = leaves.index(number);
                    cut(newest, 300);
                    return index;
                }

                @Override
                public boolean wasIndexWhole() {
                    return leaves.wasIndexWhole();
                }

                @Override
                public void refuseIndex() {
                    leaves.refuseIndex();
                }

                @Override
                public int unreachable() {
                    return leaves.unreachable();
                }

                @Override
                public void close() {
                    leaves.close();
                }
            };
            PreparedQuery question = new QueryEngine(() -> cutting).prepare(CODE);
            assertThatThrownBy(question::explain)
                    .isInstanceOf(SpanStoreException.Lost.class)
                    .hasMessageContaining("was made shorter while it was read; ask again");
            assertThat(question.explain()).extracting(LeafPlans::scanned).contains(WhyScanned.UNUSABLE_FILE.toString());
        }
    }

    /** The end of a file may be there again when somebody looks for it, so that the file seems whole. */
    @Test
    void afterAPageThatCannotBeReadTheNextQuestionScans() {
        fill(0, 2_000);
        seal();
        try (StoreReader reader = StoreReader.open(directory)) {
            LeafScan scan = new LeafScan(Filter.name("op 3"));
            SnapshotLeaves leaves = new SnapshotLeaves(reader, true);
            Sink failing = new Sink() {
                @Override
                public void enterBlock(BlockPlace block) {
                    throw new InternalError("a page is gone");
                }

                @Override
                public void take(SpanView span, int index) {}
            };
            RunLimit limit = new RunLimit(RunLimit.NO_END);
            limit.start();
            leaves.renew();
            assertThatThrownBy(() -> scan.run(leaves, failing, limit)).isInstanceOf(SpanStoreException.Lost.class);
            leaves.renew();
            limit.start();
            assertThat(scan.run(leaves, Sink.COUNT, limit)).isEqualTo(400);
            assertThat(scan.outcome().spansVisited())
                    .as("the newest segment is scanned")
                    .isEqualTo(2_000 - 1_024);
            leaves.close();
        }
    }

    /** Nobody looks at all of a file when it is opened: what is damaged is met by the question that needs it. */
    @Test
    void damageThatAQuestionMeetsIsScannedAndTheFileMadeAnew() throws IOException {
        fill(0, 1_500);
        seal();
        Path file = files("index").get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 300; at < whole.length; at += whole.length / 9) {
            byte[] changed = whole.clone();
            changed[at] ^= 4;
            Files.write(file, changed);
            try (StoreReader reader = StoreReader.open(directory)) {
                requireRight(reader, 1_500);
                Discovery names = QueryEngine.over(reader).discover(Query.where(Filter.all()));
                assertThat(names.values(Intrinsic.NAME, "op").rows()).hasSize(5);
                QueryEngine engine = QueryEngine.over(reader);
                assertThat(engine.count(Query.traceQl("{ duration >= 1490ns }")))
                        .isEqualTo(10);
                assertThat(engine.count(Query.traceQl("{ span.code > 205 }"))).isEqualTo(600);
                assertThat(engine.count(Query.traceQl("{ !(span.code = 203) }")))
                        .isEqualTo(1_350);
                assertThat(engine.count(Query.traceQl("{ name =~ \"op [12]\" }")))
                        .isEqualTo(600);
            }
        }
        byte[] damaged = whole.clone();
        for (int at = 300; at < whole.length - 300; at += 1_000) {
            damaged[at] ^= 4;
        }
        Files.write(file, damaged);
        reopen();
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().rebuilds(FileState.DAMAGED))
                    .as("nobody has asked")
                    .isZero();
            requireRight(store.reader(), 1_500);
            assertThat(index.counters().scans(WhyScanned.UNUSABLE_FILE)).isPositive();
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().rebuilds(FileState.DAMAGED)).isEqualTo(1);
            assertThat(index.counters().rebuildNanos())
                    .isBetween(1L, index.counters().indexNanos());
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    /** What was checked has to be what is mapped. */
    @Test
    void aFileThatIsReplacedWhileItIsOpenedIsTheOneOrTheOther() throws IOException {
        fill(0, 2_048);
        seal();
        List<Path> sealed = files("index");
        Path first = sealed.get(0);
        Path other = Files.copy(sealed.get(1), directory.resolve("other"));
        try (StoreReader reader = StoreReader.open(directory);
                IndexDisk disk = IndexDisk.watched()) {
            disk.before("MAP", () -> {
                try {
                    Files.move(other, first, StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            requireRight(reader, 2_048);
            requireRight(reader, 2_048);
            assertThat(Files.exists(other)).isFalse();
        }
    }

    /** Damages blocks of the first segment, of the store that is closed for that and opened again. */
    private void damageBlocks(boolean headers, int... rows) throws IOException {
        Path log = files("log").get(0);
        byte[] bytes = Files.readAllBytes(log);
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockDirectory blocks = snapshot.leaf(0).directory();
            for (int row : rows) {
                bytes[(int) blocks.offset(row) + (headers ? 20 : blocks.length(row) / 2)] ^= 1;
            }
        }
        store.close();
        Files.write(log, bytes);
        store = SpanStore.open(directory, CONFIG);
    }

    private static void requireSameAsTheScan(StoreReader reader) {
        QueryEngine fast = QueryEngine.over(reader);
        QueryEngine scan = QueryEngine.scanning(reader);
        for (String text : List.of(
                "{ }",
                "{ span.code = 203 }",
                "{ span.code = 203 && name = \"op 3\" }",
                "{ span.user = \"user 200\" }",
                "{ span.user = \"user 2200\" }",
                "{ span.nothing = 1 }",
                "{ duration >= 150ns && duration < 260ns }",
                "{ name = \"op 2\" || span.code = 201 }",
                "{ name != \"op 2\" }")) {
            Query query = Query.traceQl(text).limit(Query.MAX_LIMIT);
            ScanOutcome byIndex = fast.explain(query);
            ScanOutcome byScan = scan.explain(query);
            assertThat(byIndex.spansMatched()).as(text).isEqualTo(byScan.spansMatched());
            assertThat(byIndex.blocksDamaged()).as(text).isEqualTo(byScan.blocksDamaged());
            assertThat(byIndex.complete()).as(text).isEqualTo(byScan.complete());
            try (SpanCursor found = fast.find(query);
                    SpanCursor expected = scan.find(query)) {
                assertThat(found.remaining()).as(text).isEqualTo(expected.remaining());
                assertThat(found.outcome().blocksDamaged()).as(text).isEqualTo(byScan.blocksDamaged());
            }
            assertThat(fast.discover(query).values(Intrinsic.NAME, "").rows())
                    .as(text)
                    .isEqualTo(scan.discover(query).values(Intrinsic.NAME, "").rows());
        }
        for (int trace = 1; trace < 250; trace += 9) {
            Trace found = fast.trace(7, trace);
            Trace expected = scan.trace(7, trace);
            assertThat(found.spans()).isEqualTo(expected.spans());
            assertThat(found.outcome().blocksDamaged())
                    .isEqualTo(expected.outcome().blocksDamaged());
        }
    }

    @Test
    void aSegmentWithDamagedBlocksIsSealedAllTheSameAndSaysWhatTheScanSays() throws IOException {
        fill(0, 3_000);
        damageBlocks(false, 0, 3, 4, 15);
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            requireSameAsTheScan(store.reader());
            assertThat(index.counters().segmentsSealed()).isEqualTo(2);
            assertThat(index.counters().scans(WhyScanned.DAMAGED)).isPositive();
            assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                    .isZero();
            assertThat(QueryEngine.over(store.reader()).explain(CODE).blocksDamaged())
                    .isEqualTo(4);
        }
        reopen();
        requireSameAsTheScan(store.reader());
        assertThat(seal()).as("only the last segment is indexed again").isEqualTo(3_000 - 2 * 1_024);
        try (StoreReader reader = StoreReader.open(directory)) {
            requireSameAsTheScan(reader);
        }
    }

    @Test
    void damageThatCameAfterTheIndexCountsOnceItIsKnown() throws IOException {
        fill(0, 2_000);
        seal();
        damageBlocks(false, 3, 9);
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(QueryEngine.over(reader).explain(Query.traceQl("{ }")).spansMatched())
                    .as("by the index alone, as operations.md says")
                    .isEqualTo(2_000);
            assertThat(QueryEngine.scanning(reader)
                            .explain(Query.traceQl("{ }"))
                            .blocksDamaged())
                    .isEqualTo(2);
            requireSameAsTheScan(reader);
        }
    }

    @Test
    void headersThatAreDamagedAfterTheIndexAreMetWithTheirBlocks() throws IOException {
        fill(0, 2_000);
        seal();
        damageBlocks(true, 3, 9);
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.stats().damages()).isZero();
            assertThat(QueryEngine.over(reader).explain(Query.traceQl("{ }")).spansMatched())
                    .as("by the index alone, as operations.md says")
                    .isEqualTo(2_000);
            assertThat(QueryEngine.scanning(reader)
                            .explain(Query.traceQl("{ }"))
                            .blocksDamaged())
                    .isEqualTo(2);
            requireSameAsTheScan(reader);
        }
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().rebuilds(FileState.STALE))
                    .as("the writer reads the headers")
                    .isEqualTo(1);
            requireSameAsTheScan(store.reader());
        }
    }

    @Test
    void spansThatTheLogHasLostAreNotCountedByAnIndex() throws IOException {
        fill(0, 1_500);
        damageBlocks(true, 2, 7);
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            requireSameAsTheScan(store.reader());
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            requireSameAsTheScan(reader);
        }
    }

    /** As after a loss of power that the index outlived and the end of the log did not. */
    @Test
    void aFileOfBlocksThatTheSegmentDoesNotHaveIsNotUsed() throws IOException {
        fill(0, 500);
        byte[] log = Files.readAllBytes(files("log").get(0));
        fill(500, 640);
        seal();
        store.close();
        Files.delete(directory.resolve("slabs"));
        Files.write(files("log").get(0), log);
        store = SpanStore.open(directory, CONFIG);
        fill(1_000, 1_140);
        try (StoreReader reader = StoreReader.open(directory)) {
            assertThat(reader.stats().spans()).isEqualTo(640);
            QueryEngine engine = QueryEngine.over(reader);
            assertThat(engine.count(Query.traceQl("{ span.user = \"user 1100\" }")))
                    .isEqualTo(1);
            assertThat(engine.count(Query.traceQl("{ span.user = \"user 600\" }")))
                    .isZero();
        }
    }

    @Test
    void onlyTheWriterDeletesWhatAnEarlierOneHasLeft() throws IOException {
        fill(0, 1_500);
        seal();
        Path index = directory.resolve("index");
        Files.writeString(index.resolve("19700101-0005V.idx.new"), "half");
        Files.copy(files("index").get(0), index.resolve("19700101-0500V.idx"));
        Files.writeString(index.resolve("note"), "not ours");
        assertThat(scannedOutside(1_500)).isZero();
        assertThat(files("index")).hasSize(5);
        seal();
        assertThat(files("index"))
                .extracting(file -> String.valueOf(file.getFileName()))
                .containsExactly("19700101-0005V.idx", "19700101-0010V.idx", "note");
    }

    @Test
    void anIndexThatCannotBeWrittenStaysInMemoryAndIsWrittenLater() throws IOException {
        Path inTheWay = Files.createDirectories(directory.resolve("index/19700101-0005V.idx.new"));
        Files.writeString(inTheWay.resolve("file"), "");
        fill(0, 1_500);
        try (SpanIndex index = index()) {
            while (index.counters().sealFailures() == 0) {
                index.doWork();
            }
            assertThat(index.await(SOON)).isFalse();
            requireRight(store.reader(), 1_500);
            assertThat(QueryEngine.over(store.reader()).explain(CODE).spansVisited())
                    .isZero();
            Files.delete(inTheWay.resolve("file"));
            long deadline = System.nanoTime() + SOON.toNanos();
            while (index.counters().segmentsSealed() == 0 && System.nanoTime() < deadline) {
                index.doWork();
            }
            assertThat(index.counters().segmentsSealed()).isEqualTo(1);
            assertThat(index.failure()).isNull();
            requireRight(store.reader(), 1_500);
        }
        assertThat(scannedOutside(1_500)).isZero();
    }

    /** Newer segments begin while those before are half indexed: these lose their memory, and get it again. */
    @Test
    void whatLostItsMemoryToNewerSegmentsIsIndexedAllTheSame() {
        try (SpanIndex index = SpanIndex.open(store.reader(), new IndexLimits(8 << 20, 16 << 20))) {
            for (int i = 0; i < 6; i++) {
                fill(1_000 * i, 1_000 * (i + 1));
                for (int step = 0; step < 7; step++) {
                    index.doWork();
                }
                requireRight(store.reader(), 1_000 * (i + 1));
            }
            assertThat(index.counters().scans(WhyScanned.OUT_OF_MEMORY)).isPositive();
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().segmentsSealed()).isEqualTo(5);
            assertThat(index.counters().spansIndexed()).isGreaterThan(6_000);
            requireRight(store.reader(), 6_000);
        }
        assertThat(scannedOutside(6_000)).isZero();
    }

    @Test
    void anIndexThatIsFullIsSealedAsItIsAndNotMadeAgain() {
        fill(0, 1_000);
        IndexLimits little = new IndexLimits(1 << 20, 1 << 20);
        try (SpanIndex index = SpanIndex.open(store.reader(), little)) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().segmentsSealed()).isEqualTo(1);
            assertThat(index.doWork()).isZero();
            assertThat(index.counters().bytes()).isZero();
            requireRight(store.reader(), 1_000);
            assertThat(index.counters().scans(WhyScanned.FULL)).isPositive();
        }
        assertThat(scannedOutside(1_000)).isBetween(1L, 999L);
        reopen();
        try (SpanIndex index = index()) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().spansIndexed()).isZero();
            requireRight(store.reader(), 1_000);
            assertThat(index.counters().scans(WhyScanned.FULL)).isPositive();
        }
    }

    @Test
    void threadsOfTheirOwnIndexAndSeal() {
        try (SpanIndex index = SpanIndex.over(store)) {
            for (int i = 0; i < 10; i++) {
                fill(500 * i, 500 * (i + 1));
                requireRight(store.reader(), 500 * (i + 1));
            }
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().segmentsSealed()).isEqualTo(4);
            requireRight(store.reader(), 5_000);
        }
        assertThat(scannedOutside(5_000)).isZero();
    }

    @Test
    void theMemoryForAFewSegmentsIsEnoughForAllOfThem() {
        fill(0, 10_000);
        try (SpanIndex index = SpanIndex.open(store.reader(), new IndexLimits(8 << 20, 16 << 20))) {
            assertThat(index.await(SOON)).isTrue();
            assertThat(index.counters().segmentsSealed()).isEqualTo(9);
            assertThat(index.counters().rebuilds(FileState.MISSING)).isEqualTo(9);
            assertThat(index.counters().bytes()).isLessThan(8 << 20);
            assertThat(index.counters().scans(WhyScanned.OUT_OF_MEMORY)).isZero();
            requireRight(store.reader(), 10_000);
        }
    }
}
