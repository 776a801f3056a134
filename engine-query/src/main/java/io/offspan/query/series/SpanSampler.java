package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.MetricFunction;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Sampling;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Term;
import io.offspan.query.series.GroupTable.Group;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.FirstNumber;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the spans of an answer in groups and intervals, or calculates with the numbers that they have for a field. Spans without a number
 * do not count where one is asked for.
 *
 * <p><b>Threads.</b> Belongs to one thread; one walk. Allocates only for new groups, and for numbers that have to be kept.
 */
final class SpanSampler implements SpanVisitor {
    private static final Scalar NO_NUMBER = new Scalar();
    /** No type of a value. */
    private static final int OF_TERM = -1;

    private final Sampling sampling;
    private final MetricsQuery query;
    private final Steps steps;
    private final CellBudget budget;
    private final GroupTable groups = new GroupTable();
    private final KeyBytes key = new KeyBytes();
    private final QuantileTally.Walks walks;
    private ColumnReaders columns = new ColumnReaders(TraceValues.NONE);
    private GroupMemo memo = new GroupMemo(List.of(), TraceValues.NONE);
    private @Nullable FirstNumber number;
    /** Null where the spans have to be looked at. */
    private final @Nullable TermSampler terms;

    SpanSampler(Sampling sampling, MetricsQuery query, Steps steps, CellBudget budget) {
        this.sampling = sampling;
        this.query = query;
        this.steps = steps;
        this.budget = budget;
        walks = new QuantileTally.Walks(budget);
        terms = terms();
    }

    private @Nullable TermSampler terms() {
        List<Field> by = sampling.by();
        boolean counts = sampling.of() == null && query.exemplars() == 0;
        return !counts || by.size() > 1 || by.size() == 1 && !TermSampler.isOfEverySpan(by.get(0))
                ? null
                : new TermSampler(steps, by.isEmpty() ? null : by.get(0));
    }

    @Override
    public void begin(TraceValues traces) {
        columns = new ColumnReaders(traces);
        memo = new GroupMemo(sampling.by(), traces);
        Field of = sampling.of();
        number = of == null ? null : new FirstNumber(new SourceCompiler(traces, new ZeroDivisions()).compile(of));
    }

    @Override
    public boolean wantsAny(BlockDirectory bounds) {
        return steps.mayHaveAny(bounds);
    }

    @Override
    public boolean wants(BlockDirectory bounds, int block) {
        return steps.mayHave(bounds, block);
    }

    @Override
    public void enterBlock(StringHeap strings) {
        columns.enterBlock(strings);
        memo.enterBlock(strings);
        FirstNumber wanted = number;
        if (wanted != null) {
            wanted.enterBlock(strings);
        }
    }

    @Override
    public boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        TermSampler sampler = terms;
        return sampler != null && sampler.count(index, among, this::take);
    }

    private void take(@Nullable Term term, long[] spans) {
        if (Arrays.stream(spans).allMatch(count -> count == 0)) {
            return;
        }
        // Groups with the same labels are one, whatever their keys.
        List<Label> labels = labels(term == null ? List.of() : List.of(TermSampler.value(term)));
        key.clear();
        key.add(OF_TERM, labels.toString().getBytes(StandardCharsets.UTF_8));
        Group known = groups.find(key);
        Tally tally = (known == null ? add(labels) : known).tally();
        for (int i = 0; i < spans.length; i++) {
            tally.addSpans(i, spans[i]);
        }
    }

    @Override
    public void visit(SpanView span) {
        int interval = steps.intervalOf(span.startNanos());
        if (interval < 0) {
            return;
        }
        FirstNumber wanted = number;
        Scalar value = NO_NUMBER;
        if (wanted != null) {
            if (!wanted.find(span)) {
                return;
            }
            value = wanted.value();
        }
        Group group = group(span);
        group.tally().add(interval, value);
        ExemplarPick exemplars = group.exemplars();
        if (exemplars != null) {
            exemplars.add(span, isOfNumbers() ? value.fraction() / unit() : Double.NaN);
        }
    }

    private boolean isOfNumbers() {
        return sampling.function().takesField() && sampling.function() != MetricFunction.HISTOGRAM_OVER_TIME;
    }

    private double unit() {
        return sampling.of() instanceof Intrinsic field && field.isDuration() ? Tally.NANOS_PER_SECOND : 1;
    }

    private Group group(SpanView span) {
        Group remembered = memo.find(span);
        if (remembered != null) {
            return remembered;
        }
        Group found = read(span);
        memo.put(found);
        return found;
    }

    private Group read(SpanView span) {
        key.clear();
        for (Field field : sampling.by()) {
            columns.append(span, field, key);
        }
        Group known = groups.find(key);
        return known == null ? add(labels(span)) : known;
    }

    private Group add(List<Label> labels) {
        return groups.add(
                key,
                labels,
                () -> Tally.of(sampling, query.quantiles(), steps, budget, walks),
                () -> query.exemplars() == 0 ? null : new ExemplarPick(steps, query.exemplars()));
    }

    private List<Label> labels(SpanView span) {
        List<@Nullable Value> values = new ArrayList<>();
        for (Field field : sampling.by()) {
            values.add(columns.read(span, field));
        }
        return labels(values);
    }

    /** Returns labels for values of the fields that spans are grouped by; those without a value are left out, the first where all are. */
    private List<Label> labels(List<@Nullable Value> values) {
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                labels.add(new Label(name(sampling.by().get(i)), values.get(i)));
            }
        }
        if (labels.isEmpty() && !values.isEmpty()) {
            labels.add(new Label(name(sampling.by().get(0)), null));
        }
        MetricFunction function = sampling.function();
        if (values.isEmpty()
                && function != MetricFunction.QUANTILE_OVER_TIME
                && function != MetricFunction.HISTOGRAM_OVER_TIME) {
            labels.add(new Label(Label.NAME, Value.of(function.toString())));
        }
        return labels;
    }

    /** Returns the name of a label, as others of the field know it. */
    private static String name(Field field) {
        if (field == Intrinsic.TRACE_ROOT_NAME) {
            return "rootName";
        }
        if (field == Intrinsic.TRACE_ROOT_SERVICE) {
            return "rootServiceName";
        }
        if (field == Intrinsic.TRACE_DURATION) {
            return "traceDuration";
        }
        return field.toString();
    }

    /** Tells whether the spans have to be shown once more, since there are more numbers than can be kept. */
    boolean asksAgain() {
        return walks.askAgain();
    }

    /** Returns the series that have any number. */
    List<Series> series() {
        List<Series> series = new ArrayList<>();
        for (Group group : groups.groups()) {
            group.tally().tell((more, values) -> {
                List<Label> labels = new ArrayList<>(group.labels());
                if (more != null) {
                    labels.add(more);
                }
                ExemplarPick exemplars = group.exemplars();
                Series one = new Series(labels, steps, values, exemplars == null ? List.of() : exemplars.of(values));
                if (!one.isEmpty()) {
                    series.add(one);
                }
            });
        }
        budget.giveValues();
        return series;
    }
}
