package io.offspan.query.trace;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.query.scan.BlockSource;
import io.offspan.query.scan.Collector;
import io.offspan.query.scan.HeldBlock;
import io.offspan.query.value.EnvelopeSource;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.Spot;

/** Learns from every span of the noted traces what it says of its trace. */
final class FactCollector extends Collector {
    private final TraceFacts facts;
    private final HeldBlock block = new HeldBlock();
    private final EnvelopeSource service = EnvelopeSource.resource(SourceCompiler.SERVICE_KEY);

    FactCollector(TraceFacts facts) {
        this.facts = facts;
    }

    @Override
    public void enterBlock(BlockSource blocks, BlockReader reader) {
        block.enter(blocks, reader);
        service.enterBlock(reader.strings());
    }

    @Override
    public void add(SpanView span, int index) {
        TraceFact fact = facts.find(span.traceIdHigh(), span.traceIdLow());
        if (fact == null) {
            return;
        }
        fact.addTimes(span);
        if (span.hasParent()) {
            facts.addChild(fact, span.parentId());
        }
        if (fact.isRoot(span, block.segment(), block.ordinal(index))) {
            service.enterSpan(span);
            fact.setRoot(
                    span, block.segment(), block.ordinal(index), block.strings(), service.value(span, Spot.NOWHERE));
        }
    }
}
