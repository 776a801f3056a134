package io.offspan.query.discover;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.Utf8;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.discover.CountTable.Row;
import io.offspan.query.discover.ListCounts.Counted;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.BlockMemo;
import io.offspan.query.value.EnvelopeMessage;
import io.offspan.query.value.KeyBytes;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.TraceValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the spans that have an attribute, by its scope, key and type of value: one with several events that have it, once.
 *
 * <p><b>Threads.</b> Belongs to one thread; one count.
 */
public final class KeyCounter implements SpanVisitor {
    private record Attributed(AttributeScope scope, String key, ValueKind type) {}

    private static final ValueKind[] KINDS = ValueKind.values();
    private static final List<AttributeScope> SCOPES = Stream.of(AttributeScope.values())
            .filter(scope -> scope != AttributeScope.ANY)
            .toList();

    private final AttributeScope only;
    private final byte[] prefix;
    private final CountTable<Attributed> keys = new CountTable<>("keys");
    private final Row<Attributed> unwanted = new CountTable<Attributed>("keys")
            .add(new KeyBytes(), new Attributed(AttributeScope.ANY, "", ValueKind.EMPTY));
    private final BlockMemo<Row<Attributed>> rows = new BlockMemo<>();
    private final BlockMemo<List<Row<Attributed>>> envelopes = new BlockMemo<>();
    private final KeyBytes bytes = new KeyBytes();
    private final ListCounts lists = new ListCounts();
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar value = new Scalar();
    private final EnvelopeMessage message = new EnvelopeMessage();
    private StringHeap strings = StringHeap.NONE;
    private long span;

    /**
     * Makes a counter.
     *
     * @param only the scope to look into, or {@link AttributeScope#ANY}
     * @param prefix what keys begin with
     */
    public KeyCounter(AttributeScope only, String prefix) {
        this.only = only;
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void begin(TraceValues traces) {}

    @Override
    public void enterBlock(StringHeap heap) {
        strings = heap;
        rows.clear();
        envelopes.clear();
    }

    private boolean wants(AttributeScope scope) {
        return only == AttributeScope.ANY || only == scope;
    }

    @Override
    public boolean takeByTerms(LeafIndex index, @Nullable SpanSet among) {
        List<Counted> counts = new ArrayList<>();
        Among counted = new Among(among, index.indexed());
        for (AttributeScope scope : SCOPES) {
            if (wants(scope) && !lists.count(index, scope, counted, counts)) {
                return false;
            }
        }
        counts.forEach(this::take);
        return true;
    }

    private void take(Counted counted) {
        byte[] key = counted.key().utf8();
        if (key.length < prefix.length || !Arrays.equals(prefix, 0, prefix.length, key, 0, prefix.length)) {
            return;
        }
        ValueKind kind = ValueKind.ofCode(counted.key().type());
        bytes.clear();
        bytes.add(counted.scope().ordinal(), kind.ordinal());
        bytes.add(0, key);
        Row<Attributed> row = keys.find(bytes);
        if (row == null) {
            row = keys.add(bytes, new Attributed(counted.scope(), new String(key, StandardCharsets.UTF_8), kind));
        }
        row.add(counted.spans());
    }

    @Override
    public void visit(SpanView at) {
        span++;
        if (wants(AttributeScope.SPAN)) {
            count(AttributeScope.SPAN, at.attributes());
        }
        if (wants(AttributeScope.RESOURCE)) {
            count(AttributeScope.RESOURCE, EnvelopeMessage.RESOURCE_ATTRIBUTES, at.resourceIndex());
        }
        if (wants(AttributeScope.INSTRUMENTATION)) {
            count(AttributeScope.INSTRUMENTATION, EnvelopeMessage.SCOPE_ATTRIBUTES, at.scopeIndex());
        }
        if (wants(AttributeScope.EVENT) && at.hasEvents()) {
            EventCursor events = at.events();
            while (events.next()) {
                count(AttributeScope.EVENT, events.attributes());
            }
        }
        if (wants(AttributeScope.LINK) && at.hasLinks()) {
            LinkCursor links = at.links();
            while (links.next()) {
                count(AttributeScope.LINK, links.attributes());
            }
        }
    }

    private void count(AttributeScope scope, AttributeCursor attributes) {
        while (attributes.next()) {
            value.set(attributes, reader);
            ValueKind kind = ValueKind.of(value);
            int key = attributes.keyIndex();
            long number = ((long) scope.ordinal() << 32 | key) * KINDS.length + kind.ordinal();
            Row<Attributed> row = rows.get(number);
            if (row == null) {
                row = row(scope, kind, strings.memory(), strings.offset(key), strings.length(key));
                rows.put(number, row);
            }
            row.addOnce(span);
        }
    }

    private void count(AttributeScope scope, int field, int envelope) {
        long number = (long) scope.ordinal() << 32 | envelope;
        List<Row<Attributed>> found = envelopes.get(number);
        if (found == null) {
            found = read(scope, field, envelope);
            envelopes.put(number, found);
        }
        for (int i = 0; i < found.size(); i++) {
            found.get(i).addOnce(span);
        }
    }

    private List<Row<Attributed>> read(AttributeScope scope, int field, int envelope) {
        List<Row<Attributed>> found = new ArrayList<>();
        Memory memory = strings.memory();
        message.wrap(memory, strings.offset(envelope), strings.length(envelope));
        while (message.nextAttribute(field)) {
            value.set(reader.wrapValueOf(memory, message.offset(), message.length()));
            found.add(row(scope, ValueKind.of(value), memory, message.keyOffset(), message.keyLength()));
        }
        return found;
    }

    private Row<Attributed> row(AttributeScope scope, ValueKind kind, Memory memory, long offset, int length) {
        if (length < prefix.length || !memory.equalBytes(offset, prefix, 0, prefix.length)) {
            return unwanted;
        }
        bytes.clear();
        bytes.add(scope.ordinal(), kind.ordinal());
        bytes.add(0, memory, offset, length);
        Row<Attributed> row = keys.find(bytes);
        return row == null ? keys.add(bytes, new Attributed(scope, Utf8.get(memory, offset, length), kind)) : row;
    }

    /** Returns the keys, at most so many. */
    public Listing<KeyCount> counts(int limit, ScanOutcome outcome) {
        List<KeyCount> counts = new ArrayList<>();
        for (Row<Attributed> row : keys.rows()) {
            Attributed what = row.what();
            counts.add(new KeyCount(what.scope(), what.key(), what.type(), row.spans()));
        }
        return Listing.of(counts, limit, outcome);
    }
}
