package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.FileState;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.keep.WhyScanned;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;

/**
 * A store that grows, rolls, loses its oldest segments, is closed, killed and opened again, at times with damaged index files; one index in the process that writes it, one
 * of a reader beside it, either with much memory or little; and a scan, by which their answers are judged.
 *
 * <p>It is killed by going on with a copy of its files that is taken while it is open.
 *
 * <p><b>Threads.</b> One, beside those of the store, which also deletes segments while a question is asked.
 */
final class IndexLife implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long RETIRING_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_NANOS = 200_000;
    /** One operation in so many opens the store anew. */
    private static final int OPENINGS = 500;

    private static final int MIB = 1 << 20;
    /** Enough; as little as stops within a segment; and enough for one segment only. */
    static final List<IndexLimits> LITTLE_OR_MUCH = List.of(
            new IndexLimits(16 * MIB, 48 * MIB), new IndexLimits(MIB, 4 * MIB), new IndexLimits(3 * MIB, 3 * MIB));

    static final List<IndexLimits> MUCH = LITTLE_OR_MUCH.subList(0, 1);

    private final Path scratch;
    private final StoreConfig config;
    private final List<IndexLimits> limits;
    private final long seed;
    private final Random random;
    private final IndexedSpans spans;
    private final SpanDraft draft = new SpanDraft();
    /** One in so many spans is left out of what an index found, as by an index that lost it; 0 for none. */
    private final int dropped;

    private final Map<WhyScanned, Long> scans = new EnumMap<>(WhyScanned.class);
    private Path directory;
    private SpanStore store;
    private StoreReader scanned;
    private NoIndex noIndex;
    private StoreReader beside;
    private SpanIndex index;
    private SpanIndex besideIndex;
    private @Nullable PreparedQuery prepared;
    private String preparedText = "{ }";
    private int stored;
    private int questions;
    private int lookups;
    private int asideQuestions;
    private int openings;
    private int kills;
    private int askedAgain;
    private int damaged;
    private long rebuilt;
    private long retired;
    private long indexed;
    private long sealed;

    IndexLife(Path scratch, StoreConfig config, List<IndexLimits> limits, long seed, int dropped) {
        this.scratch = scratch;
        this.config = config;
        this.limits = limits;
        this.seed = seed;
        this.dropped = dropped;
        random = new Random(seed);
        spans = new IndexedSpans(random);
        directory = scratch.resolve("store-0");
        open();
    }

    /** Small, so that segments, blocks and limits are met often. */
    static StoreConfig.Builder small() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(8)
                .stripes(2)
                .spansPerBlock(64)
                .maxSpanBytes(128 << 10)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(SOON);
    }

    /** Keeps no more than a few thousand spans: nearly all of the least budget there is goes to slabs. */
    static StoreConfig forgetful() {
        return small().slabBytes(MIB)
                .slabs(58)
                .segmentBytes(2 * MIB)
                .segmentSpans(2_048)
                .budgetBytes(64 * MIB)
                .build();
    }

    private void open() {
        store = SpanStore.open(directory, config);
        scanned = StoreReader.open(directory);
        noIndex = NoIndex.in(scanned);
        beside = StoreReader.open(directory);
        index = SpanIndex.open(store.reader(), limits.get(random.nextInt(limits.size())));
        besideIndex = SpanIndex.open(beside, limits.get(random.nextInt(limits.size())));
        prepared = null;
        openings++;
    }

    void step() {
        switch (random.nextInt(20)) {
            case 0 -> assertThat(store.flush(SOON)).isTrue();
            case 1 -> index(Integer.MAX_VALUE);
            case 2, 3, 4 -> index(random.nextInt(5));
            case 5, 6, 7, 8, 9 -> append(1 + random.nextInt(stored < 3_000 ? 200 : 30));
            case 10 -> {
                if (random.nextInt(OPENINGS / 20) == 0) {
                    openAnew();
                }
            }
            case 11 -> trace();
            default -> ask();
        }
    }

    void append(int count) {
        for (int i = 0; i < count; i++) {
            spans.fill(draft, stored++);
            assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
        }
    }

    /** Has at most so many blocks indexed by each index. */
    void index(int blocks) {
        for (SpanIndex one : List.of(index, besideIndex)) {
            int left = blocks;
            while (left > 0 && one.doWork() > 0) {
                left--;
            }
            assertThat(one.failure()).isNull();
        }
    }

    private void openAnew() {
        if (random.nextBoolean()) {
            close();
        } else {
            Path copy = scratch.resolve("store-" + openings);
            copy(directory, copy);
            close();
            delete(directory);
            directory = copy;
            kills++;
        }
        damaged += random.nextBoolean() ? damageIndexFiles() : 0;
        open();
        if (stored > 0) {
            trace(stored - 1);
        }
    }

    /** Damages some index files, each in one of many ways; nobody has the store open. */
    private int damageIndexFiles() {
        int count = 0;
        Path folder = directory.resolve("index");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.sorted().toList();
            for (Path file : all) {
                byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
                if (random.nextBoolean() && bytes.length > 0) {
                    count++;
                    damage(file, bytes, all.get(random.nextInt(all.size())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    private void damage(Path file, byte[] bytes, Path other) throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case 2 -> Files.write(other, bytes);
            default -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
        }
    }

    private static void copy(Path from, Path to) {
        try {
            // The slabs first: what moves from them to the log meanwhile is in both then, and never in neither.
            for (Path file :
                    files(from).stream().sorted((a, b) -> b.compareTo(a)).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                copyIfThere(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lists the files of an open store, of which any may go meanwhile. */
    private static List<Path> files(Path store) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(store, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
                if (why instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw why;
            }
        });
        return found;
    }

    private static void copyIfThere(Path file, Path copy) throws IOException {
        try {
            Files.copy(file, copy);
        } catch (NoSuchFileException deleted) {
            assertThat(file.getParent().getFileName().toString()).isIn("log", "index");
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the reader of one of the two indexes. */
    private StoreReader anIndexed() {
        boolean aside = random.nextInt(3) == 0;
        asideQuestions += aside ? 1 : 0;
        return aside ? beside : store.reader();
    }

    private void ask() {
        if (random.nextInt(3) == 0) {
            again();
            return;
        }
        String text = spans.question(stored);
        Query query = Query.traceQl(text).limit(1 + random.nextInt(50));
        QueryEngine scan = QueryEngine.scanning(scanned);
        QueryEngine fast = QueryEngine.over(anIndexed());
        agree(text, () -> found(fast.find(query)), () -> found(scan.find(query)));
        agree("count of " + text, () -> fast.count(query), () -> scan.count(query));
        questions++;
    }

    /** Asks the prepared question again, of the store as it is now. */
    private void again() {
        PreparedQuery asked = prepared;
        if (asked == null || random.nextInt(20) == 0) {
            preparedText = spans.question(stored);
            asked = QueryEngine.over(anIndexed())
                    .prepare(Query.traceQl(preparedText).limit(10));
            prepared = asked;
        }
        agree(
                "again " + preparedText,
                asked::count,
                () -> QueryEngine.scanning(scanned).count(Query.traceQl(preparedText)));
        questions++;
    }

    private void trace() {
        trace(spans.recent(stored));
    }

    private void trace(int span) {
        long id = IndexedSpans.traceOf(span);
        QueryEngine fast = QueryEngine.over(anIndexed());
        Object found = agree(
                "trace " + id,
                () -> found(fast.prepareTrace().find(1, id)),
                () -> found(QueryEngine.scanning(scanned).prepareTrace().find(1, id)));
        if (span == stored - 1 && stored > 0) {
            assertThat(found)
                    .as("the newest trace")
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .contains(Long.toHexString(stored));
        }
        lookups++;
    }

    private static List<String> found(SpanCursor answer) {
        List<String> ids = new ArrayList<>();
        try (answer) {
            assertThat(answer.outcome().complete()).isTrue();
            while (answer.next()) {
                ids.add(Long.toHexString(answer.view().spanId()));
            }
        }
        return ids;
    }

    /** Requires that both answers are the same, unless a segment was deleted between them: then the question is asked again. */
    private Object agree(String what, Supplier<Object> byIndex, Supplier<Object> byScan) {
        while (true) {
            long before = store.counters().get(Counter.RETIRED_SEGMENTS);
            Object shown = shown(byIndex.get());
            Object expected = byScan.get();
            assertThat(noIndex.isInTime())
                    .as("the reader that judges has only scanned")
                    .isTrue();
            if (shown.equals(expected)) {
                return shown;
            }
            if (!isRetiring(before)) {
                assertThat(shown)
                        .as("%s, %d spans, %d not indexed, seed %d", what, stored, index.lag(), seed)
                        .isEqualTo(expected);
            }
            askedAgain++;
        }
    }

    private Object shown(Object answer) {
        return answer instanceof List<?> list && dropped > 0
                ? list.stream().filter(id -> id.hashCode() % dropped != 0).toList()
                : answer;
    }

    /** Tells whether a segment was deleted since there were so many, or is just being deleted. */
    private boolean isRetiring(long before) {
        long deadline = System.nanoTime() + RETIRING_NANOS;
        while (store.counters().get(Counter.RETIRED_SEGMENTS) == before) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    int questions() {
        return questions;
    }

    /** Returns how often a question had to scan for a reason, in all lives that have ended. */
    long scans(WhyScanned why) {
        return scans.getOrDefault(why, 0L);
    }

    /** Returns how many segments were deleted, in all lives that have ended. */
    long retired() {
        return retired;
    }

    /** Returns how many indexes were written into files, in all lives that have ended. */
    long sealed() {
        return sealed;
    }

    int kills() {
        return kills;
    }

    /** Returns how many index files were damaged. */
    int damaged() {
        return damaged;
    }

    /** Returns how many spans were indexed in all lives that have ended. */
    long indexed() {
        return indexed;
    }

    /** Ends the life and returns what it was. */
    Gate end(String name, int operations) {
        close();
        Gate gate = new Gate(name, seed)
                .put("operations", operations)
                .put("spans", stored)
                .put("questions", questions)
                .put("aside", asideQuestions)
                .put("traces", lookups)
                .put("openings", openings)
                .put("kills", kills)
                .put("retired_segments", retired)
                .put("asked_again", askedAgain)
                .put("indexed", indexed)
                .put("sealed_segments", sealed)
                .put("damaged_files", damaged)
                .put("rebuilt", rebuilt);
        scans.forEach((why, times) -> gate.put("scans_" + why.name().toLowerCase(Locale.ROOT), times));
        return gate;
    }

    @Override
    public void close() {
        for (SpanIndex one : List.of(index, besideIndex)) {
            for (WhyScanned why : WhyScanned.values()) {
                scans.merge(why, one.counters().scans(why), Long::sum);
            }
            for (FileState state : FileState.values()) {
                rebuilt += one.counters().rebuilds(state);
            }
            one.close();
            indexed += one.counters().spansIndexed();
            sealed += one.counters().segmentsSealed();
        }
        retired += store.counters().get(Counter.RETIRED_SEGMENTS);
        scanned.close();
        beside.close();
        store.close();
    }
}
