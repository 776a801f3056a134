package io.offspan.query.graph;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.discover.CallKind;
import io.offspan.query.discover.Durations;
import io.offspan.query.discover.ServiceCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls by who calls what.
 *
 * <p><b>Threads.</b> Belongs to one thread; once nothing is added any more, any may read. <b>Fails</b> with {@link QueryException} ({@code
 * LIMIT}) beyond {@value #MAX_EDGES} different ones.
 */
final class CallSums {
    /** The most pairs of caller and callee, each of which takes some kilobytes for its durations. */
    static final int MAX_EDGES = 8_192;

    private static final int EDGE_BYTES = 160;

    private final Map<Edge, Sum> sums = new HashMap<>();

    private record Edge(@Nullable String caller, @Nullable String callee, CallKind kind) {}

    private static final class Sum {
        private final Durations durations = new Durations();
        private long calls;
        private long errors;
    }

    /**
     * Counts a call.
     *
     * @param durationNanos negative where it has not ended
     * @param times 1, or -1 to take away what was counted before
     */
    void add(
            @Nullable String caller,
            @Nullable String callee,
            CallKind kind,
            boolean error,
            long durationNanos,
            int times) {
        Sum sum = sum(new Edge(caller, callee, kind));
        sum.calls += times;
        sum.errors += error ? times : 0;
        if (durationNanos >= 0) {
            sum.durations.add(durationNanos, times);
        }
    }

    /** Counts what others have counted. */
    void add(CallSums others) {
        others.sums.forEach((edge, other) -> {
            Sum sum = sum(edge);
            sum.calls += other.calls;
            sum.errors += other.errors;
            sum.durations.add(other.durations, 1);
        });
    }

    private Sum sum(Edge edge) {
        Sum sum = sums.get(edge);
        if (sum == null) {
            if (sums.size() == MAX_EDGES) {
                throw new QueryException(
                        Reason.LIMIT,
                        "There are calls between more than " + MAX_EDGES + " pairs of services; narrow the time");
            }
            sum = new Sum();
            sums.put(edge, sum);
        }
        return sum;
    }

    List<ServiceCall> calls() {
        List<ServiceCall> calls = new ArrayList<>();
        sums.forEach((edge, sum) -> {
            if (sum.calls > 0) {
                calls.add(new ServiceCall(
                        edge.caller(), edge.callee(), edge.kind(), sum.calls, sum.errors, sum.durations.latency()));
            }
        });
        return calls;
    }

    /** Returns about how much memory it takes. */
    long bytes() {
        return sums.values().stream()
                .mapToLong(sum -> EDGE_BYTES + sum.durations.bytes())
                .sum();
    }
}
