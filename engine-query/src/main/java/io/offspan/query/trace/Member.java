package io.offspan.query.trace;

import io.offspan.query.scan.Hit;
import org.jspecify.annotations.Nullable;

/** A span as one of its trace: where it lies, which filters it passes, and its numbers for the measures. */
final class Member {
    private final Hit hit;
    private final long passed;
    private final @Nullable Number[] numbers;

    /**
     * Makes a member.
     *
     * @param passed bit i for filter i of the plan
     * @param numbers for measure i a {@link Long} or {@link Double}, or null without one
     */
    Member(Hit hit, long passed, @Nullable Number[] numbers) {
        this.hit = hit;
        this.passed = passed;
        this.numbers = numbers;
    }

    Hit hit() {
        return hit;
    }

    boolean passes(int filter) {
        return (passed >>> filter & 1) != 0;
    }

    @Nullable
    Number number(int measure) {
        return numbers[measure];
    }
}
