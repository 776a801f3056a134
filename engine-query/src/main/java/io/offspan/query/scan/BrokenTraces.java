package io.offspan.query.scan;

/**
 * How many traces are not whole, of those that a question about how spans are related brought together; one may be broken in several ways.
 *
 * @param traces broken in any way
 * @param withoutRoot none of its spans is a root
 * @param missingParents one of its spans names a parent that is not stored, within the times of the question
 * @param circular one of its spans is its own ancestor
 * @param doubledIds two of its spans have the same id
 */
public record BrokenTraces(long traces, long withoutRoot, long missingParents, long circular, long doubledIds) {
    public static final BrokenTraces NONE = new BrokenTraces(0, 0, 0, 0, 0);

    /** Returns these and those of another walk. */
    BrokenTraces and(BrokenTraces others) {
        return new BrokenTraces(
                traces + others.traces,
                withoutRoot + others.withoutRoot,
                missingParents + others.missingParents,
                circular + others.circular,
                doubledIds + others.doubledIds);
    }
}
