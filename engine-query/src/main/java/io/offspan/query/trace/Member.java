package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.query.scan.Hit;
import org.jspecify.annotations.Nullable;

/** A span as one of its trace: where it lies, which filters it passes, and its numbers for the measures. */
final class Member {
    private final Hit hit;
    private final long passed;
    private final @Nullable Number[] numbers;
    private final long spanId;
    /** 0 for a root. */
    private final long parentId;

    private final int kind;
    private final int[] keys;

    /**
     * Makes a member.
     *
     * @param passed bit i for filter i of the plan
     * @param keys for grouping i a number that spans of its group have, too
     * @param numbers for measure i a {@link Long} or {@link Double}, or null without one
     */
    Member(Hit hit, long passed, @Nullable Number[] numbers, int[] keys, SpanView span) {
        this.hit = hit;
        this.passed = passed;
        this.numbers = numbers;
        this.keys = keys;
        spanId = span.spanId();
        parentId = span.hasParent() ? span.parentId() : 0;
        kind = span.kind();
    }

    Hit hit() {
        return hit;
    }

    long spanId() {
        return spanId;
    }

    /** Returns the id of the parent, 0 for a root. */
    long parentId() {
        return parentId;
    }

    int kind() {
        return kind;
    }

    int key(int grouping) {
        return keys[grouping];
    }

    boolean passes(int filter) {
        return (passed >>> filter & 1) != 0;
    }

    @Nullable
    Number number(int measure) {
        return numbers[measure];
    }
}
