package io.offspan.export;

/** Says how often a kind of message may be logged: a number of times each minute, so that no destination floods the host's log. */
final class LogRate {
    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final int most;
    private long windowStart;
    private int logged;
    private boolean begun;

    LogRate(int mostAMinute) {
        most = mostAMinute;
    }

    boolean allows(long nowNanos) {
        if (!begun || nowNanos - windowStart >= WINDOW_NANOS) {
            begun = true;
            windowStart = nowNanos;
            logged = 0;
        }
        return logged++ < most;
    }
}
