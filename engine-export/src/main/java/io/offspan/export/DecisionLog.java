package io.offspan.export;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How much one exporter sends at once by now, and the last decisions that have made it so, oldest first; those of its last life among
 * them.
 *
 * <p><b>Threads.</b> One decides; any asks.
 */
final class DecisionLog {
    static final int KEPT = 100;

    private final LongSupplier epochMillis;
    private final ArrayDeque<FlowDecision> decisions = new ArrayDeque<>();
    private volatile Flow flow;

    DecisionLog(Flow first, List<FlowDecision> before, LongSupplier epochMillis) {
        flow = first;
        this.epochMillis = epochMillis;
        decisions.addAll(before.subList(Math.max(0, before.size() - KEPT), before.size()));
    }

    /** Returns how much is sent at once now. */
    Flow flow() {
        return flow;
    }

    /** Changes it, and notes why. */
    synchronized void change(Flow to, String why) {
        if (to.equals(flow)) {
            return;
        }
        if (decisions.size() == KEPT) {
            decisions.removeFirst();
        }
        decisions.addLast(new FlowDecision(Instant.ofEpochMilli(epochMillis.getAsLong()), flow, to, why));
        flow = to;
    }

    synchronized List<FlowDecision> last() {
        return List.copyOf(decisions);
    }
}
