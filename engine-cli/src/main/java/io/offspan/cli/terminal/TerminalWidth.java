package io.offspan.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds out how wide the terminal is: from {@code COLUMNS}, or else from {@code stty}. */
final class TerminalWidth {
    static final int UNKNOWN = 100;

    private static final int MOST = 1_000;

    private TerminalWidth() {}

    static int find() {
        int named = parse(System.getenv("COLUMNS"));
        int width = named > 0 ? named : parse(askTerminal());
        return width > 0 ? Math.min(width, MOST) : UNKNOWN;
    }

    /** Reads a number, or the second of two; 0 when it is none. */
    static int parse(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1).strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static @Nullable String askTerminal() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return null;
            }
            return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException withoutTerminal) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
