package io.offspan.query.plan;

import io.offspan.query.index.TermUnion;
import java.util.ArrayList;
import java.util.List;

/** How many values an index went through for a question, and where there were too many. */
final class TermTally {
    private final List<String> refused = new ArrayList<>();
    private long looked;
    private long united;

    void add(TermUnion union, String text) {
        looked += union.looked();
        united += union.united();
        if (union.isRefused()) {
            refused.add(text);
        }
    }

    long looked() {
        return looked;
    }

    long united() {
        return united;
    }

    /** Returns why spans are visited that could have been looked up, empty when there is no reason. */
    String refusal() {
        return refused.isEmpty()
                ? ""
                : ", since more than " + TermUnion.MOST_TERMS + " values would have to be looked at for "
                        + String.join(" and ", refused);
    }
}
