package io.offspan.junit;

import io.offspan.codec.model.Span;
import io.offspan.query.TraceTree;
import java.util.List;

/** What can be asserted of one trace. */
public final class TraceAssert extends AbstractSpansAssert<TraceAssert> {
    private final String traceId;

    TraceAssert(StoredSpans spans, String traceId, long patienceNanos) {
        super(spans, TraceAssert.class, patienceNanos);
        this.traceId = traceId;
    }

    /** Asserts that the trace has one root, and that no span lacks its parent. */
    public TraceAssert isComplete() {
        return eventually(() -> {
            List<Span> spans = looked();
            long roots = spans.stream().filter(span -> !span.hasParent()).count();
            int orphans = new TraceTree(spans).orphans();
            return roots == 1 && orphans == 0
                    ? null
                    : "Expected that " + subject() + " has one root and no span without its parent, but it has " + roots
                            + (roots == 1 ? " root and " : " roots and ") + orphans
                            + (orphans == 1 ? " span" : " spans")
                            + " without the parent that is named.";
        });
    }

    @Override
    List<Span> looked() {
        return actual.trace(traceId);
    }

    @Override
    List<Span> answering(String traceQl) {
        return actual.find(traceQl).stream().filter(this::isOfTrace).toList();
    }

    /** The id may have been given without its leading zeros, and in capitals. */
    private boolean isOfTrace(Span span) {
        String id = span.traceId();
        int zeros = id.length() - traceId.length();
        return id.regionMatches(true, zeros, traceId, 0, traceId.length())
                && id.substring(0, zeros).chars().allMatch(c -> c == '0');
    }

    @Override
    String subject() {
        return "trace " + traceId;
    }
}
