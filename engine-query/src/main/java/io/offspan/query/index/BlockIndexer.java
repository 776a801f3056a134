package io.offspan.query.index;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.span.ValueType;
import io.offspan.codec.wire.Memory;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.TypeCode;
import java.util.Arrays;

/**
 * Walks through the spans of a block and posts each under all of its terms.
 *
 * <p>What it learns of the strings and shapes of a block it forgets with the block; the terms of numbers it remembers for as long
 * as a chunk lasts.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index. Allocates nothing for a span whose keys and terms are known.
 */
final class BlockIndexer {
    private static final int ERROR = 2;
    /** In the place of a row: the value is in the filter of this block. */
    private static final int IN_FILTER = -1;

    private static final int UNKNOWN = -2;

    /** Rows of strings that a second key has. */
    private static final int OTHERS = 512;

    private static final int NUMBERS = 2048;
    private static final int NUMBER_WORDS = 4;
    /** The rows of kinds and status codes below this are found by them. */
    private static final int SMALL = 8;

    private static final int KINDS = 0;
    private static final int STATUSES = SMALL;
    private static final int ROOTS = 2 * SMALL;

    private static final int KEY_BITS = 12;

    private final TermWriter terms;
    private final BlockTable blocks;
    private final ScalarTerms scalars;
    private final EnvelopePlans envelopes;
    private final ShapeKeys shapes;
    private final KeyLists lists;
    private final Key name;
    private final Key kind;
    private final Key status;
    private final Key statusMessage;
    private final Key eventName;
    private final Key root;
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar value = new Scalar();

    /** The row of each string under the key that had it first, and beside it the epoch and that key. */
    private int[] stringRows = new int[2048];

    private long[] stringTags = new long[2048];
    /** The same under other keys; the string index stands in the tag. */
    private final int[] otherRows = new int[OTHERS];

    private final long[] otherTags = new long[OTHERS];

    /** The rows of kinds, then of status codes and of roots. */
    private final int[] smallRows = new int[2 * SMALL + 1];

    private long smallEpoch;

    /** The rows of numbers: the bits, the generation, key and type beside the term, the epoch and the row. */
    private final long[] numbers = new long[NUMBER_WORDS * NUMBERS];

    private int generation;

    private final BlockPostings postings;
    private final StringHashes hashes = new StringHashes();
    private StringHeap strings = StringHeap.NONE;

    BlockIndexer(TermWriter terms, BlockTable blocks, OpenChunk first) {
        this.terms = terms;
        this.blocks = blocks;
        postings = new BlockPostings(first);
        scalars = new ScalarTerms(terms);
        shapes = new ShapeKeys(terms);
        KeyListWriter list = new KeyListWriter(terms);
        lists = new KeyLists(terms, postings, shapes, list);
        envelopes = new EnvelopePlans(terms, blocks, scalars, postings, list);
        name = terms.field(Scope.NAME);
        kind = terms.field(Scope.KIND);
        status = terms.field(Scope.STATUS);
        statusMessage = terms.field(Scope.STATUS_MESSAGE);
        eventName = terms.field(Scope.EVENT_NAME);
        root = terms.field(Scope.ROOT);
    }

    /** Forgets what was decided: another chunk begins. */
    void begin(OpenChunk next) {
        postings.begin(next);
        generation++;
        envelopes.begin();
    }

    /** Hands on what the spans up to here are posted under; to be done before their block, or their chunk, ends. */
    void flush() {
        postings.end();
    }

    void enterBlock(BlockReader block) {
        strings = block.strings();
        hashes.enterBlock(strings);
        if (stringTags.length < strings.count()) {
            stringTags = new long[Math.max(strings.count(), 2 * stringTags.length)];
            stringRows = new int[stringTags.length];
        }
        envelopes.enterBlock();
        shapes.enterBlock();
    }

