package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.discover.CountTable.Row;
import io.offspan.query.discover.TermCounts.Counted;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.Term;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.Spot;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ValueSource;
import io.offspan.query.value.ZeroDivisions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the spans that have a value for a field, by value: each element of an array is one, and so is that of each event or link. A span
 * that has a value several times is counted once; a fraction that is a whole number is that.
 *
 * <p><b>Threads.</b> Belongs to one thread; one count.
 */
public final class ValueCounter implements SpanVisitor {
    private static final SpanStatus[] STATUSES = SpanStatus.values();
    private static final SpanKind[] KINDS = SpanKind.values();

    private final List<Field> fields;
    private final String prefix;
    private final byte[] prefixBytes;
    private final CountTable<ValueCount> values = new CountTable<>("values");
    private final KeyBytes bytes = new KeyBytes();
    private final List<Taker> takers = new ArrayList<>();
    private final TermCounts terms = new TermCounts();
    private long span;

    /**
     * Makes a counter.
     *
     * @param prefix what the text of a value begins with
     */
    public ValueCounter(List<Field> fields, String prefix) {
        this.fields = List.copyOf(fields);
        this.prefix = prefix;
        prefixBytes = prefix.getBytes(StandardCharsets.UTF_8);
        begin(TraceValues.NONE);
    }

    @Override
    public void begin(TraceValues traces) {
        takers.clear();
        SourceCompiler compiler = new SourceCompiler(traces, new ZeroDivisions());
        for (int i = 0; i < fields.size(); i++) {
            takers.add(new Taker(i, compiler.compile(fields.get(i))));
        }
    }

    @Override
    public void enterBlock(StringHeap strings) {
        for (Taker taker : takers) {
            taker.source.enterBlock(strings);
        }
    }

    @Override
    public boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        List<List<Counted>> counts = new ArrayList<>();
        Among counted = new Among(among, index.indexed());
        for (Field field : fields) {
            // An index has the empty text for spans without a service.
            List<Counted> ofField = field == Intrinsic.SERVICE ? null : terms.of(index, field, prefix, counted);
            if (ofField == null) {
                return false;
            }
            counts.add(ofField);
        }
        for (int field = 0; field < counts.size(); field++) {
            for (Counted each : counts.get(field)) {
                take(field, each);
            }
        }
        return true;
    }

    private void take(int field, Counted counted) {
        Term term = counted.term();
        bytes.clear();
        bytes.add(0, field);
        Value value = TermValue.append(fields.get(field), term, bytes);
        Row<ValueCount> row = values.find(bytes);
        if (row == null && value.toString().startsWith(prefix)) {
            row = values.add(bytes, new ValueCount(fields.get(field), value, 0));
        }
        if (row != null) {
            row.add(counted.spans());
        }
    }

    @Override
    public void visit(SpanView at) {
        span++;
        for (int i = 0; i < takers.size(); i++) {
            Taker taker = takers.get(i);
            taker.holdsSomewhere(at, taker.source.enterSpan(at));
        }
    }

    /** Takes the values of one field, at every event and link. */
    private final class Taker extends Spot.Question {
        private final int field;
        private final ValueSource source;
        private final AnyValueReader array = new AnyValueReader();
        private final AnyValueReader reader = new AnyValueReader();
        private final Scalar element = new Scalar();

        Taker(int field, ValueSource source) {
            this.field = field;
            this.source = source;
        }

        @Override
        public boolean holds(SpanView at, Spot spot) {
            Scalar value = source.value(at, spot);
            if (value.type() != Scalar.ARRAY) {
                count(field, value);
                return false;
            }
            array.wrapArray(value.memory(), value.offset(), value.length());
            while (array.nextElement(reader)) {
                element.set(reader);
                count(field, element);
            }
            return false;
        }
    }

    private void count(int field, Scalar value) {
        if (isText(value) && !hasPrefix(value)) {
            return;
        }
        bytes.clear();
        bytes.add(0, field);
        if (!write(value)) {
            return;
        }
        Row<ValueCount> row = values.find(bytes);
        if (row == null) {
            Value object = object(value);
            if (!object.toString().startsWith(prefix)) {
                return;
            }
            row = values.add(bytes, new ValueCount(fields.get(field), object, 0));
        }
        row.addOnce(span);
    }

    private static boolean isText(Scalar value) {
        return value.type() == Scalar.TEXT;
    }

    private boolean hasPrefix(Scalar text) {
        return text.length() >= prefixBytes.length
                && text.memory().equalBytes(text.offset(), prefixBytes, 0, prefixBytes.length);
    }

    /** Writes a value, or returns false for what is none that anything equals. */
    private boolean write(Scalar value) {
        if (isText(value)) {
            bytes.add(Scalar.TEXT, value.memory(), value.offset(), value.length());
            return true;
        }
        if (value.type() == Scalar.FRACTION) {
            boolean whole = isWhole(value.fraction());
            bytes.add(
                    whole ? Scalar.WHOLE : Scalar.FRACTION,
                    whole ? (long) value.fraction() : Double.doubleToRawLongBits(value.fraction()));
            return !Double.isNaN(value.fraction());
        }
        bytes.add(value.isWhole() ? Scalar.WHOLE : value.type(), value.whole());
        return value.isWhole()
                || value.type() == Scalar.TRUTH
                || value.type() == Scalar.STATUS
                || value.type() == Scalar.KIND;
    }

    private static boolean isWhole(double number) {
        return number >= -0x1p63 && number < 0x1p63 && number == Math.rint(number);
    }

    private static Value object(Scalar value) {
        return switch (value.type()) {
            case Scalar.TEXT -> Value.of(Utf8.get(value.memory(), value.offset(), value.length()));
            case Scalar.FRACTION ->
                isWhole(value.fraction()) ? Value.of((long) value.fraction()) : Value.of(value.fraction());
            case Scalar.TRUTH -> Value.of(value.whole() != 0);
            case Scalar.STATUS -> TermValue.named(value.whole(), STATUSES);
            case Scalar.KIND -> TermValue.named(value.whole(), KINDS);
            default -> Value.of(value.whole());
        };
    }

    /** Returns the values, at most so many. */
    public Listing<ValueCount> counts(int limit, ScanOutcome outcome) {
        List<ValueCount> counts = new ArrayList<>();
        for (Row<ValueCount> row : values.rows()) {
            counts.add(new ValueCount(row.what().field(), row.what().value(), row.spans()));
        }
        return Listing.of(counts, limit, outcome);
    }
}
