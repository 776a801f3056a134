package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A question of another thread that begins after an append returned has its span.
 *
 * <p>{@code -Doffspan.fresh.pairs=1000000} makes it longer.
 */
class FreshIT {
    private static final int PAIRS = Integer.getInteger("offspan.fresh.pairs", Gate.size(3_000, 50_000));
    private static final int PLANTED_PAIRS = 20_000;
    private static final int PLANTED_SECONDS = 240;

    @TempDir
    Path scratch;

    @Test
    void theNewestSpanIsInEveryAnswer() {
        FreshPairs.run(scratch.resolve("store"), PAIRS).report(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BUG_ACKS_UNPUBLISHED", "BUG_CLAIMS_UNPOSTED"})
    @Tag(Gate.AT_LENGTH)
    void aSpanThatIsNotThereYetTurnsTheGateRed(String bug) {
        try (ChildJvm child = ChildJvm.of(FreshPairs.class)
                .scratch(scratch)
                .property("offspan.fault", bug)
                .arguments(scratch.resolve("store"), PLANTED_PAIRS)
                .start()) {
            assertThat(child.await(PLANTED_SECONDS)).as(child.report()).isZero();
            boolean red = child.output().startsWith("red");
            new Gate("fresh-" + bug, 0)
                    .put("result", child.output().trim().replace(' ', '_'))
                    .planted(red);
            assertThat(red).as(child.report()).isTrue();
        }
    }
}
