package io.offspan.core.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {
    private static final long SMALL_STACK = 192 << 10;
    /** Takes several times that, compiled or not. */
    private static final String DEEP = "(a?){1000}".repeat(3);

    /** Runs on a thread with little stack, and returns what was thrown there. */
    private static Throwable onASmallStack(Runnable run) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(null, run, "small", SMALL_STACK);
        thread.setUncaughtExceptionHandler((at, cause) -> thrown.set(cause));
        thread.start();
        thread.join();
        return thrown.get();
    }

    @ParameterizedTest
    @ValueSource(strings = {"finds", "matches", "replaces"})
    void anExpressionThatTakesMoreStackThanThereIsIsRefusedByName(String how) throws InterruptedException {
        LinearPattern pattern = LinearPattern.compile(DEEP);
        Throwable thrown = onASmallStack(() -> {
            switch (how) {
                case "finds" -> pattern.finds("xyz aaaa");
                case "matches" -> pattern.matches("xyz aaaa");
                default -> pattern.replaceAll("xyz aaaa", "-");
            }
        });
        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(DEEP)
                .hasMessageContaining("takes more stack than this thread has");
    }

    @Test
    void replacesWhatMatchesAndIsNotEmpty() {
        assertThat(LinearPattern.compile("[0-9]*").replaceAll("a12b", "-")).isEqualTo("a-b");
        String other = "none";
        assertThat(LinearPattern.compile("[0-9]+").replaceAll(other, "-")).isSameAs(other);
    }

    @Test
    void backReferencesAreRefused() {
        assertThatThrownBy(() -> LinearPattern.compile("(a)\\1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(a)\\1");
    }
}
