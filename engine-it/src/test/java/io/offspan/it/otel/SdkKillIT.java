package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A span whose {@code end()} has returned is found after the service is killed, and found once. */
@Timeout(300)
class SdkKillIT {
    private static final int KILLS = Gate.size(3, 20);
    private static final int KILLS_WITH_BUG = 2;
    private static final long MIN_SPANS_A_LIFE = 300;
    private static final long POLL_NANOS = 200_000;
    private static final long MOST_EXTRA_NANOS = 80_000_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path scratch;

    private EndLedger ledger;
    private final BitSet[] open = new BitSet[SdkService.THREADS];
    private NumberedSpans found;
    private long returned;

    @Test
    void noKillLosesOrRepeatsASpanWhoseEndReturned() {
        long seed = Gate.seed();
        boolean clean = kill(KILLS, "immediate", new SplittableRandom(seed));
        figures("sdk-kills", KILLS, seed).report(clean);
        assertThat(found.twice()).as("found twice; seed %d", seed).isZero();
        assertThat(found.lost(ledger, open)).as("lost; seed %d", seed).isZero();
        assertThat(found.invented(ledger)).as("invented; seed %d", seed).isZero();
        assertThat(returned).isGreaterThan(MIN_SPANS_A_LIFE * KILLS);
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void theBatchProcessorOfTheSdkTurnsTheGateRed() {
        long seed = Gate.seed();
        boolean clean = kill(KILLS_WITH_BUG, "batch", new SplittableRandom(seed));
        figures("sdk-kills-BUG_BATCHES", KILLS_WITH_BUG, seed).planted(!clean);
        assertThat(found.lost(ledger, open)).as("spans lost; seed %d", seed).isPositive();
    }

    private Gate figures(String gate, int kills, long seed) {
        return new Gate(gate, seed)
                .put("kills", kills)
                .put("threads", SdkService.THREADS)
                .put("numbered", returned)
                .put(
                        "cut_short",
                        Arrays.stream(open).mapToInt(BitSet::cardinality).sum())
                .put("found", found.spans())
                .put("lost", found.lost(ledger, open))
                .put("twice", found.twice())
                .put("invented", found.invented(ledger));
    }

    private boolean kill(int kills, String processor, SplittableRandom random) {
        ledger = EndLedger.open(scratch.resolve("ledger"));
        for (int i = 0; i < open.length; i++) {
            open[i] = new BitSet();
        }
        ChildJvm next = service(processor);
        for (int i = 0; i < kills; i++) {
            try (ChildJvm child = next) {
                next = i + 1 < kills ? service(processor) : null;
                child.go();
                awaitSpans(child, ended() + MIN_SPANS_A_LIFE);
                LockSupport.parkNanos(random.nextLong(MOST_EXTRA_NANOS));
                assertThat(child.alive()).as(child.report()).isTrue();
                assertThat(child.kill()).isEqualTo(ChildJvm.KILLED);
            }
            noteOpen();
        }
        returned = ended();
        found = NumberedSpans.of(scratch.resolve("spans/0"));
        assertThat(scratch.resolve("spans/1"))
                .as("a restart takes the same directory")
                .doesNotExist();
        return found.lost(ledger, open) + found.twice() + found.invented(ledger) == 0;
    }

    private ChildJvm service(String processor) {
        return ChildJvm.of(SdkService.class)
                .flag("-Dotel.traces.exporter=offspan")
                .flag("-Dotel.metrics.exporter=none")
                .flag("-Dotel.logs.exporter=none")
                .flag("-Dotel.exporter.offspan.path=" + scratch.resolve("spans"))
                .flag("-Dotel.exporter.offspan.budget=2GiB")
                .flag("-Dotel.exporter.offspan.overflow=wait")
                .flag("-Dotel.exporter.offspan.max.wait=10s")
                .flag("-Dotel.exporter.offspan.processor=" + processor)
                .arguments(scratch.resolve("ledger"))
                .scratch(scratch)
                .start();
    }

    private long ended() {
        long sum = 0;
        for (int i = 0; i < SdkService.THREADS; i++) {
            sum += ledger.returned(i);
        }
        return sum;
    }

    private void awaitSpans(ChildJvm child, long spans) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (ended() < spans) {
            assertThat(child.alive() && System.nanoTime() - deadline < 0)
                    .as(child.report())
                    .isTrue();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Keeps the numbers whose end had begun and not returned: such a span may be there or not. */
    private void noteOpen() {
        for (int i = 0; i < SdkService.THREADS; i++) {
            if (ledger.begun(i) != ledger.returned(i)) {
                open[i].set((int) ledger.begun(i));
            }
        }
    }
}
