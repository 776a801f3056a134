package io.offspan.query.plan;

import io.offspan.codec.wire.Hex;
import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.TraceSpans;
import io.offspan.query.test.TraceIdTest;

/** The spans of the trace that a test is for, which may be another one each time. */
final class OfTrace extends Access {
    private final TraceIdTest test;
    private final TraceSpans walk = new TraceSpans();

    OfTrace(TraceIdTest test) {
        this.test = test;
    }

    @Override
    Answer ask(LeafIndex index) {
        return index.trace(test.high(), test.low(), true, walk);
    }

    @Override
    TraceSpans walk() {
        return walk;
    }

    @Override
    public String toString() {
        return "trace " + Hex.of(test.high(), test.low());
    }
}
