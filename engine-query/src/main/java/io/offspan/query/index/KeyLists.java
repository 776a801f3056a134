package io.offspan.query.index;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.TypeCode;

/**
 * Posts spans under the lists of keys and types that their attributes have, each list looked up once for a shape of the block.
 *
 * <p>Where a type stands in the value and not in the shape, it has to be the same as well.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class KeyLists {
    /** The types of no values. */
    static final long NO_TYPES = 1;

    /** The types of more values than are remembered. */
    private static final long TOO_MANY = 0;

    private static final int TYPE_BITS = 3;
    private static final int FULL_FROM = Long.SIZE - TYPE_BITS - 1;

    private static final int SLOTS = 1024;
    private static final int NOT_POSTED = -1;

    private final BlockPostings postings;
    private final KeyListWriter list;
    private final ShapeKeys shapes;
    private final Key[] keys = new Key[Scope.LINK.ordinal() + 1];
    private final long[] tags = new long[SLOTS];
    private final long[] typesOf = new long[SLOTS];
    private final int[] rows = new int[SLOTS];
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar value = new Scalar();

    KeyLists(TermWriter terms, BlockPostings postings, ShapeKeys shapes, KeyListWriter list) {
        this.postings = postings;
        this.list = list;
        this.shapes = shapes;
        for (int scope = 0; scope < keys.length; scope++) {
            keys[scope] = terms.field(Scope.of(scope).lists());
        }
    }

    /** Returns the types of values, and one more. */
    static long with(long types, int type) {
        return types == TOO_MANY || types >>> FULL_FROM != 0 ? TOO_MANY : types << TYPE_BITS | type;
    }

    /** Posts a span under the list of a shape with the types that stand in the values; false when it has to be {@linkplain #learn learnt}. */
    boolean post(Scope scope, int shape, long types, int ordinal) {
        int slot = slot(scope, shape);
        if (tags[slot] != tag(scope, shape) || typesOf[slot] != types) {
            return false;
        }
        if (rows[slot] != NOT_POSTED) {
            postings.set(rows[slot], ordinal);
        }
        return true;
    }

    /** Posts a span under the list of its attributes, whose keys begin at {@code first}, and remembers it. */
    void learn(Scope scope, int shape, long types, int first, AttributeCursor attributes, int ordinal) {
        list.clear();
        for (int i = first; attributes.next(); i++) {
            int type = TypeCode.ofPacked(attributes.type());
            if (type == TypeCode.IN_VALUE) {
                value.set(attributes, reader);
                type = TypeCode.of(value);
            }
            list.add(shapes.any(i), type);
        }
        int term = list.term(keys[scope.ordinal()]);
        int row = term == Pages.NONE ? NOT_POSTED : postings.row(term);
        if (row != NOT_POSTED) {
            postings.set(row, ordinal);
        }
        int slot = slot(scope, shape);
        tags[slot] = types == TOO_MANY ? 0 : tag(scope, shape);
        typesOf[slot] = types;
        rows[slot] = row;
    }

    /** Never 0. */
    private long tag(Scope scope, int shape) {
        return postings.epoch() << 20 | (long) scope.ordinal() << 16 | shape;
    }

    private static int slot(Scope scope, int shape) {
        return shape + 331 * scope.ordinal() & SLOTS - 1;
    }
}
