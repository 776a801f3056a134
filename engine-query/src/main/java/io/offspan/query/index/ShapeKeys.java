package io.offspan.query.index;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.StringHeap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the shapes of a block, each looked up once for the block.
 *
 * <p>An entry has no key when the list has that key before, of which only the first counts, or when there are too many keys.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class ShapeKeys {
    private static final int SHAPES = 1024;

    private final TermWriter terms;
    private final long[] tags = new long[SHAPES];
    private final int[] plans = new int[SHAPES];
    private @Nullable Key[] keys = new @Nullable Key[1024];
    /** Those that do not count included. */
    private @Nullable Key[] all = new @Nullable Key[1024];

    private int used;
    private long stamp;

    ShapeKeys(TermWriter terms) {
        this.terms = terms;
    }

    void enterBlock() {
        stamp++;
        used = 0;
    }

    /** Returns where the keys of a shape begin, or -1 when they have not been looked up in this block. */
    int known(Scope scope, int shape) {
        int slot = slot(scope, shape);
        return tags[slot] == tag(scope, shape) ? plans[slot] : -1;
    }

    /** Looks up the keys of a shape by going through the attributes of something that has it. */
    int learn(Scope scope, int shape, AttributeCursor attributes) {
        int slot = slot(scope, shape);
        plans[slot] = make(scope, attributes);
        tags[slot] = tag(scope, shape);
        return plans[slot];
    }

    private long tag(Scope scope, int shape) {
        return stamp << 32 | (long) scope.ordinal() << 16 | shape;
    }

    private static int slot(Scope scope, int shape) {
        return shape + 331 * scope.ordinal() & SHAPES - 1;
    }

    private int make(Scope scope, AttributeCursor attributes) {
        int plan = used;
        StringHeap strings = attributes.strings();
        while (attributes.next()) {
            int index = attributes.keyIndex();
            Key key = terms.key(scope, strings.memory(), strings.offset(index), strings.length(index));
            if (used == keys.length) {
                keys = Arrays.copyOf(keys, 2 * used);
                all = Arrays.copyOf(all, 2 * used);
            }
            all[used] = key;
            keys[used] = key == null || isThere(key, plan) ? null : key;
            used++;
        }
        return plan;
    }

    private boolean isThere(Key key, int plan) {
        for (int i = plan; i < used; i++) {
            if (keys[i] == key) {
                return true;
            }
        }
        return false;
    }

    /** Returns the key of an entry of a shape, or null when the entry does not count. */
    @Nullable
    Key key(int entry) {
        return keys[entry];
    }

    /** Returns the key of an entry that need not count, or null when there are too many keys. */
    @Nullable
    Key any(int entry) {
        return all[entry];
    }
}
