package io.offspan.query.scan;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Field;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.TraceValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spans that a search kept, one after another where they lie.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> the block source, which keeps the blocks in place until {@link #close}.
 *
 * <p><b>Fails</b> with {@link IllegalStateException} once closed, and off either end.
 */
public final class Answer implements AutoCloseable {
    private final BlockSource source;
    private final ScanOutcome outcome;
    private List<Hit> hits;
    private @Nullable BlockReader reader;
    private @Nullable BlockReader block;
    private @Nullable SpanView view;
    private final ColumnReaders columns;
    private int at = -1;
    private boolean closed;

    public Answer(BlockSource source, List<Hit> hits, ScanOutcome outcome) {
        this(source, hits, outcome, TraceValues.NONE);
    }

    public Answer(BlockSource source, List<Hit> hits, ScanOutcome outcome, TraceValues traces) {
        this.source = source;
        this.hits = hits;
        this.outcome = outcome;
        columns = new ColumnReaders(traces);
    }

    /** Returns how many spans there are. */
    public int size() {
        return hits.size();
    }

    /** Goes to the next span, or returns false behind the last. */
    public boolean next() {
        requireOpen();
        if (at + 1 >= hits.size()) {
            at = hits.size();
            view = null;
            return false;
        }
        Hit hit = hits.get(++at);
        BlockReader spans = reader();
        if (hit.block() != block) {
            block = hit.block();
            spans.wrap(hit.block());
            columns.enterBlock(spans.strings());
        }
        view = spans.span(hit.index());
        return true;
    }

    private BlockReader reader() {
        BlockReader made = reader;
        if (made == null) {
            made = new BlockReader();
            reader = made;
        }
        return made;
    }

    /** Returns the span, valid until {@link #next} or {@link #close}. */
    public SpanView view() {
        requireOpen();
        if (view == null) {
            throw new IllegalStateException("No span here; call next() first and go on only while it returns true");
        }
        return view;
    }

    /** Returns the value that the span has for a field, or null. */
    public @Nullable Value value(Field field) {
        return columns.read(view(), field);
    }

    /** Returns the number of the segment that the span is in. */
    public int segmentNumber() {
        return hit().segment();
    }

    /** Returns the ordinal of the span within its segment. */
    public long ordinal() {
        return hit().ordinal();
    }

    /** Returns what the search did and what it could not do. */
    public ScanOutcome outcome() {
        return outcome;
    }

    private Hit hit() {
        view();
        return hits.get(at);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The answer is closed; copy spans out before");
        }
    }

    /** Releases the blocks; the flyweights from here refuse to be used. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            view = null;
            block = null;
            hits = List.of();
            if (reader != null) {
                reader.release();
            }
            source.close();
        }
    }
}
