package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.it.fault.DamagedPlace.Area;
import io.offspan.it.gate.Census;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage is found or harmless, the rest stays readable, and the next writer goes on. */
@Timeout(300)
class DamageIT {
    private static final int FLIPS = Integer.getInteger("offspan.flips", Gate.size(100, 2_000));
    private static final int SLAB_FLIPS = Integer.getInteger("offspan.flips", Gate.size(105, 3_000));
    private static final int FLIPS_WITH_BUG = 60;
    private static final int REOPEN_EVERY = 503;
    /** Below the first block one length in so many is tried. */
    private static final int HEADER_STEP = 61;
    /** A step that meets every offset within a line of 64 bytes sooner or later. */
    private static final int BLOCK_STEP = Gate.size(31, 1);

    private static final Pattern RESULT = Pattern.compile("flips=(\\d+) found=(\\d+) silent=(\\d+)");

    private static final Pattern COMPLAINTS = Pattern.compile("complaints=(\\d+)");

    @TempDir
    Path scratch;

    private Path wreck(int logged, int open) {
        Path store = scratch.resolve("store");
        try (ChildJvm child = ChildJvm.of(Wreck.class)
                .scratch(scratch)
                .arguments(store, logged, open)
                .start()) {
            while (!child.output().contains("ready") && child.alive()) {
                Thread.onSpinWait();
            }
            assertThat(child.alive()).as(child.report()).isTrue();
            child.kill();
        }
        return store;
    }

    @Test
    void everyFlippedBitIsFoundOrHarmless() throws IOException {
        long seed = Gate.seed();
        System.out.println("DamageIT seed=" + seed);
        Flips flips = new Flips(wreck(3_000, 100), scratch, seed);
        flips.run(Arrays.asList(Area.values()), FLIPS);
        new Gate("damage", seed)
                .put("flips", flips.flips())
                .put("found", flips.found())
                .put("harmless", flips.harmless())
                .put("silent", flips.silent())
                .put("recovered", flips.recovered())
                .put("reopened", flips.reopened())
                .report(flips.complaints().isEmpty());
        assertThat(flips.complaints()).isEmpty();
        assertThat(flips.found()).isGreaterThan(FLIPS / 4);
        assertThat(flips.reopened()).isPositive();
    }

    @Test
    void noFlipInSlabsChangesDoublesOrLosesASpanUnreported() throws IOException {
        long seed = Gate.seed();
        System.out.println("DamageIT slabs seed=" + seed);
        Flips flips = new Flips(wreck(300, 100), scratch, seed);
        flips.run(Area.SLABS, SLAB_FLIPS);
        new Gate("slab-damage", seed)
                .put("flips", flips.flips())
                .put("found", flips.found())
                .put("harmless", flips.harmless())
                .put("recovered", flips.recovered())
                .put("reopened", flips.reopened())
                .report(flips.complaints().isEmpty());
        assertThat(flips.complaints()).isEmpty();
        assertThat(flips.found()).isGreaterThan(SLAB_FLIPS / 3);
        assertThat(flips.reopened()).isPositive();
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void copiesOfSlabsThatSkipTheSumsAreCaught() {
        Path store = wreck(300, 100);
        try (ChildJvm child = ChildJvm.of(Flips.class)
                .scratch(scratch)
                .property("offspan.fault", "BUG_SKIPS_SLAB_SUMS")
                .arguments(store, scratch, 1, FLIPS_WITH_BUG, "slabs")
                .start()) {
            child.await(60);
            Matcher result = COMPLAINTS.matcher(child.output());
            boolean red = result.find() && Integer.parseInt(result.group(1)) > 0;
            new Gate("slab-damage", 1).planted(red);
            assertThat(red).as(child.report()).isTrue();
        }
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void readersThatSkipTheChecksumAreCaught() {
        Path store = wreck(1_000, 0);
        try (ChildJvm child = ChildJvm.of(Flips.class)
                .scratch(scratch)
                .property("offspan.fault", "BUG_SKIPS_CHECKSUM")
                .arguments(store, scratch, 1, FLIPS_WITH_BUG, "blocks")
                .start()) {
            child.await(60);
            Matcher result = RESULT.matcher(child.output());
            boolean crashed = !result.find();
            assertThat(crashed || Integer.parseInt(result.group(2)) < FLIPS_WITH_BUG - 3)
                    .as(child.report())
                    .isTrue();
        }
    }

    @Test
    void everyTruncationLeavesTheBlocksBeforeIt() throws IOException {
        Path store = wreck(60, 0);
        DamagedPlace places =
                new DamagedPlace(store, Wreck.config().slabs(), Wreck.config().slabBytes());
        // Its slab still has the spans; without it, they are in the log or nowhere.
        Files.delete(store.resolve("slabs"));
        List<Path> logs = DamagedPlace.logs(store);
        assertThat(logs).hasSize(1);
        Path log = store.relativize(logs.get(0));
        List<Long> ends = places.blockEnds(log);
        long first = ends.get(0);
        int lengths = 0;
        int reopened = 0;
        for (long length = places.endOfBlocks(log) + 64;
                length >= 0;
                length -= length > first ? BLOCK_STEP : HEADER_STEP) {
            try (RandomAccessFile file = new RandomAccessFile(logs.get(0).toFile(), "rw")) {
                file.setLength(length);
            }
            long whole = length;
            boolean complete = ends.stream().allMatch(end -> end <= whole);
            int spans = spans(store);
            assertThat(spans).as("spans with the log cut at " + length).isEqualTo(complete ? 60 : 0);
            lengths++;
            if (lengths % REOPEN_EVERY == 0) {
                reopen(store, spans);
                reopened++;
            }
        }
        new Gate("truncation", 0)
                .put("lengths", lengths)
                .put("reopened", reopened)
                .report(true);
        assertThat(reopened).isPositive();
    }

    private static int spans(Path store) {
        try (StoreReader reader = StoreReader.open(store)) {
            Census census = new Census(1);
            census.count(reader);
            reader.verify(damage -> {});
            assertThat(census.broken() + census.duplicates()).isZero();
            return census.of(0).cardinality();
        }
    }

    private void reopen(Path store, int spans) throws IOException {
        Path copy = scratch.resolve("copy");
        Flips.deleteTree(copy);
        Flips.copyTree(store, copy);
        try (SpanStore writer = SpanStore.open(copy, Wreck.config())) {
            Wreck.append(writer, 1_001, 10);
            assertThat(writer.flush(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(spans(copy)).isEqualTo(spans + 10);
    }
}
