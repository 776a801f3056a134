package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Field;
import io.offspan.query.discover.CountTable.Row;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts spans by the values that they have for some fields.
 *
 * <p><b>Threads.</b> Belongs to one thread; one count.
 */
public final class GroupCounter implements SpanVisitor {
    private final List<Field> fields;
    private final CountTable<List<@Nullable Value>> groups = new CountTable<>("groups");
    private final KeyBytes key = new KeyBytes();
    private ColumnReaders columns = new ColumnReaders(TraceValues.NONE);
    private long spans;

    public GroupCounter(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    @Override
    public void begin(TraceValues traces) {
        columns = new ColumnReaders(traces);
    }

    @Override
    public void enterBlock(StringHeap strings) {
        columns.enterBlock(strings);
    }

    @Override
    public void visit(SpanView span) {
        key.clear();
        for (int i = 0; i < fields.size(); i++) {
            columns.append(span, fields.get(i), key);
        }
        Row<List<@Nullable Value>> row = groups.find(key);
        if (row == null) {
            row = groups.add(key, values(span));
        }
        row.add(1);
        spans++;
    }

    private List<@Nullable Value> values(SpanView span) {
        List<@Nullable Value> values = new ArrayList<>(fields.size());
        for (Field field : fields) {
            values.add(columns.read(span, field));
        }
        return Collections.unmodifiableList(values);
    }

    /** Returns the largest groups, at most so many. */
    public GroupCounts counts(int limit, ScanOutcome outcome) {
        List<GroupCount> sorted = new ArrayList<>();
        for (Row<List<@Nullable Value>> row : groups.rows()) {
            sorted.add(new GroupCount(row.what(), row.spans()));
        }
        Collections.sort(sorted);
        List<GroupCount> first = List.copyOf(sorted.subList(0, Math.min(limit, sorted.size())));
        long shown = first.stream().mapToLong(GroupCount::spans).sum();
        return new GroupCounts(fields, first, spans, sorted.size() - first.size(), spans - shown, outcome);
    }
}
