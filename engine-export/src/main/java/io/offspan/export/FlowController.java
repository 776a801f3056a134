package io.offspan.export;

import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much one exporter sends at once: more requests, and then less effort in compressing, while it is behind and that helps; back
 * when what it sends would have gone through before. The size of requests is {@link RequestSize}'s matter, and how they are compressed
 * that of samples ({@link Choice}), which a step taken meanwhile is not judged by.
 *
 * <p>It looks at windows of a second, or of two answers' time where that is longer. A step up is on trial for a window: it stays when a
 * tenth more came through or the exporter has caught up, and is taken back otherwise; then that kind of step is not tried again until what
 * comes through has changed by a third, or the exporter was caught up for a while. A step is undone when, for three windows, less than
 * three quarters came through of what went through before it was made. So neither direction undoes the other as long as load and
 * destination stay as they are.
 *
 * <p><b>Threads.</b> Belongs to the exporter's.
 */
final class FlowController {
    static final long WINDOW_NANOS = 1_000_000_000L;
    /** Windows with spare room, or without being behind, that count as a change. */
    static final int CALM_WINDOWS = 3;

    private static final double HELPS = 1.1;
    private static final double SPARE = 0.75;
    private static final double CHANGED = 0.33;
    private static final double NANOS_A_SECOND = 1e9;
    private static final int BATCHES_BEHIND = 2;
    private static final int NANOS_A_MILLI = 1_000_000;

    private final DecisionLog log;
    private final RequestSize size;
    private final int maxRequests;
    private final boolean adapts;
    /** The steps up that were made, the last one on top. */
    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    private final Set<Kind> useless = EnumSet.noneOf(Kind.class);
    private double uselessBytesPerSecond;
    private @Nullable Step trial;
    /** Whether the window has answers to requests that were sent before the last change. */
    private boolean mixed;

    private int calmWindows;
    private int spareWindows;
    private long windows;
    private long windowStart;
    private long windowBytes;
    private long windowTookNanos;
    private int windowAnswers;
    private boolean answered;
    private boolean behind = true;
    private boolean hindered;

    /** What a step up changes. */
    private enum Kind {
        REQUESTS,
        EFFORT
    }

    /** A step up: what was before it, and how much came through then, which was not enough. */
    private record Step(Kind kind, Flow before, double bytesPerSecond) {
        Flow undoneIn(Flow now) {
            return kind == Kind.EFFORT
                    ? now.of(before.effort())
                    : now.ofRequests(Math.min(now.requests(), before.requests()));
        }
    }

    FlowController(DecisionLog log, RequestSize size, int maxRequests, boolean adapts, long nowNanos) {
        this.log = log;
        this.size = size;
        this.maxRequests = maxRequests;
        this.adapts = adapts;
        windowStart = nowNanos;
    }

    Flow flow() {
        return log.flow();
    }

    /** Returns how many windows have ended. */
    long windows() {
        return windows;
    }

    /** Takes note of an answer that accepted a request. */
    void accepted(int requestBytes, long tookNanos) {
        windowBytes += requestBytes;
        windowTookNanos += tookNanos;
        windowAnswers++;
        answered = true;
        if (flow().requests() > 1 && size.isSlow(tookNanos)) {
            hindered("an answer took " + tookNanos / NANOS_A_MILLI + " ms");
        } else {
            size.accepted(requestBytes, tookNanos);
        }
    }

    /** Takes note of a request that was not answered in time; returns whether it is worth while to send it in parts. */
    boolean timedOut(int requestBytes) {
        hindered("a request was not answered in time");
        return size.timedOut(requestBytes);
    }

    /** Takes note of a destination that wants less: half as many requests at once, at most once a window. */
    void hindered(String why) {
        trial = null;
        if (hindered || !adapts) {
            return;
        }
        hindered = true;
        Flow now = flow();
        if (now.requests() > 1) {
            steps.removeIf(step -> step.kind == Kind.REQUESTS && step.before.requests() >= now.requests() / 2);
            change(now.ofRequests(now.requests() / 2), why);
            mark(Kind.REQUESTS, 0);
        }
    }

    /** Takes note of how bodies are compressed, where samples have chosen another way. */
    void packed(Choice choice) {
        Compression present = choice.present();
        if (present != flow().compression()) {
            change(flow().of(present), choice.reason());
        }
    }

