package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.export.send.Protocol;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gate G9: whatever goes wrong at the receiver or with the exporter, every acknowledged span arrives, none comes twice without a reason,
 * the checkpoint is never ahead of what was acknowledged, and no secret is printed. Over HTTP and over gRPC. Six
 * faults each; fifty with the profile {@code gates}, every kind among them.
 */
@Timeout(300)
class ExportGateIT {
    private static final int FAULTS = Integer.getInteger("offspan.export.faults", Gate.size(6, 50));

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void everySpanArrivesWhateverGoesWrong(Protocol protocol) throws IOException {
        long seed = Gate.seed();
        List<Fault> plan = plan(FAULTS, new Random(seed));
        System.out.println("ExportGateIT seed=" + seed + " " + protocol + " " + plan);
        try (ExportFaults run = new ExportFaults(scratch, protocol, seed, plan, null)) {
            run.run();
            String line = run.figures(new Gate("G9", seed).put("protocol", protocol.word()))
                    .report(run.clean());
            assertThat(run.ledger().complaints()).as(line).isEmpty();
            assertThat(run.leaks()).as(line).isEmpty();
            assertThat(run.clean()).as(line).isTrue();
            assertThat(run.acknowledged()).isGreaterThan(50L * FAULTS);
        }
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aCheckpointWrittenBeforeTheAnswerTurnsTheGateRed(Protocol protocol) throws IOException {
        try (ExportFaults run = withBug(protocol, "BUG_CHECKPOINT_BEFORE_ACK", Fault.KILL_IN_A_REQUEST)) {
            assertThat(run.ledger().checkpointsAhead()).as("checkpoints ahead").isPositive();
            assertThat(run.lost()).as("spans lost").isPositive();
        }
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aPartialSuccessSentAgainTurnsTheGateRed(Protocol protocol) throws IOException {
        try (ExportFaults run = withBug(protocol, "BUG_RETRIES_PARTIAL_SUCCESS", Fault.PARTIAL_SUCCESS)) {
            assertThat(run.ledger().unexplained())
                    .as("spans repeated for nothing")
                    .isPositive();
        }
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aBatchGivenUpForItsFirstRefusalTurnsTheGateRed(Protocol protocol) throws IOException {
        try (ExportFaults run = withBug(protocol, "BUG_GIVES_UP_RETRIES", Fault.UNAVAILABLE)) {
            assertThat(run.lost()).as("spans lost").isPositive();
        }
    }

    private ExportFaults withBug(Protocol protocol, String bug, Fault... plan) throws IOException {
        long seed = Gate.seed();
        ExportFaults run = new ExportFaults(scratch, protocol, seed, List.of(plan), bug);
        run.run();
        run.figures(new Gate("G9-" + bug, seed).put("protocol", protocol.word()))
                .planted(!run.clean());
        assertThat(run.clean()).isFalse();
        return run;
    }

    /** Every kind once before any comes again, at least one kill, and at most one in five, since each costs the start of a JVM. */
    private static List<Fault> plan(int faults, Random random) {
        List<Fault> plan = new ArrayList<>();
        int kills = 0;
        while (plan.size() < faults) {
            List<Fault> kinds = new ArrayList<>(List.of(Fault.values()));
            Collections.shuffle(kinds, random);
            for (Fault kind : kinds) {
                kills += kind.kills() ? 1 : 0;
                if (!kind.kills() || kills <= faults / 5) {
                    plan.add(kind);
                }
            }
        }
        List<Fault> chosen = new ArrayList<>(plan.subList(0, faults));
        if (chosen.stream().noneMatch(Fault::kills)) {
            chosen.set(random.nextInt(faults), Fault.KILL_IN_A_REQUEST);
        }
        return chosen;
    }
}
