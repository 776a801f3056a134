package io.offspan.it.fault;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.fault.DamagedPlace.Area;
import io.offspan.it.fault.DamagedPlace.Stretch;
import io.offspan.it.gate.Census;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Flips one bit of a store after another, and looks each time at what a reader makes of it and, now and then, the next writer.
 *
 * <p>Also a process: arguments are the store, a scratch directory, the seed, how many flips, and {@code blocks} or {@code slabs}.
 */
final class Flips {
    /** The next writer is tried once in so many flips. */
    private static final int REOPEN_EVERY = 30;

    private static final int NEW_SPANS = 50;

    private final Path store;
    private final Path scratch;
    private final SplittableRandom random;
    private final DamagedPlace places;
    private final BitSet all;
    private final BitSet inLog;
    private final List<String> complaints = new ArrayList<>();
    private int flips;
    private int found;
    private int harmless;
    private int silent;
    private int recovered;
    private int reopened;

    Flips(Path store, Path scratch, long seed) throws IOException {
        this.store = store;
        this.scratch = scratch;
        random = new SplittableRandom(seed);
        places = new DamagedPlace(store, Wreck.config().slabs(), Wreck.config().slabBytes());
        try (StoreReader reader = StoreReader.open(store)) {
            Census census = new Census(1);
            census.count(reader);
            all = census.of(0);
            inLog = (BitSet) all.clone();
            inLog.clear((int) reader.stats().spans() + 1, Integer.MAX_VALUE);
            if (census.broken() + census.duplicates() + census.damagedBlocks() > 0
                    || !reader.verify(damage -> {}).sound()) {
                throw new IllegalStateException("The store is damaged before it is touched");
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        Flips flips = new Flips(Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]));
        boolean slabs = arguments[4].equals("slabs");
        flips.run(slabs ? Area.SLABS : List.of(Area.BLOCK_HEADER, Area.BLOCK_BODY), Integer.parseInt(arguments[3]));
        System.out.println("flips=" + flips.flips + " found=" + flips.found + " silent=" + flips.silent + " complaints="
                + flips.complaints.size());
    }

    void run(List<Area> areas, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Area area = areas.get(i % areas.size());
            Stretch stretch = places.pick(area, random);
            long at = random.nextLong(stretch.from(), stretch.to());
            int bit = random.nextInt(8);
            flip(stretch.file(), at, bit);
            try {
                judge(area, stretch, at, bit);
            } catch (RuntimeException | IOException thrown) {
                complain(area, stretch, at, bit, "a reader throws " + thrown);
            } finally {
                flip(stretch.file(), at, bit);
            }
            flips++;
        }
    }

    private void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(store.resolve(file).toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 1 << bit);
        }
    }

    private void judge(Area area, Stretch stretch, long at, int bit) throws IOException {
        BitSet seen;
        boolean reported;
        boolean sound;
        try (StoreReader reader = StoreReader.open(store)) {
            Census census = new Census(1);
            census.count(reader);
            seen = census.of(0);
            List<String> named = new ArrayList<>();
            reader.verify(damage -> named.add(damage.toString()));
            reported = !named.isEmpty();
            String file = stretch.file().getFileName().toString();
            if (reported && area.inLog() && named.stream().noneMatch(place -> place.contains(file))) {
                complain(area, stretch, at, bit, "verify names another file: " + named);
            }
            sound = census.broken() == 0 && census.duplicates() == 0 && seen.equals(all);
            boolean invented = census.broken() > 0 || census.duplicates() > 0 || !contains(all, seen);
            if (invented) {
                complain(
                        area,
                        stretch,
                        at,
                        bit,
                        "a reader shows " + census.broken() + " broken spans, " + census.duplicates() + " twice");
            }
            if (!area.inLog() && !contains(seen, inLog)) {
                complain(area, stretch, at, bit, "spans of the log are missing");
            }
        }
        if (reported) {
            found++;
        } else if (sound) {
            harmless++;
        } else if (area.inLog()) {
            silent++;
            complain(area, stretch, at, bit, "spans are missing and nothing was reported");
        } else if (area != Area.SLAB_WORD) {
            complain(area, stretch, at, bit, "spans of slabs are missing and nothing was reported");
        } else {
            // A count that is less by one looks like a span whose writer was killed before it said so: the next one
            // finds it.
            recovered++;
        }
        boolean silently = !reported && !sound;
        if (silently || random.nextInt(area.inSlabs() ? REOPEN_EVERY / 6 : REOPEN_EVERY) == 0) {
            reopen(area, stretch, at, bit, seen);
        }
    }

    /** A writer takes over a copy of the damaged store. */
    private void reopen(Area area, Stretch stretch, long at, int bit, BitSet readable) throws IOException {
        Path copy = scratch.resolve("copy");
        deleteTree(copy);
        copyTree(store, copy);
        int first = all.length();
        long lost;
        try (SpanStore writer = SpanStore.open(copy, Wreck.config())) {
            Wreck.append(writer, first, NEW_SPANS);
            if (!writer.flush(Duration.ofSeconds(30))) {
                complain(area, stretch, at, bit, "the next writer does not flush: " + writer.failure());
            }
            lost = writer.counters().get(Counter.LOST_SPANS);
        } catch (RuntimeException refused) {
            complain(area, stretch, at, bit, "the next writer is refused: " + refused);
            return;
        }
        try (StoreReader reader = StoreReader.open(copy)) {
            Census census = new Census(1);
            census.count(reader);
            BitSet expected = (BitSet) readable.clone();
            expected.and(area.inLog() ? all : inLog);
            expected.set(first, first + NEW_SPANS);
            if (!contains(census.of(0), expected)) {
                expected.andNot(census.of(0));
                complain(
                        area,
                        stretch,
                        at,
                        bit,
                        "after the next writer " + expected.cardinality() + " spans are missing");
            }
            if (census.broken() + census.duplicates() > 0) {
                complain(area, stretch, at, bit, "after the next writer spans are broken or there twice");
            }
            BitSet missing = (BitSet) all.clone();
            missing.andNot(census.of(0));
            if (area.inSlabs() && missing.cardinality() > lost) {
                complain(
                        area,
                        stretch,
                        at,
                        bit,
                        "the next writer counts " + lost + " of " + missing.cardinality() + " lost spans");
            }
        }
        reopened++;
    }

    private static boolean contains(BitSet whole, BitSet part) {
        BitSet rest = (BitSet) part.clone();
        rest.andNot(whole);
        return rest.isEmpty();
    }

    private void complain(Area area, Stretch stretch, long at, int bit, String what) {
        complaints.add(area + " bit " + bit + " of byte " + at + " (" + (at - stretch.from()) + " in the stretch) of "
                + stretch.file() + ": " + what);
    }

    static void copyTree(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.collect(Collectors.toList());
        }
        for (Path path : paths) {
            Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(root)) {
                paths = walk.sorted((a, b) -> b.compareTo(a)).collect(Collectors.toList());
            }
            for (Path path : paths) {
                Files.delete(path);
            }
        }
    }

    int flips() {
        return flips;
    }

    int found() {
        return found;
    }

    int harmless() {
        return harmless;
    }

    int silent() {
        return silent;
    }

    /** Returns how many flips of a slab's word hid spans from readers until the next writer found them. */
    int recovered() {
        return recovered;
    }

    int reopened() {
        return reopened;
    }

    List<String> complaints() {
        return complaints;
    }
}
