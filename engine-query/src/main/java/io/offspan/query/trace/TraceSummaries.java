package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.Sink;
import io.offspan.query.value.EnvelopeSource;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.Spot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sums up traces: first those are noted that are asked for, then every span of theirs adds to what is known of them.
 *
 * <p><b>Threads.</b> Belongs to one thread; one search. <b>Fails</b> with {@link io.offspan.query.ast.QueryException} ({@code LIMIT})
 * beyond its limit of traces.
 */
public final class TraceSummaries implements Sink {
    private static final int ERROR = 2;

    /** What is known of a trace beyond its {@link TraceFact}. */
    private static final class Totals {
        private long spans;
        private long errors;
        private final BitSet services = new BitSet();
    }

    private final TraceFacts facts;
    private final GroupLimits limits;
    private final int part;
    private final int parts;
    private boolean full;
    private final List<Totals> totals = new ArrayList<>();
    private final List<TraceFact> noted = new ArrayList<>();
    private final EnvelopeSource service = EnvelopeSource.resource(SourceCompiler.SERVICE_KEY);
    private final Map<String, Integer> serviceNumbers = new HashMap<>();
    private final List<String> serviceNames = new ArrayList<>();
    private int lastResource = -1;
    private int lastService = -1;
    private @Nullable BlockPlace block;
    private @Nullable Memory strings;

    /**
     * Sums up some of the traces.
     *
     * @param part which of {@code parts} of all traces, that are about as large as each other
     */
    public TraceSummaries(GroupLimits limits, int part, int parts) {
        this.limits = limits;
        this.part = part;
        this.parts = parts;
        facts = new TraceFacts(limits, List.of());
    }

    private boolean isOfPart(SpanView span) {
        long mixed = (span.traceIdHigh() * 31 + span.traceIdLow()) * 0x9E3779B97F4A7C15L;
        return parts == 1 || (mixed >>> 32) * parts >>> 32 == part;
    }

    /** Notes the trace of a span, if it is one of the part. */
    public void note(SpanView span) {
        if (!isOfPart(span)) {
            return;
        }
        int before = facts.size();
        full = before == limits.traces() && facts.find(span.traceIdHigh(), span.traceIdLow()) == null;
        facts.add(span.traceIdHigh(), span.traceIdLow());
        if (facts.size() > before) {
            totals.add(new Totals());
            noted.add(Objects.requireNonNull(facts.find(span.traceIdHigh(), span.traceIdLow())));
        }
    }

    /** Tells whether there was no room for a trace, and the part has to be a smaller one. */
    public boolean isFull() {
        return full;
    }

    /** Returns the traces that were noted. */
    List<TraceFact> noted() {
        return noted;
    }

    /** Returns how many traces were noted. */
    public int size() {
        return noted.size();
    }

    @Override
    public void enterBlock(BlockPlace place) {
        block = place;
        strings = null;
        lastResource = -1;
        service.enterBlock(place.reader().strings());
    }

    @Override
    public void take(SpanView span, int index) {
        TraceFact fact = facts.find(span.traceIdHigh(), span.traceIdLow());
        if (fact == null) {
            return;
        }
        fact.addTimes(span);
        Totals sum = totals.get(fact.number());
        sum.spans++;
        sum.errors += span.statusCode() == ERROR ? 1 : 0;
        service.enterSpan(span);
        int number = serviceOf(span);
        if (number >= 0) {
            sum.services.set(number);
        }
        BlockPlace place = Objects.requireNonNull(block);
        int segment = place.segmentNumber();
        int ordinal = place.ordinal(index);
        if (fact.isRoot(span, segment, ordinal)) {
            fact.setRoot(span, segment, ordinal, strings(place.reader().strings()), service.value(span, Spot.NOWHERE));
        }
    }

    private int serviceOf(SpanView span) {
        if (span.resourceIndex() != lastResource) {
            lastResource = span.resourceIndex();
            Scalar name = service.value(span, Spot.NOWHERE);
            lastService = name.type() == Scalar.TEXT ? number(text(name)) : -1;
        }
        return lastService;
    }

    private int number(String name) {
        Integer known = serviceNumbers.get(name);
        if (known == null) {
            known = serviceNames.size();
            serviceNames.add(name);
            serviceNumbers.put(name, known);
        }
        return known;
    }

    /** A window on the strings of the block that stays when its reader moves. */
    private Memory strings(StringHeap heap) {
        Memory window = strings;
        if (window == null) {
            window = new Memory().wrap(heap.memory(), 0, heap.memory().length());
            strings = window;
        }
        return window;
    }

    private static String text(Scalar scalar) {
        return Utf8.get(scalar.memory(), scalar.offset(), scalar.length());
    }

    /** Puts summaries of several parts in an order. */
    public static void sort(List<TraceSummary> summaries, SpanOrder order) {
        summaries.sort(order(
                order,
                TraceSummary::startNanos,
                TraceSummary::durationNanos,
                TraceSummary::traceIdHigh,
                TraceSummary::traceIdLow));
    }

    private static <T> Comparator<T> order(
            SpanOrder order,
            ToLongFunction<T> start,
            ToLongFunction<T> duration,
            ToLongFunction<T> idHigh,
            ToLongFunction<T> idLow) {
        Comparator<T> newest = (one, other) -> Long.compareUnsigned(start.applyAsLong(other), start.applyAsLong(one));
        Comparator<T> first = order == SpanOrder.NEWEST
                ? newest
                : Comparator.comparingLong(duration).reversed().thenComparing(newest);
        return first.thenComparing(idHigh::applyAsLong, Long::compareUnsigned)
                .thenComparing(idLow::applyAsLong, Long::compareUnsigned);
    }

    /** Returns the first traces of an order; while the leaves are open. */
    public List<TraceSummary> first(int limit, SpanOrder order) {
        TraceFact[] sorted = noted.toArray(TraceFact[]::new);
        Arrays.sort(
                sorted,
                order(
                        order,
                        TraceFact::startNanos,
                        TraceFact::durationNanos,
                        TraceFact::traceIdHigh,
                        TraceFact::traceIdLow));
        List<TraceSummary> summaries = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, sorted.length); i++) {
            summaries.add(summary(sorted[i]));
        }
        return summaries;
    }

    private TraceSummary summary(TraceFact fact) {
        Totals sum = totals.get(fact.number());
        Scalar name = new Scalar();
        fact.rootName(name);
        Scalar rootService = new Scalar();
        fact.rootService(rootService);
        return new TraceSummary(
                fact.traceIdHigh(),
                fact.traceIdLow(),
                name.type() == Scalar.TEXT ? text(name) : null,
                rootService.type() == Scalar.TEXT ? text(rootService) : null,
                fact.startNanos(),
                fact.durationNanos(),
                sum.spans,
                sum.errors,
                sum.services.stream().mapToObj(serviceNames::get).sorted().toList());
    }
}
