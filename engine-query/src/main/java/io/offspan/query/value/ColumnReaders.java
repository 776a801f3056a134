package io.offspan.query.value;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads fields of one span after another as objects; what reads a field is made when it is first asked for. */
public final class ColumnReaders {
    private final TraceValues traces;
    private final Map<Expression, ColumnReader> columns = new HashMap<>();
    private StringHeap strings = StringHeap.NONE;

    public ColumnReaders(TraceValues traces) {
        this.traces = traces;
    }

    /** Says that the spans that follow are in another block. */
    public void enterBlock(StringHeap heap) {
        strings = heap;
        columns.values().forEach(column -> column.enterBlock(heap));
    }

    /** Returns the value that a span has for a field, or null. */
    public @Nullable Value read(SpanView span, Field field) {
        return reader(field).read(span);
    }

    /** Adds the value that a span has for an expression to those of others; none is a value, too. */
    public void append(SpanView span, Expression expression, KeyBytes into) {
        reader(expression).append(span, into);
    }

    private ColumnReader reader(Expression field) {
        ColumnReader column = columns.get(field);
        if (column == null) {
            column = new ColumnReader(field, traces);
            column.enterBlock(strings);
            columns.put(field, column);
        }
        return column;
    }
}
