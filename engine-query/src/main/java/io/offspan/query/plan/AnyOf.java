package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Union;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The spans that one of several ways finds at least; of no way, none. */
final class AnyOf extends Access {
    private final Access[] parts;
    private final SpanSet[] walks;
    /** How many of the parts were asked of the last leaf. */
    private int asked;

    private final Union union = new Union();
    private SpanSet walk = union;

    AnyOf(List<Access> parts) {
        this.parts = parts.toArray(Access[]::new);
        walks = new SpanSet[this.parts.length];
    }

    @Override
    Answer ask(LeafIndex index) {
        boolean exact = true;
        int count = 0;
        asked = 0;
        for (Access part : parts) {
            asked++;
            Answer answer = part.ask(index);
            if (answer == Answer.UNKNOWN) {
                return Answer.UNKNOWN;
            }
            if (answer != Answer.NOTHING) {
                exact &= answer == Answer.EXACT;
                walks[count++] = part.walk();
            }
        }
        if (count == 0) {
            return Answer.NOTHING;
        }
        walk = count == 1 ? walks[0] : union.set(walks, count, index.indexed());
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
        return parts.length == 0
                ? "nothing"
                : Stream.of(parts).map(Access::toString).collect(Collectors.joining(" or ", "(", ")"));
    }
}
