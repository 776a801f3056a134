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
    /** In the place of one more than a row: the value is in the filter of this block. */
    private static final int IN_FILTER = 0;

    private static final int STRINGS = 8192;
    private static final int NUMBERS = 4096;
    private static final int NUMBER_WORDS = 4;
    /** Bits of one more than a row. */
    private static final int ROW_BITS = 12;

    private static final int ROWS = (1 << ROW_BITS) - 1;

    private final TermWriter terms;
    private final BlockTable blocks;
    private final ScalarTerms scalars;
    private final EnvelopePlans envelopes;
    private final ShapeKeys shapes;
    private final Key name;
    private final Key kind;
    private final Key status;
    private final Key statusMessage;
    private final Key eventName;
    private final Key root;
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar value = new Scalar();

    /** The rows of strings: the epoch, the key and the string index, and in the lowest bits one more than the row, or 0. */
    private final long[] stringRows = new long[STRINGS];

    /** The rows of numbers: the bits, the generation, key and type beside the term, and the epoch and the row as for strings. */
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
        envelopes = new EnvelopePlans(terms, blocks, scalars, postings);
        shapes = new ShapeKeys(terms);
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
        number(kind, Term.WHOLE, span.kind(), ordinal);
        int code = span.statusCode();
        number(status, Term.WHOLE, code, ordinal);
        if (code == ERROR) {
            envelopes.postError(plan, strings, resource, postings, ordinal);
        }
        if (!span.hasParent()) {
            number(root, Term.TRUTH, 1, ordinal);
        }
        if (span.hasStatusMessage()) {
            string(statusMessage, span.statusMessageIndex(), ordinal);
        }
        int shape = span.shapeIndex();
        int keys = shapes.known(Scope.SPAN, shape);
        attributes(keys >= 0 ? keys : shapes.learn(Scope.SPAN, shape, span.attributes()), span.attributes(), ordinal);
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
            attributes(
                    keys >= 0 ? keys : shapes.learn(Scope.EVENT, shape, event.attributes()),
                    event.attributes(),
                    ordinal);
        }
    }

    private void links(LinkCursor link, int ordinal) {
        while (link.next()) {
            int shape = link.shapeIndex();
            int keys = shapes.known(Scope.LINK, shape);
            attributes(
                    keys >= 0 ? keys : shapes.learn(Scope.LINK, shape, link.attributes()), link.attributes(), ordinal);
        }
    }

    private void attributes(int plan, AttributeCursor attribute, int ordinal) {
        for (int i = plan; attribute.next(); i++) {
            Key key = shapes.key(i);
            if (key == null) {
                continue;
            }
            switch (attribute.type()) {
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
        long tag = postings.epoch() << 28 | (long) key.id << 16 | index;
        int slot = index + 97 * key.id & STRINGS - 1;
        long known = stringRows[slot];
        int row = known >>> ROW_BITS == tag ? (int) known & ROWS : learnString(key, index, slot);
        if (row != IN_FILTER) {
            postings.set(row - 1, ordinal);
        }
    }

    private int learnString(Key key, int index, int slot) {
        Memory memory = strings.memory();
        int term = terms.text(key, hashes.get(index), memory, strings.offset(index), strings.length(index), false);
        int row = IN_FILTER;
        if (term == Pages.NONE) {
            terms.filter();
        } else {
            row = postings.row(term) + 1;
        }
        stringRows[slot] = (postings.epoch() << 28 | (long) key.id << 16 | index) << ROW_BITS | row;
        return row;
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
            postings.set(row - 1, ordinal);
        }
    }

    private void learnNumber(Key key, int type, long bits, int tag, int slot, int known) {
        int term = known == Pages.NONE ? terms.number(key, type, bits) : known;
        int row = IN_FILTER;
        if (term == Pages.NONE) {
            terms.filter();
        } else {
            row = postings.row(term) + 1;
        }
        numbers[slot] = bits;
        numbers[slot + 1] = (long) tag << 32 | term & 0xffff_ffffL;
        numbers[slot + 2] = postings.epoch();
        numbers[slot + 3] = row;
    }
}