    private void mark(Kind kind, double bytesPerSecond) {
        useless.add(kind);
        uselessBytesPerSecond = bytesPerSecond;
    }

    private void change(Flow to, String why) {
        log.change(to, why);
        mixed = true;
    }

    /**
     * Looks whether a window has ended, and decides. While something waits a window ends with an answer, so that no half a request is
     * counted.
     *
     * @param waitingBytes bytes that wait in the log, but for those under way
     */
    void look(long now, long waitingBytes) {
        boolean waits = waitingBytes >= (long) BATCHES_BEHIND * flow().batchBytes();
        behind &= waits;
        long length = now - windowStart;
        long mean = windowAnswers == 0 ? 0 : windowTookNanos / windowAnswers;
        boolean over = length >= Math.max(WINDOW_NANOS, 2 * mean) && (answered || !waits);
        answered = false;
        if (!over) {
            return;
        }
        windows++;
        double bytesPerSecond = bytesPerSecond(length);
        boolean asked = adapts && !mixed;
        mixed = false;
        if (asked) {
            decide(bytesPerSecond);
        }
        windowStart = now;
        windowBytes = 0;
        windowTookNanos = 0;
        windowAnswers = 0;
        hindered = false;
        behind = true;
    }

    /** Returns what comes through; where something always waits it is what all requests carry in the time that one takes, as answers often come in bursts. */
    private double bytesPerSecond(long length) {
        boolean always = behind && windowTookNanos > 0;
        return always
                ? flow().requests() * NANOS_A_SECOND * windowBytes / windowTookNanos
                : NANOS_A_SECOND * windowBytes / length;
    }

    private void decide(double bytesPerSecond) {
        Step tried = trial;
        trial = null;
        if (!behind) {
            relax(bytesPerSecond);
        } else if (tried != null && bytesPerSecond < HELPS * tried.bytesPerSecond) {
            steps.pop();
            mark(tried.kind, bytesPerSecond);
            change(
                    tried.undoneIn(flow()),
                    String.format(
                            Locale.ROOT,
                            "it did not help: %,.0f bytes a second instead of %,.0f",
                            bytesPerSecond,
                            tried.bytesPerSecond));
        } else {
            calmWindows = 0;
            spareWindows = 0;
            stepUp(bytesPerSecond);
        }
    }

    /** Looks whether steps can be undone; the exporter is not behind. */
    private void relax(double bytesPerSecond) {
        calmWindows++;
        if (calmWindows >= CALM_WINDOWS) {
            useless.clear();
        }
        Step last = steps.peek();
        spareWindows = last != null && bytesPerSecond < SPARE * last.bytesPerSecond ? spareWindows + 1 : 0;
        if (spareWindows < CALM_WINDOWS) {
            return;
        }
        spareWindows = 0;
        Flow to = flow();
        double before = 0;
        for (Step step = last; step != null && bytesPerSecond < SPARE * step.bytesPerSecond; step = steps.peek()) {
            to = step.undoneIn(to);
            before = step.bytesPerSecond;
            steps.pop();
        }
        change(
                to,
                String.format(
                        Locale.ROOT,
                        "caught up with %,.0f bytes a second; %,.0f went through with less",
                        bytesPerSecond,
                        before));
    }

    private void stepUp(double bytesPerSecond) {
        boolean known = uselessBytesPerSecond > 0;
        if (known && Math.abs(bytesPerSecond - uselessBytesPerSecond) > CHANGED * uselessBytesPerSecond) {
            useless.clear();
        }
        Flow now = flow();
        String why = String.format(Locale.ROOT, "behind, with %,.0f bytes a second", bytesPerSecond);
        if (now.requests() < maxRequests && !useless.contains(Kind.REQUESTS)) {
            step(
                    new Step(Kind.REQUESTS, now, bytesPerSecond),
                    now.ofRequests(Math.min(maxRequests, 2 * now.requests())),
                    why);
        } else if (now.effort() != Effort.LOW && !useless.contains(Kind.EFFORT)) {
            step(new Step(Kind.EFFORT, now, bytesPerSecond), now.of(now.effort().less()), why);
        }
    }

    private void step(Step up, Flow to, String why) {
        steps.push(up);
        trial = up;
        change(to, why);
    }
}
