package io.offspan.it.crash;

import io.offspan.core.Durability;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.SpanStoreException;
import io.offspan.it.gate.Census;
import io.offspan.query.LeafPlans;
import io.offspan.query.PreparedQuery;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that lives through one killed process after another, and the count of what is in it after each.
 *
 * <p><b>Threads.</b> One.
 */
final class CrashCycles {
    private static final int INDEX_HEADER_BYTES = 256;
    private static final int SECONDS_TO_DIE = 120;
    private static final long POLL_NANOS = 200_000;
    private static final int NANOS_A_MILLI = 1_000_000;
    /** More than fit into the slabs and a segment. */
    private static final int MOST_SPANS = 20_000;

    private static final List<String> QUESTIONS =
            List.of("{ name = \"GET /cart\" }", "{ kind = server && name != \"SELECT orders\" }");

    private static final long MOST_WAIT_NANOS = 30_000_000_000L;
    /** Every so many cycles the whole store is counted anew. */
    private static final int FULL_COUNT_EVERY = 20;

    private final Path directory;
    private final Path ledgerFile;
    private final CrashLedger ledger;
    private final @Nullable String bug;
    private final SplittableRandom random;
    private final Census census = new Census(CrashWriter.WRITERS);
    /** Numbers whose writer was killed before it knew whether they were stored. */
    private final BitSet[] uncertain = new BitSet[CrashWriter.WRITERS];

    private final List<Long> reopenNanos = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private int slabs = 16;
    private int cycles;
    private int recoveryKills;
    private int refused;
    private long lost;
    private long phantoms;
    private long duplicates;
    private long spansByIndex;

    /** @param bug the bug that every child has planted, or null */
    CrashCycles(Path scratch, long seed, @Nullable String bug) {
        directory = scratch.resolve("store");
        ledgerFile = scratch.resolve("ledger");
        ledger = CrashLedger.open(ledgerFile);
        this.bug = bug;
        random = new SplittableRandom(seed);
        for (int i = 0; i < uncertain.length; i++) {
            uncertain[i] = new BitSet();
        }
    }

    /** Starts a process that appends when it is told to. */
    ChildJvm writer() {
        return child(CrashWriter.WRITE, bug);
    }

    /** Starts a process that only opens the store when it is told to. */
    ChildJvm opener() {
        return child(CrashWriter.OPEN, bug);
    }

    /** Starts a process that ends by itself at a crash point, and only opens the store if that is part of recovery. */
    ChildJvm doomed(String mode, String point) {
        return child(mode, point);
    }

    /** Opens and closes the store in a process of its own, and lets the next one have another number of slabs. */
    void reshape(int slabsFromNowOn) {
        try (ChildJvm child = child(CrashWriter.CLOSE, null)) {
            begin(child);
            if (child.await(SECONDS_TO_DIE) != 0) {
                complain("does not close", child);
            }
        }
        slabs = slabsFromNowOn;
    }

    private ChildJvm child(String mode, @Nullable String fault) {
        // Slow writers leave open slabs of which the log holds a part, the only ones that this bug can hurt.
        int burst = "BUG_FORGETS_LOGGED".equals(fault) ? 2 : 16 << random.nextInt(6);
        Durability durability = random.nextInt(5) == 0 ? Durability.INTERVAL : Durability.PROCESS;
        ChildJvm.Builder child = ChildJvm.of(CrashWriter.class)
                .scratch(directory.getParent())
                .arguments(directory, ledgerFile, mode, slabs, burst, durability);
        return (fault == null ? child : child.property("offspan.fault", fault)).start();
    }

    /** Kills a writer some time after it began to append. */
    void killWhileAppending(ChildJvm child) {
        killWhileAppending(child, random.nextInt(3) > 0 ? random.nextInt(MOST_SPANS) : 0);
    }

    /** Kills a writer while the log takes spans from its slabs. */
    void killWhileLogging(ChildJvm child) {
        killWhileAppending(child, MOST_SPANS);
    }

    private void killWhileAppending(ChildJvm child, int spans) {
        begin(child);
        awaitState(child, CrashLedger.OPENED);
        awaitSpans(child, spans);
        pause(random.nextInt(150));
        kill(child);
        count();
    }

    /** Kills a process that takes over what another left. */
    void killWhileRecovering(ChildJvm child) {
        begin(child);
        awaitState(child, CrashLedger.OPENING);
        pause(5 + random.nextInt(145));
        kill(child);
        recoveryKills++;
        count();
    }

    /** Lets a process die at its crash point. */
    void dieAtPoint(ChildJvm child, String point) {
        begin(child);
        int value = child.await(SECONDS_TO_DIE);
        if (value != ChildJvm.KILLED) {
            complain("does not reach " + point, child);
        }
        noteReopening();
        count();
    }

    private void begin(ChildJvm child) {
        ledger.state(CrashLedger.STARTING);
        ledger.openNanos(0);
        child.go();
    }

    private void kill(ChildJvm child) {
        if (!child.alive()) {
            complain("ended by itself", child);
        }
        child.kill();
        noteReopening();
    }

    private void noteReopening() {
        if (ledger.openNanos() != 0) {
            reopenNanos.add(ledger.openNanos());
        }
    }

