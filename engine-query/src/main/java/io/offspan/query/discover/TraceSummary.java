package io.offspan.query.discover;

import io.offspan.codec.wire.Hex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the stored spans of a trace say of it as a whole.
 *
 * @param traceIdHigh the first eight bytes of the id read as a big-endian number
 * @param rootName the name of its root, null without one: of several the first to start
 * @param rootService the service of its root, null without one
 * @param startNanos when its first span starts, unsigned; 0 when none says
 * @param durationNanos latest end minus earliest start, {@link #UNKNOWN} without either
 * @param spans how many spans there are
 * @param errors how many of them have the status error
 * @param services the services of its spans, sorted
 */
public record TraceSummary(
        long traceIdHigh,
        long traceIdLow,
        @Nullable String rootName,
        @Nullable String rootService,
        long startNanos,
        long durationNanos,
        long spans,
        long errors,
        List<String> services) {
    /** In place of a duration: there is none. */
    public static final long UNKNOWN = -1;

    /** Returns the id in 32 hexadecimal digits. */
    public String traceId() {
        return Hex.of(traceIdHigh) + Hex.of(traceIdLow);
    }
}
