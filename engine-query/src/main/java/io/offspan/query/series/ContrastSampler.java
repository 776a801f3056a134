package io.offspan.query.series;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Utf8;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.plan.Roots;
import io.offspan.query.series.SideCounts.Side;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.BlockMemo;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.EnvelopeMessage;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts, for both sides of a comparison, the spans by the value of every attribute and of some fields beside them. A first walk finds the
 * values that most spans have; a second one, where there is more than one interval, counts these by interval.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for new fields and values.
 */
final class ContrastSampler implements SpanVisitor {
    /** What is compared beside attributes; ids, times and numbers of the trace have hardly a value twice. */
    static final List<Intrinsic> INTRINSICS = List.of(
            Intrinsic.NAME,
            Intrinsic.KIND,
            Intrinsic.STATUS,
            Intrinsic.STATUS_MESSAGE,
            Intrinsic.SCOPE_NAME,
            Intrinsic.SCOPE_VERSION,
            Intrinsic.EVENT_NAME);

    private static final String SERVICE_KEY = "service.name";
    private static final Side[] SIDES = Side.values();

    private final Contrast contrast;
    private final Steps steps;
    private final CellBudget budget;
    private final Map<Field, ComparedField> fields = new LinkedHashMap<>();
    private final List<ComparedField> intrinsics = new ArrayList<>();
    private final BlockMemo<ComparedField> attributes = new BlockMemo<>();
    private final BlockMemo<List<ComparedField>> envelopes = new BlockMemo<>();
    private final EnvelopeMessage message = new EnvelopeMessage();
    private final KeyBytes key = new KeyBytes();
    private SpanTest selection;
    private ColumnReaders columns = new ColumnReaders(TraceValues.NONE);
    private StringHeap strings = StringHeap.NONE;
    private boolean byInterval;
    private long span;
    private Side side = Side.BASELINE;
    private int interval;

    ContrastSampler(Contrast contrast, Steps steps, CellBudget budget) {
        this.contrast = contrast;
        this.steps = steps;
        this.budget = budget;
        selection = test(TraceValues.NONE);
        INTRINSICS.forEach(field -> intrinsics.add(compared(field)));
    }

    private SpanTest test(TraceValues traces) {
        Filter filter = Roots.simplified(contrast.selection());
        return new FilterCompiler(new SourceCompiler(traces, new ZeroDivisions())).compile(filter);
    }

    private ComparedField compared(Field field) {
        ComparedField known = fields.get(field);
        if (known == null) {
            known = new ComparedField(field, budget.valuesOfField(fields.size() + 1), budget);
            fields.put(field, known);
        }
        return known;
    }

