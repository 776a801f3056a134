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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gate G9: whatever goes wrong at the receiver or with the exporter, every acknowledged span arrives, none comes twice without a reason,
 * the checkpoint is never ahead of what was acknowledged, and no secret is printed. Over HTTP and over gRPC, with one request at a time
 * and with four, uncompressed, by gzip and by zstd. Six faults each, for two of the four; fifty with the profile {@code gates}, every kind
 * among them.
 */
@Timeout(600)
class ExportGateIT {
    private static final int SEVERAL = 4;
    private static final int FAULTS = Integer.getInteger("offspan.export.faults", Gate.size(6, 50));

    @TempDir
    Path scratch;

    static Stream<Arguments> runs() {
        return Stream.of(
                        Arguments.of(Protocol.HTTP, SEVERAL),
                        Arguments.of(Protocol.GRPC, 1),
                        Arguments.of(Protocol.HTTP, 1),
                        Arguments.of(Protocol.GRPC, SEVERAL))
                .limit(Gate.size(2, 4));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everySpanArrivesWhateverGoesWrong(Protocol protocol, int requests) throws IOException {
        long seed = Gate.seed();
        List<Fault> plan = plan(FAULTS, new Random(seed));
        System.out.println("ExportGateIT seed=" + seed + " " + protocol + " " + requests + " " + plan);
        try (ExportFaults run = new ExportFaults(scratch, protocol, requests, seed, plan, null)) {
            run.run();
            String line = run.figures(gate("G9", seed, protocol, requests)).report(run.clean());
            assertThat(run.ledger().complaints()).as(line).isEmpty();
            assertThat(run.leaks()).as(line).isEmpty();
            assertThat(run.clean()).as(line).isTrue();
            assertThat(run.acknowledged()).isGreaterThan(50L * FAULTS);
            // More when the exporter has left a connection before the receiver saw that.
            assertThat(run.atOnce()).as("requests at once").isGreaterThan(requests > 1 ? 1 : 0);
        }
    }

    private static Gate gate(String name, long seed, Protocol protocol, int requests) {
        return new Gate(name, seed).put("protocol", protocol.word()).put("most_requests", requests);
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @CsvSource({"HTTP, 1", "GRPC, 4"})
    void aCheckpointWrittenBeforeTheAnswerTurnsTheGateRed(Protocol protocol, int requests) throws IOException {
        try (ExportFaults run = withBug(protocol, requests, "BUG_CHECKPOINT_BEFORE_ACK", Fault.KILL_IN_A_REQUEST)) {
            assertThat(run.ledger().checkpointsAhead()).as("checkpoints ahead").isPositive();
            if (requests == 1) {
                // Of several under way the one that was answered may be all that the checkpoint has skipped.
                assertThat(run.lost()).as("spans lost").isPositive();
            }
        }
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @CsvSource({"HTTP, 1", "GRPC, 4"})
    void aPartialSuccessSentAgainTurnsTheGateRed(Protocol protocol, int requests) throws IOException {
        try (ExportFaults run = withBug(protocol, requests, "BUG_RETRIES_PARTIAL_SUCCESS", Fault.PARTIAL_SUCCESS)) {
            assertThat(run.ledger().unexplained())
                    .as("spans repeated for nothing")
                    .isPositive();
        }
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @CsvSource({"HTTP, 1", "GRPC, 4"})
    void aBatchGivenUpForItsFirstRefusalTurnsTheGateRed(Protocol protocol, int requests) throws IOException {
        try (ExportFaults run = withBug(protocol, requests, "BUG_GIVES_UP_RETRIES", Fault.UNAVAILABLE)) {
            assertThat(run.lost()).as("spans lost").isPositive();
        }
    }

    private ExportFaults withBug(Protocol protocol, int requests, String bug, Fault... plan) throws IOException {
        long seed = Gate.seed();
        ExportFaults run = new ExportFaults(scratch, protocol, requests, seed, List.of(plan), bug);
        run.run();
        run.figures(gate("G9-" + bug, seed, protocol, requests)).planted(!run.clean());
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
