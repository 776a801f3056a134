package io.offspan.query;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.core.Leaf;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.KeptSpans;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.ScanOutcome.Ending;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the spans that a query found, in the order that it asked for.
 *
 * <pre>{@code
 * try (SpanCursor spans = engine.find(query)) {
 *     while (spans.next()) {
 *         System.out.println(spans.view().name() + " " + spans.view().durationNanos());
 *     }
 * }
 * }</pre>
 *
 * <p>Spans that tie go as {@link io.offspan.query.ast.SpanOrder} says.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> a pin on the segments that the spans lie in, until {@link #close};
 * keep a {@link #span} to use it longer.
 *
 * <p><b>Fails</b> with {@link IllegalStateException} once closed.
 */
public final class SpanCursor implements AutoCloseable {
    private final Leaves leaves;
    private final BlockReader reader;
    private final TraceValues traces;
    /** What was asked; null for the spans of a trace, which come on one page. */
    private final @Nullable Query query;

    /** What was found, kept by a scan, or else a list. */
    private final @Nullable KeptSpans kept;

    private final List<Hit> hits;
    private final @Nullable LeafScan scan;
    private final ScanOutcome outcome;
    private @Nullable ColumnReaders columns;
    private @Nullable SpanView view;
    private @Nullable Hit hit;
    private @Nullable Leaf leaf;
    private int leafNumber;
    private int row;
    private int at;
    private boolean open;

    /** Makes a cursor over what a scan keeps, time and again. */
    SpanCursor(Leaves leaves, LeafScan scan, KeptSpans kept, @Nullable Query query) {
        this.query = query;
        this.leaves = leaves;
        this.scan = scan;
        this.kept = kept;
        reader = scan.reader();
        hits = List.of();
        outcome = ScanOutcome.NONE;
        traces = TraceValues.NONE;
    }

    /** Makes a cursor over a list of spans. */
    SpanCursor(Leaves leaves, ScanOutcome outcome, List<Hit> hits, TraceValues traces, Query query) {
        this.query = query;
        this.leaves = leaves;
        this.outcome = outcome;
        this.hits = hits;
        this.traces = traces;
        reader = new BlockReader();
        scan = null;
        kept = null;
    }

    /** Goes before the first span of the leaves as they are now. */
    SpanCursor open() {
        open = true;
        at = -1;
        leafNumber = -1;
        view = null;
        return this;
    }

    boolean isOpen() {
        return open;
    }

    /** Returns how many spans there are in all. */
    public int size() {
        return !open ? 0 : kept == null ? hits.size() : kept.size();
    }

    /** Goes to the next span, or returns false behind the last. */
    public boolean next() {
        requireOpen();
        view = null;
        hit = null;
        if (at + 1 >= size()) {
            at = size();
            return false;
        }
        at++;
        Hit next = kept == null ? hits.get(at) : kept.get(at);
        enter(next);
        hit = next;
        view = reader.span(next.index());
        return true;
    }

    private void enter(Hit next) {
        Leaf here = leaf;
        if (here == null || next.leaf() != leafNumber) {
            here = leaves.leaf(next.leaf());
        } else if (next.row() == row) {
            return;
        }
        // Until the reader is there, it is nowhere: a failure must not leave it for the block before.
        leaf = null;
        if (!here.open(next.row(), reader)) {
            throw new IllegalStateException("Block " + next.row() + " of segment " + next.segment()
                    + " was read before and is damaged now; verify names the places");
        }
        leaf = here;
        leafNumber = next.leaf();
        row = next.row();
        if (columns != null) {
            columns.enterBlock(reader.strings());
        }
    }

    /** Returns the span where it lies, valid until {@link #next} or {@link #close}. */
    public SpanView view() {
        requireOpen();
        if (view == null) {
            throw new IllegalStateException("No span here; call next() first and go on only while it returns true");
        }
        return view;
    }

    /**
     * Returns the value that the span has for a field, such as one of {@link Query#columns}: of the first event or link that has
     * it, where it is theirs. Null without one; fields of whole traces have values where the query asks for such. A status or
     * kind is its name, a time the bits of an unsigned number.
     */
    public @Nullable Value value(Field field) {
        SpanView span = view();
        ColumnReaders readers = columns;
        if (readers == null) {
            readers = new ColumnReaders(traces);
            readers.enterBlock(reader.strings());
            columns = readers;
        }
        return readers.read(span, field);
    }

    /** Returns the span as a value, valid for ever. */
    public Span span() {
        return Span.of(view());
    }

    /** Returns the spans that are still to come as values, and goes behind the last. */
    public List<Span> remaining() {
        List<Span> spans = new ArrayList<>();
        while (next()) {
            spans.add(span());
        }
        return spans;
    }

    /** Returns the number of the store that the span is in, in the order in which {@link QueryEngine#overAll} was given them; else 0. */
    public int store() {
        return leaves.store(hit().leaf());
    }

    /** Returns the number of the segment that the span is in; spans not yet in the log have the largest number there is. */
    public int segmentNumber() {
        return hit().segment();
    }

    /** Returns the ordinal of the span within its segment. */
    public long ordinal() {
        return hit().ordinal();
    }

    /**
     * Returns the token that {@link Query#after} goes on with after these spans, or null where they are fewer than the limit: there are
     * no more then, nor are there pages over several stores. The page after may be empty. The token holds nothing of the store, and may be used any time later.
     *
     * @throws QueryException ({@code INCOMPLETE}) when the search ended early, since spans of this page may be missing
     */
    public @Nullable String nextPage() {
        requireOpen();
        ScanOutcome done = outcome();
        if (done.ending() != Ending.REGULAR) {
            throw new QueryException(
                    Reason.INCOMPLETE,
                    "The search for this page ended early, " + done.ending()
                            + ", so there is none after it; give it more time");
        }
        Query asked = query;
        if (asked == null || size() < asked.limit() || !leaves.havePages()) {
            return null;
        }
        Hit last = kept == null ? hits.get(size() - 1) : kept.get(size() - 1);
        return PageToken.of(asked, leaves, last.key()).text();
    }

    private Hit hit() {
        view();
        return Objects.requireNonNull(hit);
    }

    /** Returns what the search did, and whether there is anything that it could not read. */
    public ScanOutcome outcome() {
        return scan == null ? outcome : scan.outcome();
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("The cursor is closed; copy spans out before");
        }
    }

    /** Lets go of the blocks; the flyweights from here refuse to be used. */
    @Override
    public void close() {
        if (open) {
            open = false;
            view = null;
            hit = null;
            leaf = null;
            reader.release();
            leaves.close();
        }
    }
}
