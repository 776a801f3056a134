package io.offspan.bench.command;

import io.offspan.bench.suite.Suite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Says on standard error how far a run is and how much time is left: a bar on a terminal, a line every few seconds elsewhere.
 *
 * <p><b>Threads.</b> Belongs to one thread; the bar draws on one of its own.
 */
final class BenchProgress implements Suite.Steps, AutoCloseable {
    private static final int WIDTH = 100;
    private static final int REDRAW_MILLIS = 250;
    private static final double LINE_SECONDS = 5;

    private final PrintStream err;
    private final int total;
    private final long startedNanos = System.nanoTime();
    private double lastLineSeconds;
    private int done;
    private final @Nullable ProgressBar bar;

    BenchProgress(PrintStream err, int total) {
        this.err = err;
        this.total = total;
        bar = isTerminal() ? open() : null;
    }

    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private ProgressBar open() {
        // A consumer of our own: the library's would ask a native terminal library for the width.
        return new ProgressBarBuilder()
                .setTaskName("bench")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, WIDTH))
                .build();
    }

    private void draw(String text) {
        err.print('\r' + text);
        err.flush();
    }

    @Override
    public void next(String what) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        if (bar != null) {
            bar.setExtraMessage(what);
            bar.stepTo(done);
        } else if (done == 0 || seconds - lastLineSeconds >= LINE_SECONDS) {
            lastLineSeconds = seconds;
            err.println(line(what, seconds));
        }
        done++;
    }

    private String line(String what, double seconds) {
        String left = done == 0
                ? ""
                : String.format(Locale.ROOT, ", about %.0f s left", seconds / done * Math.max(0, total - done));
        return String.format(Locale.ROOT, "bench: %d of %d, %s (%.0f s%s)", done, total, what, seconds, left);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.stepTo(total);
            bar.close();
            err.println();
        }
    }
}
