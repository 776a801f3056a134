package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.core.value.SpanStoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a replay says what ended it before its time. */
class ReplayCommandEndTest {
    @Test
    void aFailureOfItsThreadIsToldAsItIs() {
        SpanStoreException failure = new SpanStoreException("block 7 cannot be read; run 'offspan verify'");
        assertThatThrownBy(() -> ReplayCommand.join(CompletableFuture.failedFuture(failure)))
                .isSameAs(failure);
        StackOverflowError error = new StackOverflowError("planted");
        assertThatThrownBy(() -> ReplayCommand.join(CompletableFuture.failedFuture(error)))
                .isSameAs(error);
    }

    @Test
    void whoStopsItBeforeTheFirstSpanIsNotToldToBeMorePatient() {
        try (Interrupt interrupt = new Interrupt()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> ReplayCommand.awaitLogged(() -> false, interrupt, Duration.ofHours(1)))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("stopped before anything was sent")
                    .hasMessageNotContaining("--give-up");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void spansThatDoNotReachTheLogInTimeAreNamedWithTheOption() {
        try (Interrupt interrupt = new Interrupt()) {
            assertThatThrownBy(() -> ReplayCommand.awaitLogged(() -> false, interrupt, Duration.ZERO))
                    .isInstanceOf(CommandException.class)
                    .hasMessageContaining("not in the log after", "--give-up");
        }
    }
}