    @Override
    public void begin(TraceValues traces) {
        columns = new ColumnReaders(traces);
        selection = test(traces);
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
    public void enterBlock(StringHeap heap) {
        strings = heap;
        columns.enterBlock(heap);
        selection.enterBlock(heap);
        attributes.clear();
        envelopes.clear();
    }

    @Override
    public void visit(SpanView at) {
        long start = at.startNanos();
        interval = steps.intervalOf(start);
        if (interval < 0) {
            return;
        }
        span++;
        boolean inTime = !contrast.isTimed() || start > contrast.fromNanos() && start <= contrast.toNanos();
        side = inTime && selection.passes(at) ? Side.SELECTION : Side.BASELINE;
        for (int i = 0; i < intrinsics.size(); i++) {
            count(intrinsics.get(i), at);
        }
        count(at, AttributeScope.SPAN, at.attributes());
        count(at, AttributeScope.RESOURCE, EnvelopeMessage.RESOURCE_ATTRIBUTES, at.resourceIndex());
        count(at, AttributeScope.INSTRUMENTATION, EnvelopeMessage.SCOPE_ATTRIBUTES, at.scopeIndex());
        if (at.hasEvents()) {
            EventCursor events = at.events();
            while (events.next()) {
                count(at, AttributeScope.EVENT, events.attributes());
            }
        }
        if (at.hasLinks()) {
            LinkCursor links = at.links();
            while (links.next()) {
                count(at, AttributeScope.LINK, links.attributes());
            }
        }
    }

    private void count(SpanView at, AttributeScope scope, AttributeCursor list) {
        while (list.next()) {
            int index = list.keyIndex();
            long number = (long) scope.ordinal() << 32 | index;
            ComparedField field = attributes.get(number);
            if (field == null) {
                String name = Utf8.get(strings.memory(), strings.offset(index), strings.length(index));
                field = compared(new Attribute(scope, name));
                attributes.put(number, field);
            }
            count(field, at);
        }
    }

    private void count(SpanView at, AttributeScope scope, int messageField, int envelope) {
        long number = (long) scope.ordinal() << 32 | envelope;
        List<ComparedField> found = envelopes.get(number);
        if (found == null) {
            found = read(scope, messageField, envelope);
            envelopes.put(number, found);
        }
        for (int i = 0; i < found.size(); i++) {
            count(found.get(i), at);
        }
    }

    private List<ComparedField> read(AttributeScope scope, int messageField, int envelope) {
        List<ComparedField> found = new ArrayList<>();
        message.wrap(strings.memory(), strings.offset(envelope), strings.length(envelope));
        while (message.nextAttribute(messageField)) {
            String name = Utf8.get(strings.memory(), message.keyOffset(), message.keyLength());
            boolean service = scope == AttributeScope.RESOURCE && name.equals(SERVICE_KEY);
            found.add(compared(service ? Intrinsic.SERVICE : new Attribute(scope, name)));
        }
        return found;
    }

    /** Counts the value that a span has for a field: of several events or links, that of the first that has one. */
    private void count(ComparedField field, SpanView at) {
        if (!field.isFirstLookAt(span)) {
            return;
        }
        key.clear();
        columns.append(at, field.field(), key);
        SideCounts counts = field.hasTooMany() ? null : field.find(key);
        if (counts == null) {
            Value value = columns.read(at, field.field());
            if (value == null) {
                return;
            }
            counts = field.hasTooMany() || byInterval ? null : field.add(key, value);
        }
        count(field.all());
        if (counts != null) {
            count(counts);
        }
    }

    private void count(SideCounts counts) {
        if (byInterval) {
            counts.add(side, interval);
        } else {
            counts.add(side);
        }
    }

    /** Tells whether the spans have to be shown once more, to count by interval what the first walk found. */
    boolean asksAgain() {
        if (byInterval || steps.count() == 1) {
            return false;
        }
        byInterval = true;
        for (ComparedField field : fields.values()) {
            for (Side each : SIDES) {
                if (field.all().spans(each) > 0) {
                    field.all().ask(each, steps.count(), budget);
                }
                field.first(each, contrast.values())
                        .forEach(value -> value.getValue().ask(each, steps.count(), budget));
            }
        }
        return true;
    }

    /** Returns the series of both sides. */
    List<Series> series() {
        List<Series> series = new ArrayList<>();
        for (ComparedField field : fields.values()) {
            Label without = new Label(field.field().toString(), null);
            boolean more = field.hasTooMany();
            for (Side each : SIDES) {
                add(series, each.label() + "_total", without, field.all(), each);
                for (Map.Entry<Value, SideCounts> value : field.first(each, contrast.values())) {
                    add(series, each.label(), new Label(without.key(), value.getKey()), value.getValue(), each);
                }
                more |= field.values(each) > contrast.values();
            }
            if (more) {
                double[] none = new double[steps.count()];
                java.util.Arrays.fill(none, Double.NaN);
                series.add(new Series(List.of(Label.TOO_MANY_VALUES, without), steps, none, List.of()));
            }
        }
        return series;
    }

    private void add(List<Series> series, String type, Label of, SideCounts counts, Side each) {
        if (counts.spans(each) > 0) {
            double @Nullable [] intervals = counts.intervals(each);
            double[] values = intervals == null ? new double[] {counts.spans(each)} : intervals;
            series.add(new Series(List.of(new Label(Label.SIDE, Value.of(type)), of), steps, values, List.of()));
        }
    }
}
