package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an exporter does, on standard error: one line that is drawn over itself on a terminal, else a line every ten seconds and whenever
 * the destination begins or ceases to take spans.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class LiveLine {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Terminal terminal;
    private final @Nullable String name;
    private final long startedNanos;
    private @Nullable State shown;
    private long shownNanos;
    private long rateNanos;
    private long rateSpans;
    private long rate;
    private int width;

    /** @param name what to call the destination where there are others, whose lines would be drawn over each other; else null */
    LiveLine(Terminal terminal, long nowNanos, @Nullable String name) {
        this.terminal = terminal;
        this.name = name;
        startedNanos = nowNanos;
        shownNanos = nowNanos;
        rateNanos = nowNanos;
    }

    /** Shows a status when it is time to. */
    void show(ExportStatus status, long nowNanos) {
        if (nowNanos - rateNanos >= RATE_NANOS) {
            rate = (status.spans() - rateSpans) * TimeUnit.SECONDS.toNanos(1) / (nowNanos - rateNanos);
            rateNanos = nowNanos;
            rateSpans = status.spans();
        }
        if (terminal.showsProgress() && name == null) {
            draw(status, nowNanos);
        } else {
            say(status, nowNanos);
        }
    }

    private void draw(ExportStatus status, long nowNanos) {
        // Whoever sees the result at once needs no line that blinks.
        if (nowNanos - shownNanos < REDRAW_NANOS || nowNanos - startedNanos < RATE_NANOS) {
            return;
        }
        shownNanos = nowNanos;
        String line = text(status, rate);
        int room = terminal.columns() - 1;
        line = Cells.cut(line, room);
        int drawn = Cells.width(line);
        terminal.err().print('\r' + line + " ".repeat(Math.max(0, width - drawn)));
        terminal.err().flush();
        width = drawn;
    }

    private void say(ExportStatus status, long nowNanos) {
        State now = status.state() == State.IDLE ? State.SENDING : status.state();
        boolean changed = now != (shown == null ? State.SENDING : shown);
        shown = now;
        if (changed || nowNanos - shownNanos >= REPEAT_NANOS) {
            shownNanos = nowNanos;
            terminal.note("offspan: " + (name == null ? "" : name + ": ") + text(status, rate));
        }
    }

    /** Returns a status in one line. */
    static String text(ExportStatus status, long rate) {
        StringBuilder line =
                new StringBuilder(String.format("%-8s", status.state().name().toLowerCase(Locale.ROOT)));
        line.append(String.format(Locale.ROOT, " %,11d spans %,9d/s", status.spans(), rate));
        line.append("  lag ").append(Units.count(status.lagSpans()));
        line.append("  retries ").append(Units.count(status.retries()));
        if (status.state() == State.RETRYING || status.state() == State.PAUSED || status.state() == State.FAILED) {
            line.append("  ").append(Cells.printable(status.reason()));
        }
        Instant next = status.nextAttempt();
        if (next != null) {
            long seconds = Math.max(0, Duration.between(Instant.now(), next).toSeconds());
            line.append("; tried again in ").append(seconds).append(" s");
        }
        return line.toString();
    }

    /** Takes the line off the terminal. */
    void clear() {
        if (width > 0) {
            terminal.err().print('\r' + " ".repeat(width) + '\r');
            terminal.err().flush();
            width = 0;
        }
    }
}
