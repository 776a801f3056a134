package io.offspan.export;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The last decisions of one exporter about its flow, oldest first; those of its last life among them.
 *
 * <p><b>Threads.</b> Any.
 */
final class DecisionLog {
    static final int KEPT = 100;

    private final ArrayDeque<FlowDecision> decisions = new ArrayDeque<>();
    private long made;

    DecisionLog(List<FlowDecision> before) {
        decisions.addAll(before.subList(Math.max(0, before.size() - KEPT), before.size()));
    }

    synchronized void add(FlowDecision decision) {
        if (decisions.size() == KEPT) {
            decisions.removeFirst();
        }
        decisions.addLast(decision);
        made++;
    }

    /** Returns how many were made in this life. */
    synchronized long made() {
        return made;
    }

    synchronized List<FlowDecision> last() {
        return List.copyOf(decisions);
    }
}
