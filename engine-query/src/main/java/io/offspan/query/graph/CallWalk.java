package io.offspan.query.graph;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.Leaf;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.ServiceCall;
import io.offspan.query.graph.GraphParts.Part;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.LeafAlone;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.scan.SeekCost;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.TracePart;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.EnvelopeSource;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.Spot;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls between services: within each leaf, or as they are known of it, and then again for the traces of which some leaf misses a
 * parent, of which what each leaf says alone is taken away.
 *
 * <p>No more spans are in memory than {@link #MAX_SPANS}: where there are more, their traces are taken part by part, by a hash of their ids.
 *
 * <p><b>Threads.</b> Belongs to one thread; one walk over leaves that the caller opens and closes.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) for a trace with more spans, and beyond the limits of {@link CallSums} and {@link
 * TraceIdSet}.
 */
public final class CallWalk {
    /** About 25 MB. */
    static final int MAX_SPANS = 262_144;

    private final Leaves leaves;
    private final Filter filter;
    private final SpanTest window;
    private final Times times;
    private final RunLimit limit;
    private final GraphParts parts;
    private final int maxSpans;
    private final CallSums sums = new CallSums();
    private final TraceIdSet parted = new TraceIdSet();
    private ScanOutcome outcome = ScanOutcome.NONE;