    /** Posts one span of the block. */
    void add(SpanView span, int ordinal) {
        postings.enter(ordinal);
        int resource = span.resourceIndex();
        EnvelopePlan plan = envelopes.get(Scope.RESOURCE, strings, resource, hashes.get(resource));
        plan.post(postings, ordinal);
        int scope = span.scopeIndex();
        envelopes.get(Scope.INSTRUMENTATION, strings, scope, hashes.get(scope)).post(postings, ordinal);
        string(name, span.nameIndex(), ordinal);
        small(kind, KINDS, span.kind(), ordinal);
        int code = span.statusCode();
        small(status, STATUSES, code, ordinal);
        if (code == ERROR) {
            envelopes.postError(plan, strings, resource, postings, ordinal);
        }
        if (!span.hasParent()) {
            known(root, Term.TRUTH, 1, ROOTS, ordinal);
        }
        if (span.hasStatusMessage()) {
            string(statusMessage, span.statusMessageIndex(), ordinal);
        }
        int shape = span.shapeIndex();
        int keys = shapes.known(Scope.SPAN, shape);
        if (keys < 0) {
            keys = shapes.learn(Scope.SPAN, shape, span.attributes());
        }
        long types = attributes(keys, span.attributes(), ordinal);
        if (!lists.post(Scope.SPAN, shape, types, ordinal)) {
            lists.learn(Scope.SPAN, shape, types, keys, span.attributes(), ordinal);
        }
        if (span.hasEvents()) {
            events(span.events(), ordinal);
        }
        if (span.hasLinks()) {
            links(span.links(), ordinal);
        }
    }

    private void events(EventCursor event, int ordinal) {
        while (event.next()) {
            string(eventName, event.nameIndex(), ordinal);
            int shape = event.shapeIndex();
            int keys = shapes.known(Scope.EVENT, shape);
            if (keys < 0) {
                keys = shapes.learn(Scope.EVENT, shape, event.attributes());
            }
            long types = attributes(keys, event.attributes(), ordinal);
            if (!lists.post(Scope.EVENT, shape, types, ordinal)) {
                lists.learn(Scope.EVENT, shape, types, keys, event.attributes(), ordinal);
            }
        }
    }

    private void links(LinkCursor link, int ordinal) {
        while (link.next()) {
            int shape = link.shapeIndex();
            int keys = shapes.known(Scope.LINK, shape);
            if (keys < 0) {
                keys = shapes.learn(Scope.LINK, shape, link.attributes());
            }
            long types = attributes(keys, link.attributes(), ordinal);
            if (!lists.post(Scope.LINK, shape, types, ordinal)) {
                lists.learn(Scope.LINK, shape, types, keys, link.attributes(), ordinal);
            }
        }
    }

    /** Posts a span under attributes, and returns the types of those that stand in the values. */
    private long attributes(int plan, AttributeCursor attribute, int ordinal) {
        long types = KeyLists.NO_TYPES;
        for (int i = plan; attribute.next(); i++) {
            Key key = shapes.key(i);
            int type = attribute.type();
            if (type == ValueType.ANY_VALUE || type == ValueType.KEY_VALUE) {
                value.set(attribute, reader);
                types = KeyLists.with(types, TypeCode.of(value));
                if (key != null) {
                    scalars.post(key, value, postings, ordinal);
                }
            } else if (key != null) {
                attribute(key, type, attribute, ordinal);
            }
        }
        return types;
    }

    private void attribute(Key key, int type, AttributeCursor attribute, int ordinal) {
        switch (type) {
            case ValueType.STRING -> string(key, attribute.stringIndex(), ordinal);
            case ValueType.INLINE_STRING ->
                inline(key, attribute.bytesMemory(), attribute.bytesOffset(), attribute.bytesLength(), ordinal);
            case ValueType.INT8, ValueType.INT16, ValueType.INT32, ValueType.INT64 ->
                number(key, Term.WHOLE, attribute.longValue(), ordinal);
            case ValueType.BOOL -> number(key, Term.TRUTH, attribute.booleanValue() ? 1 : 0, ordinal);
            default -> {
                value.set(attribute, reader);
                scalars.post(key, value, postings, ordinal);
            }
        }
    }

