package io.offspan.cli.terminal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far a command is: only on a terminal, and only when it takes longer than two seconds.
 *
 * <p><b>Threads.</b> Belongs to one thread; the bar draws on one of its own.
 */
public final class Progress implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int WIDTH = 78;
    private static final int REDRAW_MILLIS = 200;

    private final Terminal terminal;
    private final String task;
    private final String unit;
    private final long total;
    private final long startedNanos = System.nanoTime();
    private long done;

    @Nullable
    private ProgressBar bar;

    /** @param total how much there is to do, or -1 when that is not known */
    public Progress(Terminal terminal, String task, String unit, long total) {
        this.terminal = terminal;
        this.task = task;
        this.unit = unit;
        this.total = total;
    }

    /** Says that so much more is done. */
    public void add(long amount) {
        done += amount;
        if (bar != null) {
            bar.stepTo(done);
        } else if (terminal.showsProgress() && System.nanoTime() - startedNanos > PATIENCE_NANOS) {
            bar = open();
        }
    }

    private ProgressBar open() {
        // A consumer of our own: the library's would ask a native terminal library for the width.
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setUnit(" " + unit, 1)
                .setInitialMax(total)
                .startsFrom(done, Duration.ofNanos(System.nanoTime() - startedNanos))
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, Math.min(WIDTH, terminal.columns() - 1)))
                .build();
    }

    private void draw(String text) {
        terminal.err().print('\r' + text);
        terminal.err().flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            terminal.err().println();
        }
    }
}