    /** Spans that start from one time to another, both included. */
    public record Times(long firstNanos, long lastNanos) {
        /** Tells whether all spans that a leaf may have are among them. */
        boolean cover(BlockDirectory directory, int blocks) {
            for (int row = 0; row < blocks; row++) {
                if (Long.compareUnsigned(directory.minStartNanos(row), firstNanos) < 0
                        || Long.compareUnsigned(directory.maxStartNanos(row), lastNanos) > 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Makes a walk.
     *
     * @param filter of the spans that exist for the question, which is one of the times
     * @param times that it is about, at most
     */
    public CallWalk(Leaves leaves, Filter filter, Times times, RunLimit limit, GraphParts parts) {
        this(leaves, filter, times, limit, parts, MAX_SPANS);
    }

    CallWalk(Leaves leaves, Filter filter, Times times, RunLimit limit, GraphParts parts, int maxSpans) {
        this.leaves = leaves;
        this.filter = filter;
        this.times = times;
        this.limit = limit;
        this.parts = parts;
        this.maxSpans = maxSpans;
        window = new FilterCompiler(new SourceCompiler(TraceValues.NONE, new ZeroDivisions())).compile(filter);
    }

    /** Walks, and returns the first calls; none when it has ended early. */
    public Listing<ServiceCall> run(int rows) {
        outcome = ScanOutcome.known(leaves.unreachable(), 0);
        int filled = 0;
        for (int i = leaves.count() - 1; i >= 0 && isGoingOn(); i--) {
            if (leaves.leaf(i).endOrdinal() > 0) {
                filled++;
                countWithin(i);
            }
        }
        if (filled > 1 && parted.size() > 0 && isGoingOn()) {
            join(TracePart.ALL);
        }
        List<ServiceCall> calls = isGoingOn() ? sums.calls() : List.of();
        return Listing.of(calls, rows, outcome);
    }

    private boolean isGoingOn() {
        return outcome.ending() == Ending.REGULAR;
    }

    /** Counts the calls within a leaf. */
    private void countWithin(int number) {
        Leaf leaf = leaves.leaf(number);
        boolean whole = times.cover(leaf.directory(), leaf.blocks());
        Part known = whole ? parts.find(leaf) : null;
        if (known == null) {
            known = new Part(new CallSums(), new TraceIdSet());
            LeafAlone alone = new LeafAlone(leaves, number);
            int bits = Integer.SIZE - Integer.numberOfLeadingZeros(leaf.endOrdinal() / maxSpans);
            ScanOutcome walked = ScanOutcome.NONE;
            for (TracePart part : TracePart.ALL.split(bits)) {
                walked = countWithin(alone, known, part, walked);
            }
            outcome = outcome.beside(walked);
            if (whole && walked.complete()) {
                parts.keep(leaves.leaf(number), known);
            }
        } else {
            outcome = outcome.beside(ScanOutcome.known(0, leaf.endOrdinal()));
        }
        sums.add(known.sums());
        parted.addAll(known.parted());
    }

    /** Counts the calls in a part of the traces of a leaf, by halves where it is too large; returns what was walked by now. */
    private ScanOutcome countWithin(LeafAlone alone, Part into, TracePart part, ScanOutcome before) {
        if (before.ending() != Ending.REGULAR) {
            return before;
        }
        Collector collector = new Collector(part, null);
        LeafScan scan = new LeafScan(filter);
        scan.run(alone, collector, limit);
        ScanOutcome walked = before.then(scan.outcome());
        if (collector.isFull()) {
            for (TracePart half : part.split(1)) {
                walked = countWithin(alone, into, half, walked);
            }
            return walked;
        }
        if (walked.ending() == Ending.REGULAR) {
            collector.spans.place();
            collector.spans.count(into.sums(), true, 1, into.parted());
        }
        return walked;
    }

    /** Counts the calls in the traces of which a leaf misses a parent, by all leaves instead of by each. */
    private void join(TracePart part) {
        Collector collector = new Collector(part, parted);
        collect(collector);
        if (!isGoingOn()) {
            return;
        }
        if (collector.isFull()) {
            for (TracePart half : part.split(1)) {
                join(half);
            }
            return;
        }
        collector.spans.place();
        collector.spans.count(sums, true, -1, null);
        collector.spans.count(sums, false, 1, null);
    }

    /** Brings the spans of these traces together, by looking each of them up where that is less work than a walk over all. */
    private void collect(Collector collector) {
        if (parted.size() > SeekCost.tracesOfAWalk(leaves)) {
            walk(new LeafScan(filter), collector);
            return;
        }
        LeafScan scan = LeafScan.ofTraces();
        parted.forEach((high, low) -> {
            if (collector.part.has(high, low) && isGoingOn()) {
                scan.seek(high, low);
                walk(scan, collector);
            }
        });
    }

    private void walk(LeafScan scan, Collector collector) {
        scan.run(leaves, collector, limit);
        outcome = outcome.then(scan.outcome());
    }

    /** Takes the spans of some traces. */
    private final class Collector implements Sink {
        private final TracePart part;
        private final @Nullable TraceIdSet of;
        private final CallSpans spans = new CallSpans();
        private final EnvelopeSource service = EnvelopeSource.resource(SourceCompiler.SERVICE_KEY);
        private final Peer.Reader peers = new Peer.Reader();
        private int leaf;
        private boolean full;
        /** The resource that was read last, and the number of its service. */
        private int resource = -1;

        private int serviceNumber;

        /** @param of the traces that are wanted, null for all */
        Collector(TracePart part, @Nullable TraceIdSet of) {
            this.part = part;
            this.of = of;
            if (part.bits() > TracePart.MAX_BITS) {
                throw new QueryException(
                        Reason.LIMIT,
                        "A trace has more than " + maxSpans
                                + " spans, which are too many to find its calls; narrow the time");
            }
        }

        /** Tells whether there are more spans than fit, so that these are not all. */
        boolean isFull() {
            return full;
        }

        @Override
        public boolean wantsAny(BlockDirectory bounds) {
            return !full;
        }

        @Override
        public boolean wants(BlockDirectory bounds, int block) {
            return !full;
        }

        @Override
        public void enterBlock(BlockPlace place) {
            StringHeap strings = place.reader().strings();
            leaf = place.leafNumber();
            resource = -1;
            service.enterBlock(strings);
            peers.enterBlock(strings);
            window.enterBlock(strings);
        }

        @Override
        public boolean wants(SpanView span) {
            long high = span.traceIdHigh();
            long low = span.traceIdLow();
            return part.has(high, low) && (of == null || of.contains(high, low)) && window.passes(span);
        }

        @Override
        public void take(SpanView span, int index) {
            if (spans.size() == maxSpans) {
                full = true;
                return;
            }
            if (span.resourceIndex() != resource) {
                service.enterSpan(span);
                Scalar name = service.value(span, Spot.NOWHERE);
                serviceNumber = spans.service(name.type() == Scalar.TEXT ? name.text() : null);
                resource = span.resourceIndex();
            }
            spans.add(span, serviceNumber, peers.read(span), leaf);
        }
    }
}
