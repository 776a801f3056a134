package io.offspan.it.fault;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Copies a store twice while two threads write to it as fast as they can, puts one image together from both copies, and looks at what
 * a reader, {@code verify} and the next writer make of it.
 *
 * <p>Also a process: arguments are a directory, how many images of each kind, and a seed.
 */
final class LiveCopies {
    /** What an image is made of. */
    enum Kind {
        ONE_COPY,
        OLD_SLABS,
        OLD_LOG,
        OLD_NEWEST,
        NO_NEWEST,
        NO_MIDDLE
    }

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int WRITERS = 2;
    private static final int LEAST = 4_000;
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(32)
            .slabBytes(64 << 10)
            .stripes(WRITERS)
            .segmentBytes(4 << 20)
            .segmentSpans(2_048)
            .budgetBytes(1L << 40)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(LONG)
            .syncInterval(Duration.ofMillis(20))
            .build();

    private final Path scratch;
    private final Random random;
    private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS);
    private final List<String> wrong = new ArrayList<>();
    private volatile boolean done;
    private int images;
    private int named;
    private long twice;
    private long torn;

    LiveCopies(Path scratch, long seed) {
        this.scratch = scratch;
        random = new Random(seed);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        LiveCopies copies = new LiveCopies(Path.of(arguments[0]), Long.parseLong(arguments[2]));
        copies.run(Integer.parseInt(arguments[1]));
        System.out.println("images=" + copies.images + " twice=" + copies.twice + " wrong=" + copies.wrong.size());
    }

    /** Makes and judges images, so many of each kind. */
    void run(int ofEachKind) throws IOException, InterruptedException {
        for (int i = 0; i < ofEachKind; i++) {
            for (Kind kind : Kind.values()) {
                Path place = Files.createDirectory(scratch.resolve(kind + "-" + i));
                one(kind, place);
                delete(place);
            }
        }
    }

    private void one(Kind kind, Path place) throws IOException, InterruptedException {
        Path live = place.resolve("live");
        Path first = place.resolve("first");
        Path second = place.resolve("second");
        long[] before = new long[WRITERS];
        try (SpanStore store = SpanStore.open(live, CONFIG)) {
            List<Thread> writers = startWriters(store);
            awaitMore(store);
            for (int writer = 0; writer < WRITERS; writer++) {
                before[writer] = acknowledged.get(writer);
            }
            copy(live, first);
            awaitMore(store);
            copy(live, second);
            done = true;
            for (Thread writer : writers) {
                writer.join();
            }
        }
        judge(kind, image(kind, first, second), before);
    }

    private List<Thread> startWriters(SpanStore store) {
        done = false;
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            acknowledged.set(writer, 0);
            Thread thread = new Thread(() -> write(store, writer), "writer-" + i);
            thread.start();
            writers.add(thread);
        }
        return writers;
    }

    private void write(SpanStore store, int writer) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (int number = 1; !done; number++) {
            span.fill(appender.draft(), writer, number);
            if (appender.append() != AppendResult.ACCEPTED) {
                throw new IllegalStateException("A span was not accepted");
            }
            acknowledged.set(writer, number);
        }
    }

    private void awaitMore(SpanStore store) {
        long wanted = store.counters().get(Counter.LOGGED_SPANS) + LEAST + random.nextInt(LEAST);
        while (store.counters().get(Counter.LOGGED_SPANS) < wanted) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static Path image(Kind kind, Path first, Path second) throws IOException {
        List<Path> logs = DamagedPlace.logs(second);
        switch (kind) {
            case ONE_COPY -> {
                return first;
            }
            case OLD_SLABS -> replace(first.resolve("slabs"), second.resolve("slabs"));
            case OLD_LOG -> {
                delete(second.resolve("log"));
                Files.move(first.resolve("log"), second.resolve("log"));
            }
            case OLD_NEWEST -> {
                List<Path> old = DamagedPlace.logs(first);
                Path newest = old.get(old.size() - 1);
                replace(newest, second.resolve("log").resolve(newest.getFileName()));
            }
            case NO_NEWEST -> Files.delete(logs.get(logs.size() - 1));
            case NO_MIDDLE -> Files.delete(logs.get(logs.size() / 2));
        }
        return second;
    }

    private void judge(Kind kind, Path image, long[] before) throws IOException {
        images++;
        String what = kind + " " + images + ": ";
        long said = look(what + "read", image, before, 0);
        long missing;
        try (SpanStore store = SpanStore.open(image, CONFIG)) {
            if (!store.flush(LONG)) {
                wrong.add(what + "no flush, " + store.failure());
            }
            missing = store.counters().get(Counter.MISSING_BLOCKS)
                    + store.counters().get(Counter.LOST_SPANS);
        }
        look(what + "opened", image, before, said + missing);
        named += said + missing > 0 ? 1 : 0;
    }

    /** Counts what a reader sees, and returns how much it and {@code verify} name. */
    private long look(String what, Path image, long[] before, long saidBefore) {
        try (StoreReader reader = StoreReader.open(image)) {
            Census census = new Census(WRITERS);
            census.count(reader);
            long said = saidBefore
                    + reader.verify(damage -> {}).findings()
                    + reader.damages().size();
            long lost = 0;
            for (int writer = 0; writer < WRITERS; writer++) {
                BitSet seen = census.of(writer);
                lost += before[writer] - seen.get(1, (int) before[writer] + 1).cardinality();
            }
            twice += census.duplicates();
            torn += census.broken();
            if (census.duplicates() + census.broken() > 0 || lost > 0 && said == 0) {
                wrong.add(what + ", twice " + census.duplicates() + ", torn " + census.broken() + ", lost " + lost
                        + ", named " + said);
            }
            return said;
        }
    }

    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        int status = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        // It says 1 when a file got another name meanwhile, which the log's next segment does.
        if (status > 1) {
            throw new IOException("cp ended with " + status);
        }
    }

    private static void replace(Path by, Path what) throws IOException {
        Files.copy(by, what, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Returns how many images were judged. */
    int images() {
        return images;
    }

    /** Returns how many of them something was said of. */
    int named() {
        return named;
    }

    /** Returns how many spans were found twice. */
    long twice() {
        return twice;
    }

    /** Returns how many spans were found that nobody wrote so. */
    long torn() {
        return torn;
    }

    /** Returns what was wrong with which image. */
    List<String> wrong() {
        return wrong;
    }
}