    private void inline(Key key, Memory memory, long offset, int length, int ordinal) {
        int term = terms.text(key, memory, offset, length, true);
        if (term == Pages.NONE) {
            terms.filter();
        } else {
            postings.add(term, ordinal);
        }
    }

    private void string(Key key, int index, int ordinal) {
        long tag = stringTags[index];
        int row = tag == tag(key) ? stringRows[index] : otherString(key, index, tag);
        if (row != IN_FILTER) {
            postings.set(row, ordinal);
        }
    }

    private long tag(Key key) {
        return postings.epoch() << KEY_BITS | key.id;
    }

    private int otherString(Key key, int index, long tag) {
        if (tag >>> KEY_BITS != postings.epoch()) {
            int row = learnString(key, index);
            stringRows[index] = row;
            stringTags[index] = tag(key);
            return row;
        }
        int slot = index + 97 * key.id & OTHERS - 1;
        if (otherTags[slot] == (tag(key) << 16 | index)) {
            return otherRows[slot];
        }
        int row = learnString(key, index);
        otherRows[slot] = row;
        otherTags[slot] = tag(key) << 16 | index;
        return row;
    }

    /** Returns the row of a string, or that it is in the filter; this may begin another epoch. */
    private int learnString(Key key, int index) {
        int bytes = strings.length(index);
        return row(terms.text(key, hashes.get(index), strings.memory(), strings.offset(index), bytes, false));
    }

    private int row(int term) {
        if (term == Pages.NONE) {
            terms.filter();
            return IN_FILTER;
        }
        return postings.row(term);
    }

    private void small(Key key, int first, int number, int ordinal) {
        if (number >= 0 && number < SMALL) {
            known(key, Term.WHOLE, number, first + number, ordinal);
        } else {
            number(key, Term.WHOLE, number, ordinal);
        }
    }

    /** Posts a span under a number whose row is found by an index. */
    private void known(Key key, int type, int number, int index, int ordinal) {
        if (smallEpoch != postings.epoch() || smallRows[index] == UNKNOWN) {
            learnSmall(key, type, number, index);
        }
        int row = smallRows[index];
        if (row != IN_FILTER) {
            postings.set(row, ordinal);
        }
    }

    private void learnSmall(Key key, int type, int number, int index) {
        int row = row(terms.number(key, type, number));
        if (smallEpoch != postings.epoch()) {
            smallEpoch = postings.epoch();
            Arrays.fill(smallRows, UNKNOWN);
        }
        smallRows[index] = row;
    }

    private void number(Key key, int type, long bits, int ordinal) {
        int tag = generation << 14 | key.id << 2 | type;
        int slot = NUMBER_WORDS * ((int) (bits ^ bits >>> 32) * 31 + 97 * tag & NUMBERS - 1);
        boolean known = numbers[slot] == bits && (int) (numbers[slot + 1] >>> 32) == tag;
        if (!known || numbers[slot + 2] != postings.epoch()) {
            learnNumber(key, type, bits, tag, slot, known ? (int) numbers[slot + 1] : Pages.NONE);
        }
        int row = (int) numbers[slot + 3];
        if (row != IN_FILTER) {
            postings.set(row, ordinal);
        }
    }

    private void learnNumber(Key key, int type, long bits, int tag, int slot, int known) {
        int term = known == Pages.NONE ? terms.number(key, type, bits) : known;
        int row = row(term);
        numbers[slot] = bits;
        numbers[slot + 1] = (long) tag << 32 | term & 0xffff_ffffL;
        numbers[slot + 2] = postings.epoch();
        numbers[slot + 3] = row;
    }
}
