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
    /** In the place of a term: the value is in the filter of this block. */
    private static final int IN_FILTER = -1;

    private static final int STRINGS = 8192;
    private static final int NUMBERS = 4096;

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

    /** The terms of strings: the block, the key and the string index beside the term. */
    private final long[] stringTags = new long[STRINGS];

    private final int[] stringTerms = new int[STRINGS];
    private final long[] numbers = new long[NUMBERS];
    private final int[] numberTags = new int[NUMBERS];
    private final int[] numberTerms = new int[NUMBERS];
    private long stamp;
    private int generation;

    private final BlockPostings postings;
    private StringHeap strings = StringHeap.NONE;

    BlockIndexer(TermWriter terms, BlockTable blocks, OpenChunk first) {
        this.terms = terms;
        this.blocks = blocks;
        postings = new BlockPostings(first);
        scalars = new ScalarTerms(terms);
        envelopes = new EnvelopePlans(terms, blocks, scalars);
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
        stamp++;
        generation++;
        envelopes.begin();
    }

    /** Hands on what the spans up to here are posted under; to be done before their block, or their chunk, ends. */
    void flush() {
        postings.flush();
    }

    void enterBlock(BlockReader block) {
        strings = block.strings();
        stamp++;
        envelopes.enterBlock();
        shapes.enterBlock();
    }

    /** Posts one span of the block. */
    void add(SpanView span, int ordinal) {
        int resource = span.resourceIndex();
        EnvelopePlan plan = envelopes.get(Scope.RESOURCE, strings, resource);
        plan.post(postings, ordinal);
        envelopes.get(Scope.INSTRUMENTATION, strings, span.scopeIndex()).post(postings, ordinal);
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
        long tag = stamp << 32 | (long) key.id << 16 | index;
        int slot = index + 97 * key.id & STRINGS - 1;
        int term = stringTerms[slot];
        if (stringTags[slot] != tag) {
            term = terms.text(key, strings.memory(), strings.offset(index), strings.length(index), false);
            if (term == Pages.NONE) {
                terms.filter();
                term = IN_FILTER;
            }
            stringTags[slot] = tag;
            stringTerms[slot] = term;
        }
        if (term != IN_FILTER) {
            postings.add(term, ordinal);
        }
    }

    private void number(Key key, int type, long bits, int ordinal) {
        int tag = generation << 14 | key.id << 2 | type;
        int slot = (int) (bits ^ bits >>> 32) * 31 + 97 * tag & NUMBERS - 1;
        int term = numberTerms[slot];
        if (numbers[slot] != bits || numberTags[slot] != tag || term == Pages.NONE) {
            term = terms.number(key, type, bits);
            if (term == Pages.NONE) {
                terms.filter();
                return;
            }
            numbers[slot] = bits;
            numberTags[slot] = tag;
            numberTerms[slot] = term;
        }
        postings.add(term, ordinal);
    }
}
