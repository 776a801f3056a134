package io.offspan.query.trace;

/**
 * How much a question about whole traces keeps in memory at once. Where there is more, it is put to a part of the traces after another; an
 * answer about part of a trace would be wrong, so that one with too many spans is refused.
 *
 * @param traces traces that are summed up at once
 * @param spans spans that are grouped by trace at once, and parents whose children are counted
 * @param most spans of one trace, and of an answer of which all are wanted at once
 */
public record GroupLimits(int traces, int spans, int most) {
    /** About 35 MB for a question, and about 80 MB for one trace with as many spans as it may have. */
    public static final GroupLimits DEFAULT = new GroupLimits(262_144, 131_072, 524_288);

    /** Makes limits under which no trace may have more spans than are grouped at once. */
    public GroupLimits(int traces, int spans) {
        this(traces, spans, spans);
    }

    /** Returns the limits of a part that cannot be made smaller. */
    GroupLimits ofOne() {
        return new GroupLimits(most, most, most);
    }

    /** Returns the limits of a question, which may be about half as many traces as it groups spans. */
    GroupLimits ofQuestion() {
        return new GroupLimits(Math.min(traces, Math.max(1, spans / 2)), spans, most);
    }
}
