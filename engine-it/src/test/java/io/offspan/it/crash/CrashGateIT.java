package io.offspan.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gate G1: whatever kills the process, no acknowledged span is lost, none comes twice and none is invented. Kills 6 times in a
 * plain build, at some of the named crash points; 100 times, at each of them, with the profile {@code gates}.
 */
class CrashGateIT {
    private static final int CYCLES = Integer.getInteger("offspan.crash.cycles", Gate.size(6, 100));
    private static final int CYCLES_WITH_BUG = 12;
    /** One cycle in five kills recovery. */
    private static final int RECOVERY_EVERY = 5;

    /** Crash points with the most times that a doomed process passes them before it dies, in the order in which they come. */
    private static final List<Point> POINTS = List.of(
            new Point("SLAB_TAKEN", 40, CrashWriter.WRITE),
            new Point("SPAN_ENCODED", 9_000, CrashWriter.WRITE),
            new Point("RECOVERY_INHERITED", 1, CrashWriter.OPEN),
            new Point("SPAN_COMMITTED", 9_000, CrashWriter.WRITE),
            new Point("RECOVERY_MOVED", 1, CrashWriter.OPEN),
            new Point("SLAB_CLOSED", 40, CrashWriter.WRITE),
            new Point("BLOCK_GATHERED", 40, CrashWriter.WRITE),
            new Point("EXCERPT_OPEN", 40, CrashWriter.WRITE),
            new Point("SEGMENT_STARTED", 3, CrashWriter.WRITE),
            new Point("BLOCK_APPENDED", 40, CrashWriter.WRITE),
            new Point("FLUSH_NOTED", 40, CrashWriter.WRITE),
            new Point("SLAB_FREED", 40, CrashWriter.WRITE),
            new Point("OPEN_FLUSHED", 10, CrashWriter.WRITE),
            new Point("INDEX_WRITTEN", 2, CrashWriter.WRITE),
            new Point("INDEX_SEALED", 2, CrashWriter.WRITE),
            new Point("INDEX_REFUSED", 1, CrashWriter.OPEN),
            new Point("SLABS_WRITTEN", 1, CrashWriter.OPEN));

    @TempDir
    Path scratch;

    private record Point(String name, int most, String mode) {}

    private record Step(boolean recovery, Point point) {}

    @Test
    void noKillLosesRepeatsOrInventsASpan() {
        long seed = Gate.seed();
        System.out.println("CrashGateIT seed=" + seed);
        CrashCycles cycles = new CrashCycles(scratch, seed, null);
        SplittableRandom random = new SplittableRandom(seed);
        run(cycles, plan(CYCLES, random), random);
        cycles.finish();
        figures("G1", cycles, seed).report(cycles.clean());
        assertThat(cycles.complaints()).isEmpty();
        assertThat(cycles.clean()).isTrue();
        assertThat(cycles.acknowledged()).isGreaterThan(1_000L * CYCLES);
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @ValueSource(strings = {"BUG_FREES_UNLOGGED", "BUG_ACKS_UNPUBLISHED", "BUG_FORGETS_LOGGED"})
    void plantedBugTurnsTheGateRed(String bug) {
        long seed = Gate.seed();
        CrashCycles cycles = new CrashCycles(scratch, seed, bug);
        for (int i = 0; i < CYCLES_WITH_BUG && cycles.clean(); i++) {
            try (ChildJvm child = cycles.writer()) {
                cycles.killWhileLogging(child);
            }
        }
        figures("G1-" + bug, cycles, seed).planted(!cycles.clean());
        if (bug.equals("BUG_FORGETS_LOGGED")) {
            assertThat(cycles.duplicates()).as("spans stored twice").isPositive();
        } else {
            assertThat(cycles.lost()).as("spans lost").isPositive();
        }
    }

    private static Gate figures(String gate, CrashCycles cycles, long seed) {
        return new Gate(gate, seed)
                .put("cycles", cycles.cycles())
                .put("recovery_kills", cycles.recoveryKills())
                .put("acknowledged", cycles.acknowledged())
                .put("lost", cycles.lost())
                .put("twice", cycles.duplicates())
                .put("phantom", cycles.phantoms())
                .put("refused", cycles.refused())
                .put("by_index", cycles.spansByIndex())
                .put("reopen_p99_ms", cycles.reopenMillis());
    }

    /**
     * Every fifth cycle kills recovery; the crash points come between, each behind a kill that leaves something to recover. Where there
     * is no room for all of them, chance chooses.
     */
    private static List<Step> plan(int cycles, SplittableRandom random) {
        List<Point> points = new ArrayList<>(POINTS);
        int room =
                (int) IntStream.range(0, cycles).filter(CrashGateIT::isAtPoint).count();
        while (points.size() > room) {
            points.remove(random.nextInt(points.size()));
        }
        List<Step> steps = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < cycles; i++) {
            if (i % RECOVERY_EVERY == RECOVERY_EVERY - 1) {
                steps.add(new Step(true, null));
            } else if (isAtPoint(i) && next < points.size()) {
                steps.add(new Step(false, points.get(next++)));
            } else {
                steps.add(new Step(false, null));
            }
        }
        assertThat(next).as("crash points visited").isEqualTo(points.size());
        return steps;
    }

    private static boolean isAtPoint(int cycle) {
        return cycle % RECOVERY_EVERY % 2 == 1;
    }

    /** Runs the steps; the next process starts up while the present one works. */
    private static void run(CrashCycles cycles, List<Step> steps, SplittableRandom random) {
        ChildJvm ready = start(cycles, steps.get(0), random);
        for (int i = 0; i < steps.size(); i++) {
            Step next = i + 1 < steps.size() ? steps.get(i + 1) : null;
            boolean reshapes = next != null && next.point != null && next.point.name.equals("SLABS_WRITTEN");
            try (ChildJvm child = ready) {
                ready = next == null || reshapes ? null : start(cycles, next, random);
                live(cycles, steps.get(i), child);
            }
            if (reshapes) {
                cycles.reshape(24);
                ready = start(cycles, next, random);
            }
        }
    }

    private static ChildJvm start(CrashCycles cycles, Step step, SplittableRandom random) {
        if (step.point != null) {
            return cycles.doomed(step.point.mode, step.point.name + ":" + (1 + random.nextInt(step.point.most)));
        }
        return step.recovery ? cycles.opener() : cycles.writer();
    }

    private static void live(CrashCycles cycles, Step step, ChildJvm child) {
        if (step.point != null) {
            if (step.point.name.startsWith("RECOVERY_")) {
                // Something to recover, whatever the cycle before has left: the child waits until it is told to begin.
                try (ChildJvm writer = cycles.writer()) {
                    cycles.killWhileLogging(writer);
                }
            }
            if (step.point.name.equals("INDEX_REFUSED")) {
                cycles.damageAnIndexFile();
            }
            cycles.dieAtPoint(child, step.point.name);
        } else if (step.recovery) {
            cycles.killWhileRecovering(child);
        } else {
            cycles.killWhileAppending(child);
        }
    }
}
