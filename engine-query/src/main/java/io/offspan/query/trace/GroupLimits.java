package io.offspan.query.trace;

/**
 * How much a question about whole traces may keep in memory at once; beyond that it is refused, since an answer about part of
 * a trace would be wrong.
 *
 * @param traces traces whose root, duration or child counts are asked for
 * @param spans spans that are grouped by trace, and parents whose children are counted
 */
public record GroupLimits(int traces, int spans) {
    /** About 100 MB when both are reached, and about 300 MB where the numbers of nested sets are asked for. */
    public static final GroupLimits DEFAULT = new GroupLimits(262_144, 524_288);
}
