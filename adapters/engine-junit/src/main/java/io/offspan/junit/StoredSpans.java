package io.offspan.junit;

import io.offspan.codec.model.Span;
import io.offspan.query.Query;
import io.offspan.query.SpanCursor;
import io.offspan.query.Trace;
import io.offspan.query.traceql.TraceQlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The spans that the test that runs has stored so far; asked anew each time.
 *
 * <p><b>Threads.</b> Any.
 *
 * <p><b>Fails</b> with {@link IllegalStateException} outside of a test, and where a span was not stored, with {@link TraceQlException} for what is
 * no question.
 */
public final class StoredSpans {
    private static final Comparator<Span> OLDEST_FIRST = (a, b) -> Long.compareUnsigned(a.startNanos(), b.startNanos());

    private final Supplier<TemporaryStore> store;
    private final Runnable requireAllStored;

    StoredSpans(Supplier<TemporaryStore> store, Runnable requireAllStored) {
        this.store = store;
        this.requireAllStored = requireAllStored;
    }

    /** Returns all spans, by start, the oldest first. */
    public List<Span> all() {
        return find("{ }");
    }

    /** Returns the spans that answer a question in TraceQL, by start, the oldest first. */
    public List<Span> find(String traceQl) {
        TemporaryStore asked = store.get();
        requireAllStored.run();
        Query query = Query.traceQl(traceQl).limit(Query.MAX_LIMIT);
        try (SpanCursor cursor = asked.engine().find(query)) {
            List<Span> found = new ArrayList<>(cursor.remaining());
            if (found.size() == Query.MAX_LIMIT) {
                throw new IllegalStateException("More than " + (Query.MAX_LIMIT - 1) + " spans answer " + traceQl
                        + "; ask for fewer, or ask the store itself");
            }
            found.sort(OLDEST_FIRST);
            return found;
        }
    }

    /**
     * Returns the spans of one trace, by start, the oldest first; none where nothing is stored of it.
     *
     * @param traceId 1 to 32 hexadecimal digits
     */
    public List<Span> trace(String traceId) {
        TemporaryStore asked = store.get();
        requireAllStored.run();
        Trace trace = asked.engine().trace(traceId);
        return trace.spans();
    }

    /** Returns the ids of the traces, the one with the oldest span first. */
    public List<String> traceIds() {
        return all().stream().map(Span::traceId).distinct().toList();
    }
}
