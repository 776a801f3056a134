package io.offspan.sample.policy;

/**
 * Keeps traces with so many spans.
 *
 * @param least how many at least
 * @param most how many at most, 0 for any number
 */
record SpanCount(long least, long most) implements Rule {
    @Override
    public Judge judge() {
        return (trace, nanos) -> Judge.plain(trace.spans() >= least && (most == 0 || trace.spans() <= most));
    }
}