    private void awaitState(ChildJvm child, long state) {
        while (ledger.state() < state && child.alive()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (!child.alive()) {
            refused++;
            complain("does not open", child);
        }
    }

    /** Waits until the writers together have got a number of spans acknowledged, for which the log has to take some. */
    private void awaitSpans(ChildJvm child, int count) {
        long wanted = ledger.acknowledged(0) + ledger.acknowledged(1) + count;
        long end = System.nanoTime() + MOST_WAIT_NANOS;
        while (child.alive()
                && ledger.acknowledged(0) + ledger.acknowledged(1) < wanted
                && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + (long) millis * NANOS_A_MILLI;
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private void complain(String what, ChildJvm child) {
        complaints.add("cycle " + cycles + " " + what + ": " + child.report());
    }

    /** Counts through a reader that neither recovers nor locks anything. */
    private void count() {
        cycles++;
        for (int i = 0; i < uncertain.length; i++) {
            if (ledger.attempted(i) > ledger.acknowledged(i)) {
                uncertain[i].set((int) ledger.acknowledged(i) + 1, (int) ledger.attempted(i) + 1);
            }
        }
        if (cycles % FULL_COUNT_EVERY == 0) {
            census.forget();
        }
        try (StoreReader reader = StoreReader.open(directory)) {
            census.count(reader);
            compare("a reader after cycle " + cycles);
            compareWithIndex(reader);
        } catch (SpanStoreException refusal) {
            refused++;
            complaints.add("cycle " + cycles + ": a reader is refused: " + refusal);
        }
    }

    /** Counts by what index files there are what was counted span by span; nobody writes meanwhile. */
    private void compareWithIndex(StoreReader reader) {
        for (String question : QUESTIONS) {
            Query query = Query.traceQl(question);
            long byScan = QueryEngine.scanning(reader).count(query);
            PreparedQuery asked = QueryEngine.over(reader).prepare(query);
            if (asked.count() != byScan) {
                complaints.add("cycle " + cycles + ": " + question + " is " + asked.count() + " by index and " + byScan
                        + " by scan");
            }
            spansByIndex +=
                    asked.explain().stream().mapToLong(LeafPlans::spansIndexed).sum();
        }
    }

    /**
     * Changes a byte in the header of an index file, after making sure that there is one; nobody has the store open. The pages behind it
     * are looked at when a question needs them.
     */
    void damageAnIndexFile() {
        reshape(slabs);
        try (Stream<Path> files = Files.list(directory.resolve("index"))) {
            Path file = files.filter(path -> path.toString().endsWith(SegmentName.INDEX))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(INDEX_HEADER_BYTES)] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compare(String where) {
        long nowLost = 0;
        long nowPhantoms = 0;
        for (int i = 0; i < uncertain.length; i++) {
            int last = (int) ledger.attempted(i);
            BitSet missing = new BitSet();
            missing.set(1, last + 1);
            missing.andNot(census.of(i));
            missing.andNot(uncertain[i]);
            nowLost += missing.cardinality();
            int past = census.of(i).length() - 1;
            nowPhantoms += Math.max(0, census.of(i).cardinality() == 0 || past <= last ? 0 : past - last);
            nowPhantoms += census.of(i).get(0) ? 1 : 0;
            if (!missing.isEmpty()) {
                complaints.add(where + ": writer " + i + " lacks " + missing.cardinality() + " from "
                        + missing.nextSetBit(0) + " to " + (missing.length() - 1) + " of " + last);
            }
        }
        nowPhantoms += census.broken();
        if (census.duplicates() > 0 || nowPhantoms > 0 || census.damagedBlocks() > 0) {
            complaints.add(where + ": " + census.duplicates() + " twice, " + nowPhantoms + " phantom, "
                    + census.damagedBlocks() + " damaged blocks");
        }
        lost = Math.max(lost, nowLost);
        phantoms = Math.max(phantoms, nowPhantoms);
        duplicates = Math.max(duplicates, census.duplicates());
    }

    /** Opens the store here, counts, closes it, and counts again. */
    void finish() {
        census.forget();
        try (SpanStore store = SpanStore.open(directory, CrashWriter.config(slabs, Durability.PROCESS))) {
            census.count(store.reader());
            compare("the store opened at the end");
        } catch (SpanStoreException refusal) {
            refused++;
            complaints.add("The store cannot be opened at the end: " + refusal);
        }
        census.forget();
        try (StoreReader reader = StoreReader.open(directory)) {
            census.count(reader);
            compare("a reader of the closed store");
        }
    }

    /** Returns how many spans were in indexes when they were counted. */
    long spansByIndex() {
        return spansByIndex;
    }

    int cycles() {
        return cycles;
    }

    int recoveryKills() {
        return recoveryKills;
    }

    long acknowledged() {
        long all = 0;
        for (int i = 0; i < uncertain.length; i++) {
            all += ledger.attempted(i) - uncertain[i].cardinality();
        }
        return all;
    }

    long lost() {
        return lost;
    }

    long duplicates() {
        return duplicates;
    }

    long phantoms() {
        return phantoms;
    }

    int refused() {
        return refused;
    }

    /** Returns the time that 99 of 100 openings stayed below, in milliseconds. */
    long reopenMillis() {
        if (reopenNanos.isEmpty()) {
            return -1;
        }
        List<Long> sorted = new ArrayList<>(reopenNanos);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1) / NANOS_A_MILLI;
    }

    /** Returns what was wrong, cycle by cycle. */
    List<String> complaints() {
        return complaints;
    }

    boolean clean() {
        return lost == 0 && duplicates == 0 && phantoms == 0 && refused == 0 && complaints.isEmpty();
    }
}
