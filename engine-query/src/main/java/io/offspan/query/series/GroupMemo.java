package io.offspan.query.series;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.series.GroupTable.Group;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ValueSource;
import io.offspan.query.value.ZeroDivisions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, within a block, the groups of spans by the strings that their values lie in, so that these are read once and not for each span.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class GroupMemo {
    private static final int SLOT_BITS = 11;
    private static final int MIX = 0x9e3779b9;

    private final Field[] fields;
    private final ValueSource[] sources;
    private final int[] keys;
    private final int[] known;
    private final @Nullable Group[] groups = new Group[1 << SLOT_BITS];
    private int slot;

    GroupMemo(List<Field> by, TraceValues traces) {
        SourceCompiler compiler = new SourceCompiler(traces, new ZeroDivisions());
        fields = by.toArray(Field[]::new);
        sources = by.stream().map(compiler::compile).toArray(ValueSource[]::new);
        keys = new int[fields.length];
        known = new int[fields.length << SLOT_BITS];
    }

    void enterBlock(StringHeap strings) {
        for (ValueSource source : sources) {
            source.enterBlock(strings);
        }
        Arrays.fill(groups, null);
    }

    /** Returns the group of a span, or null where it is not known; {@link #put} may make it known then. */
    @Nullable
    Group find(SpanView span) {
        slot = -1;
        int hash = 0;
        for (int i = 0; i < fields.length; i++) {
            int key = key(i, span);
            if (key < 0) {
                return null;
            }
            keys[i] = key;
            hash = (hash ^ key) * MIX;
        }
        slot = hash >>> Integer.SIZE - SLOT_BITS;
        Group group = groups[slot];
        if (group != null) {
            for (int i = 0; i < fields.length; i++) {
                if (known[slot * fields.length + i] != keys[i]) {
                    return null;
                }
            }
        }
        return group;
    }

    private int key(int field, SpanView span) {
        if (fields[field] == Intrinsic.KIND) {
            return span.kind() & Integer.MAX_VALUE;
        }
        if (fields[field] == Intrinsic.STATUS) {
            return span.statusCode() & Integer.MAX_VALUE;
        }
        ValueSource source = sources[field];
        return source.enterSpan(span) == 0 ? source.memoKey(span) : ValueSource.NO_MEMO_KEY;
    }

    /** Says what the group of the span is that was asked for last. */
    void put(Group group) {
        if (slot >= 0) {
            groups[slot] = group;
            System.arraycopy(keys, 0, known, slot * fields.length, fields.length);
        }
    }
}
