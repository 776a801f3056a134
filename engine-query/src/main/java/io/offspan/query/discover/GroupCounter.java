package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.discover.CountTable.Row;
import io.offspan.query.discover.TermCounts.Counted;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Term;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.TraceValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts spans by the values that they have for some fields.
 *
 * <p><b>Threads.</b> Belongs to one thread; one count.
 */
public final class GroupCounter implements SpanVisitor {
    /** How many pairs of terms are looked up, which takes about as long as a scan of some ten thousand spans. */
    private static final int MAX_PAIRS = 4_096;

    private final List<Field> fields;
    private final CountTable<List<@Nullable Value>> groups = new CountTable<>("groups");
    private final KeyBytes key = new KeyBytes();
    private ColumnReaders columns = new ColumnReaders(TraceValues.NONE);
    private final TermCounts terms = new TermCounts();
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
    public boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        if (fields.size() > 2 || fields.size() == 2 && among != null) {
            return false;
        }
        List<List<Counted>> counts = new ArrayList<>();
        for (Field field : fields) {
            List<Counted> ofField =
                    isOfEverySpan(field) ? terms.of(index, field, "", new Among(among, index.indexed())) : null;
            if (ofField == null || hasNone(field, ofField)) {
                return false;
            }
            counts.add(ofField);
        }
        return counts.size() == 1 ? takeOne(counts.get(0)) : takePairs(index, counts.get(0), counts.get(1));
    }

    /** Tells whether every span has one value, and one term, of a field. */
    private static boolean isOfEverySpan(Field field) {
        return field == Intrinsic.NAME
                || field == Intrinsic.KIND
                || field == Intrinsic.STATUS
                || field == Intrinsic.SERVICE;
    }

    /** Tells whether spans may have no service, for which an index has the empty text, as for one that is empty. */
    private static boolean hasNone(Field field, List<Counted> counts) {
        return field == Intrinsic.SERVICE
                && counts.stream().anyMatch(each -> each.term().text().length == 0);
    }

    private boolean takeOne(List<Counted> counts) {
        counts.forEach(each -> take(each.spans(), each.term()));
        return true;
    }

    private boolean takePairs(LeafIndex index, List<Counted> ones, List<Counted> others) {
        if ((long) ones.size() * others.size() > MAX_PAIRS) {
            return false;
        }
        for (Counted one : ones) {
            for (Counted other : others) {
                long inCommon = terms.inCommon(index, one.term(), other.term());
                if (inCommon > 0) {
                    take(inCommon, one.term(), other.term());
                }
            }
        }
        return true;
    }

    private void take(long count, Term... of) {
        key.clear();
        List<@Nullable Value> found = new ArrayList<>();
        for (int i = 0; i < of.length; i++) {
            found.add(TermValue.append(fields.get(i), of[i], key));
        }
        Row<List<@Nullable Value>> row = groups.find(key);
        if (row == null) {
            row = groups.add(key, Collections.unmodifiableList(found));
        }
        row.add(count);
        spans += count;
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
        // A map may be written in more than one way, as an entry without a value may leave it out or have an empty one.
        Map<List<@Nullable Value>, Long> sums = new LinkedHashMap<>();
        for (Row<List<@Nullable Value>> row : groups.rows()) {
            sums.merge(row.what(), row.spans(), Long::sum);
        }
        List<GroupCount> sorted = new ArrayList<>();
        sums.forEach((values, count) -> sorted.add(new GroupCount(values, count)));
        Collections.sort(sorted);
        List<GroupCount> first = List.copyOf(sorted.subList(0, Math.min(limit, sorted.size())));
        long shown = first.stream().mapToLong(GroupCount::spans).sum();
        return new GroupCounts(fields, first, spans, sorted.size() - first.size(), spans - shown, outcome);
    }
}
