package io.offspan.query;

import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Field;
import io.offspan.query.scan.Answer;
import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the spans that a query found, the newest first.
 *
 * <pre>{@code
 * try (SpanCursor spans = engine.find(query)) {
 *     while (spans.next()) {
 *         System.out.println(spans.view().name() + " " + spans.view().durationNanos());
 *     }
 * }
 * }</pre>
 *
 * <p>Spans that start together go by trace id, span id, segment and ordinal.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> a pin on the segments that the spans lie in, until {@link #close};
 * keep a {@link #span} to use it longer.
 *
 * <p><b>Fails</b> with {@link IllegalStateException} once closed.
 */
public final class SpanCursor implements AutoCloseable {
    private final Answer answer;

    SpanCursor(Answer answer) {
        this.answer = answer;
    }

    /** Returns how many spans there are in all. */
    public int size() {
        return answer.size();
    }

    /** Goes to the next span, or returns false behind the last. */
    public boolean next() {
        return answer.next();
    }

    /** Returns the span where it lies, valid until {@link #next} or {@link #close}. */
    public SpanView view() {
        return answer.view();
    }

    /**
     * Returns the value that the span has for a field, such as one of {@link Query#columns}: of the first event or link that has
     * it, where it is theirs. Null without one; fields of whole traces have values where the query asks for such. A status or
     * kind is its name, a time the bits of an unsigned number.
     */
    public @Nullable Value value(Field field) {
        return answer.value(field);
    }

    /** Returns the span as a value, valid for ever. */
    public Span span() {
        return Span.of(answer.view());
    }

    /** Returns the spans that are still to come as values, and goes behind the last. */
    public List<Span> remaining() {
        List<Span> spans = new ArrayList<>();
        while (next()) {
            spans.add(span());
        }
        return spans;
    }

    /** Returns the number of the segment that the span is in; spans not yet in the log have the largest number there is. */
    public int segmentNumber() {
        return answer.segmentNumber();
    }

    /** Returns the ordinal of the span within its segment. */
    public long ordinal() {
        return answer.ordinal();
    }

    /** Returns what the search did, and whether there is anything that it could not read. */
    public ScanOutcome outcome() {
        return answer.outcome();
    }

    @Override
    public void close() {
        answer.close();
    }
}
