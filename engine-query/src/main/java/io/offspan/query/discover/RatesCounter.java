package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
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
 * Counts spans, errors and durations by the values that spans have for some fields.
 *
 * <p><b>Threads.</b> Belongs to one thread; one count. <b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond {@value #MAX_GROUPS}
 * groups.
 */
public final class RatesCounter implements SpanVisitor {
    /** The most groups, each of which takes some kilobytes for its durations. */
    public static final int MAX_GROUPS = 8_192;

    private final List<Field> fields;
    private final CountTable<Group> groups = new CountTable<>("groups");
    private final KeyBytes key = new KeyBytes();
    private ColumnReaders columns = new ColumnReaders(TraceValues.NONE);

    public RatesCounter(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    private static final class Group {
        private final List<@Nullable Value> values;
        private final Durations durations = new Durations();
        private long errors;

        Group(List<@Nullable Value> values) {
            this.values = values;
        }
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
        Row<Group> row = groups.find(key);
        if (row == null) {
            row = add(span);
        }
        row.add(1);
        Group group = row.what();
        group.errors += span.statusCode() == SpanStatus.ERROR.code() ? 1 : 0;
        if (span.hasEnd()) {
            group.durations.add(span.durationNanos(), 1);
        }
    }

    private Row<Group> add(SpanView span) {
        if (groups.rows().size() == MAX_GROUPS) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The spans are of more than " + MAX_GROUPS + " groups whose durations are counted; narrow the time"
                            + " or the filter, or group by less");
        }
        List<@Nullable Value> values = new ArrayList<>(fields.size());
        for (Field field : fields) {
            values.add(columns.read(span, field));
        }
        return groups.add(key, new Group(Collections.unmodifiableList(values)));
    }

    /** Returns the first groups of an order, at most so many. */
    public Listing<SpanRates> rates(RatesOrder order, int limit, ScanOutcome outcome) {
        List<SpanRates> sorted = new ArrayList<>();
        for (Row<Group> row : groups.rows()) {
            Group group = row.what();
            sorted.add(new SpanRates(group.values, row.spans(), group.errors, group.durations.latency()));
        }
        sorted.sort(order.comparator());
        List<SpanRates> first = List.copyOf(sorted.subList(0, Math.min(limit, sorted.size())));
        return new Listing<>(first, sorted.size() - first.size(), outcome);
    }
}
