package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.Intersection;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The spans that all of several ways find, the cheapest of them leading. */
final class Every extends Access {
    private final Access[] parts;
    /** Whether the parts are all that is demanded. */
    private final boolean whole;

    private final SpanSet[] walks;
    /** How many of the parts were asked of the last leaf. */
    private int asked;

    private final Intersection common = new Intersection();
    private SpanSet walk = common;

    Every(List<Access> parts, boolean whole) {
        this.parts = parts.toArray(Access[]::new);
        this.whole = whole;
        walks = new SpanSet[this.parts.length];
    }

    @Override
    Answer ask(LeafIndex index) {
        boolean exact = whole;
        int count = 0;
        asked = 0;
        for (Access part : parts) {
            asked++;
            Answer answer = part.ask(index);
            if (answer == Answer.NOTHING) {
                return Answer.NOTHING;
            }
            exact &= answer == Answer.EXACT;
            if (answer != Answer.UNKNOWN) {
                walks[count++] = part.walk();
            }
        }
        if (count == 0) {
            return Answer.UNKNOWN;
        }
        walk = count == 1 ? walks[0] : common.set(walks, count);
        return exact ? Answer.EXACT : Answer.CANDIDATES;
    }

    @Override
    SpanSet walk() {
        return walk;
    }

    @Override
    void describe(TermTally tally) {
        for (int i = 0; i < asked; i++) {
            parts[i].describe(tally);
        }
    }

    @Override
    public String toString() {
        return Stream.of(parts).map(Access::toString).collect(Collectors.joining(" and ", "(", ")"));
    }
}
