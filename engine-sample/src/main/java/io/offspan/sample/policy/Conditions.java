package io.offspan.sample.policy;

import java.util.ArrayList;
import java.util.List;

/** The conditions on spans of all policies, by numbers; equal ones share one, so that no span is asked twice. */
public final class Conditions {
    /** How many there may be: a trace has a bit for each. */
    public static final int MOST = 64;

    private final List<Condition> all = new ArrayList<>();
    private boolean randomness;

    Conditions() {}

    /** Returns the number of a condition, -1 when there are too many. */
    int number(Condition condition) {
        int number = all.indexOf(condition);
        if (number >= 0 || all.size() == MOST) {
            return number;
        }
        all.add(condition);
        return all.size() - 1;
    }

    /** Notes that a policy asks for the randomness that spans name. */
    void askRandomness() {
        randomness = true;
    }

    /** Tells whether a policy asks for the randomness that spans name. */
    public boolean asksRandomness() {
        return randomness;
    }

    /** Returns what asks them, in the order of their numbers. */
    public SpanAsker[] askers() {
        return all.stream().map(Condition::asker).toArray(SpanAsker[]::new);
    }
}
