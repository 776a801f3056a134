package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Filter;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.TracePart;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.util.List;

/** Notes the traces of the spans that pass, where they are in a part of all traces, and which filters these pass. */
final class CandidateTraces implements Sink {
    private final TraceFacts facts;
    private final SpanTest[] tests;
    private final long unknown;
    private final TracePart part;

    /**
     * @param filters that are asked for each span, as far as a span alone can say
     * @param unknown those of them, one bit each, that spans may pass which are not shown
     */
    CandidateTraces(TraceFacts facts, List<Filter> filters, long unknown, TracePart part) {
        this.part = part;
        this.unknown = unknown;
        this.facts = facts;
        FilterCompiler compiler = new FilterCompiler(new SourceCompiler(TraceValues.NONE, new ZeroDivisions()));
        tests = filters.stream().map(compiler::compile).toArray(SpanTest[]::new);
    }

    @Override
    public void enterBlock(BlockPlace place) {
        StringHeap strings = place.reader().strings();
        for (SpanTest test : tests) {
            test.enterBlock(strings);
        }
    }

    @Override
    public boolean wants(SpanView span) {
        return part.has(span.traceIdHigh(), span.traceIdLow());
    }

    @Override
    public void take(SpanView span, int index) {
        TraceFact trace = facts.add(span.traceIdHigh(), span.traceIdLow());
        long passed = unknown;
        for (int i = 0; i < tests.length; i++) {
            passed |= tests[i].passes(span) ? 1L << i : 0;
        }
        trace.pass(passed);
    }
}
