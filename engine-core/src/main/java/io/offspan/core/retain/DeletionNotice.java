package io.offspan.core.retain;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The line that says what retention has deleted: the first deletion at once, those that follow together, once a minute.
 *
 * <p><b>Threads.</b> One.
 */
final class DeletionNotice {
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long byBudget;
    private long byAge;
    private long spans;
    private boolean said;
    private long saidAt;

    /** Takes note of a deleted segment. */
    void deleted(long spansIn, boolean old) {
        byAge += old ? 1 : 0;
        byBudget += old ? 0 : 1;
        spans += spansIn;
    }

    /** Returns what has been deleted since the last time, or null when there is nothing to say yet. */
    @Nullable
    String due(long nanos) {
        if (byBudget + byAge == 0 || said && nanos - saidAt < QUIET_NANOS) {
            return null;
        }
        String text = byBudget + byAge + " segments with " + spans + " spans were deleted: " + byBudget
                + " for the budget, " + byAge + " for their age";
        said = true;
        saidAt = nanos;
        byBudget = 0;
        byAge = 0;
        spans = 0;
        return text;
    }
}
