package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies of a store that is written at full speed, and images put together from two of them, have everything that was acknowledged
 * before the first or say what is missing, and no span twice.
 */
@Timeout(300)
class LiveCopiesIT {
    private static final int SECONDS = 120;

    @TempDir
    Path scratch;

    @Test
    void aCopyIsRightOrSaysWhatIsMissing() throws IOException, InterruptedException {
        long seed = Gate.seed();
        LiveCopies copies = new LiveCopies(scratch, seed);
        copies.run(Gate.size(1, 10));
        new Gate("live-copies", seed)
                .put("images", copies.images())
                .put("named", copies.named())
                .put("twice", copies.twice())
                .put("torn", copies.torn())
                .put("wrong", copies.wrong().size())
                .report(copies.wrong().isEmpty());
        assertThat(copies.wrong()).isEmpty();
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void slabsThatAreTakenWhateverTheirPlaceAreCaught() {
        long seed = Gate.seed();
        try (ChildJvm child = ChildJvm.of(LiveCopies.class)
                .scratch(scratch)
                .property("offspan.fault", "BUG_IGNORES_PLACE")
                .arguments(scratch, 3, seed)
                .start()) {
            assertThat(child.await(SECONDS)).as(child.report()).isZero();
            boolean red = !child.output().contains("wrong=0");
            new Gate("live-copies-BUG_IGNORES_PLACE", seed)
                    .put("result", child.output().trim().replace(' ', ','))
                    .planted(red);
            assertThat(red).as(child.report()).isTrue();
        }
    }
}
