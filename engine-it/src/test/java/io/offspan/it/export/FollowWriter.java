package io.offspan.it.export;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.it.export.SharedCounts.Name;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that appends at a rate of its own, whatever becomes of the spans, from the first byte of its standard input on, then closes
 * its store and ends.
 *
 * <p>Arguments: data directory, file of its counts, spans a second, seconds.
 */
final class FollowWriter {
    private static final int TICKS_A_SECOND = 500;
    private static final Duration FLUSH = Duration.ofSeconds(30);

    private FollowWriter() {}

    public static void main(String[] arguments) throws IOException {
        SharedCounts counts = SharedCounts.open(Path.of(arguments[1]));
        int rate = Integer.parseInt(arguments[2]);
        int ticks = Integer.parseInt(arguments[3]) * TICKS_A_SECOND;
        try (SpanStore store = SpanStore.open(Path.of(arguments[0]))) {
            counts.set(Name.DONE, 1);
            if (System.in.read() < 0) {
                return;
            }
            SpanAppender appender = store.newAppender();
            StampedSpan span = new StampedSpan().small();
            long number = 0;
            long refused = 0;
            long begin = System.nanoTime();
            for (int tick = 1; tick <= ticks; tick++) {
                long due = (long) rate * tick / TICKS_A_SECOND;
                while (number + refused < due) {
                    span.fill(appender.draft(), 0, number + 1);
                    if (appender.append() == AppendResult.ACCEPTED) {
                        number++;
                    } else {
                        refused++;
                    }
                }
                counts.set(Name.ACKNOWLEDGED, number);
                counts.set(Name.REFUSED, refused);
                rest(begin + TimeUnit.SECONDS.toNanos(1) / TICKS_A_SECOND * tick);
            }
            if (!store.flush(FLUSH)) {
                throw new IllegalStateException("not flushed", store.failure());
            }
            counts.set(Name.DONE, 2);
        }
    }

    private static void rest(long until) {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
