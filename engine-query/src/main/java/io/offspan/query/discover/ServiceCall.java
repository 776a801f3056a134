package io.offspan.query.discover;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one service to another, or to what stores no spans.
 *
 * <p>They sort by calls, the most first, then by caller, callee and kind.
 *
 * @param caller null for a service without a name, and for {@link CallKind#ENTRY}
 * @param callee null for a service without a name
 * @param errors how many of the calls have the status error, on the side of the callee where that has a span
 * @param latency of the calls that have ended, on the same side
 */
public record ServiceCall(
        @Nullable String caller, @Nullable String callee, CallKind kind, long calls, long errors, Latency latency)
        implements Comparable<ServiceCall> {
    private static final Comparator<@Nullable String> NAMES = Comparator.nullsFirst(Comparator.naturalOrder());
    private static final Comparator<ServiceCall> ORDER = Comparator.comparingLong(ServiceCall::calls)
            .reversed()
            .thenComparing(ServiceCall::caller, NAMES)
            .thenComparing(ServiceCall::callee, NAMES)
            .thenComparing(ServiceCall::kind);

    @Override
    public int compareTo(ServiceCall other) {
        return ORDER.compare(this, other);
    }
}
