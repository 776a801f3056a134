package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.Sink;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.EnvelopeSource;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.Spot;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Learns from every span of the noted traces what it says of its trace. */
final class FactCollector implements Sink {
    private final TraceFacts facts;
    private final boolean placed;
    /** What a span has to pass to be there at all. */
    private final SpanTest window;

    private final EnvelopeSource service = EnvelopeSource.resource(SourceCompiler.SERVICE_KEY);
    private @Nullable BlockPlace block;
    /** A window on the strings of the block that stays when its reader moves; made for the first root. */
    private @Nullable Memory strings;

    FactCollector(TraceFacts facts, TraceQuestion question) {
        this.facts = facts;
        placed = question.needsFamilies();
        FilterCompiler compiler = new FilterCompiler(new SourceCompiler(TraceValues.NONE, new ZeroDivisions()));
        window = compiler.compile(question.window());
    }

    @Override
    public void enterBlock(BlockPlace place) {
        block = place;
        strings = null;
        window.enterBlock(place.reader().strings());
        facts.families().enterBlock(place.reader().strings());
        service.enterBlock(place.reader().strings());
    }

    @Override
    public void take(SpanView span, int index) {
        TraceFact fact = facts.find(span.traceIdHigh(), span.traceIdLow());
        if (fact == null || !window.passes(span)) {
            return;
        }
        fact.addTimes(span);
        if (span.hasParent()) {
            facts.addChild(fact, span.parentId());
        }
        BlockPlace place = Objects.requireNonNull(block);
        if (placed) {
            facts.families().add(span, new Hit(span, place, index, SpanOrder.NEWEST));
        }
        int segment = place.segmentNumber();
        int ordinal = place.ordinal(index);
        if (fact.isRoot(span, segment, ordinal)) {
            service.enterSpan(span);
            fact.setRoot(span, segment, ordinal, strings(place), service.value(span, Spot.NOWHERE));
        }
    }

    private Memory strings(BlockPlace place) {
        Memory window = strings;
        if (window == null) {
            Memory moving = place.reader().strings().memory();
            window = new Memory().wrap(moving, 0, moving.length());
            strings = window;
        }
        return window;
    }
}
