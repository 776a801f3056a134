package io.offspan.codec.otlp;

import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.HeapBytes;

/**
 * Reads KeyValue and AnyValue messages into a draft, and checks those that are stored as they are.
 *
 * <p>A value that the draft has no type for keeps its message; a KeyValue with more than key and value is kept whole. Both are
 * walked to their leaves, so that what is stored can be decoded later.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class ValueParser {
    static final int KEY = 1 << 3 | ProtoInput.LENGTH;
    static final int VALUE = 2 << 3 | ProtoInput.LENGTH;
    static final int KEY_STRINDEX = 3 << 3 | ProtoInput.VARINT;

    static final int STRING_VALUE = 1 << 3 | ProtoInput.LENGTH;
    static final int BOOL_VALUE = 2 << 3 | ProtoInput.VARINT;
    static final int INT_VALUE = 3 << 3 | ProtoInput.VARINT;
    static final int DOUBLE_VALUE = 4 << 3 | ProtoInput.FIXED64;
    static final int ARRAY_VALUE = 5 << 3 | ProtoInput.LENGTH;
    static final int KVLIST_VALUE = 6 << 3 | ProtoInput.LENGTH;
    static final int BYTES_VALUE = 7 << 3 | ProtoInput.LENGTH;
    static final int STRING_STRINDEX = 8 << 3 | ProtoInput.VARINT;

    /** The elements of an ArrayValue and a KeyValueList. */
    static final int VALUES = 1 << 3 | ProtoInput.LENGTH;

    private final ProtoInput in;

    ValueParser(ProtoInput in) {
        this.in = in;
    }

    /** Reads the KeyValue message that ends at {@code end} into a draft. */
    void attribute(int end, int depth, SpanDraft draft) {
        if (usual(end, draft)) {
            in.position(end);
        } else {
            unusual(end, depth, draft);
        }
    }

    /** Reads a key and then one value of a simple type, each shorter than 128 bytes, or does nothing and returns false. */
    private boolean usual(int end, SpanDraft draft) {
        byte[] bytes = in.bytes();
        int keyAt = in.position() + 2;
        if (keyAt > end || bytes[keyAt - 2] != KEY || bytes[keyAt - 1] < 0) {
            return false;
        }
        int keyBytes = bytes[keyAt - 1];
        int content = keyAt + keyBytes + 4;
        // Key and value fill the message exactly, and the value has at least two bytes.
        if (content > end || bytes[content - 4] != VALUE || bytes[content - 3] != end - content + 2) {
            return false;
        }
        switch (bytes[content - 2]) {
            case STRING_VALUE -> {
                if (bytes[content - 1] != end - content) {
                    return false;
                }
                draft.attribute(keyAt, keyBytes, SpanDraft.STRING, SpanDraft.range(content, end - content));
            }
            case INT_VALUE -> {
                in.position(content - 1);
                long value = in.varint(end);
                if (in.position() != end) {
                    in.position(keyAt - 2);
                    return false;
                }
                draft.attribute(keyAt, keyBytes, SpanDraft.LONG, value);
            }
            case DOUBLE_VALUE -> {
                if (end - content != 7) {
                    return false;
                }
                draft.attribute(keyAt, keyBytes, SpanDraft.DOUBLE, HeapBytes.getLong(bytes, content - 1));
            }
            case BOOL_VALUE -> {
                if (content != end || bytes[content - 1] < 0) {
                    return false;
                }
                draft.attribute(keyAt, keyBytes, SpanDraft.BOOL, bytes[content - 1] != 0 ? 1 : 0);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void unusual(int end, int depth, SpanDraft draft) {
        deep(depth);
        int start = in.position();
        int keyAt = start;
        int keyBytes = 0;
        int valueAt = 0;
        int valueEnd = -1;
        int strindex = 0;
        boolean whole = false;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == KEY) {
                keyBytes = in.length(end);
                keyAt = in.position();
                in.position(keyAt + keyBytes);
            } else if (tag == VALUE) {
                whole |= valueEnd >= 0;
                int bytes = in.length(end);
                valueAt = in.position();
                valueEnd = valueAt + bytes;
                in.position(valueEnd);
            } else if (tag == KEY_STRINDEX) {
                strindex = (int) in.varint(end);
            } else {
                in.skip(tag, end);
                whole = true;
            }
        }
        if (whole || strindex != 0) {
            in.position(start);
            keyValue(end, depth);
            draft.attribute(keyAt, keyBytes, SpanDraft.KEY_VALUE, SpanDraft.range(start, end - start));
        } else if (valueEnd < 0) {
            draft.attribute(keyAt, keyBytes, SpanDraft.ABSENT, 0);
        } else {
            in.position(valueAt);
            value(valueEnd, depth + 1, draft, keyAt, keyBytes);
            in.position(end);
        }
    }

    private void value(int end, int depth, SpanDraft draft, int keyAt, int keyBytes) {
        deep(depth);
        int start = in.position();
        byte type = SpanDraft.EMPTY;
        long bits = 0;
        boolean whole = false;
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case STRING_VALUE, BYTES_VALUE -> {
                    int bytes = in.length(end);
                    type = tag == STRING_VALUE ? SpanDraft.STRING : SpanDraft.BYTES;
                    bits = SpanDraft.range(in.position(), bytes);
                    in.position(in.position() + bytes);
                }
                case BOOL_VALUE -> {
                    type = SpanDraft.BOOL;
                    bits = in.varint(end) != 0 ? 1 : 0;
                }
                case INT_VALUE -> {
                    type = SpanDraft.LONG;
                    bits = in.varint(end);
                }
                case DOUBLE_VALUE -> {
                    type = SpanDraft.DOUBLE;
                    bits = in.fixed64(end);
                }
                case ARRAY_VALUE, KVLIST_VALUE, STRING_STRINDEX -> {
                    type = SpanDraft.ANY_VALUE;
                    content(tag, end, depth);
                }
                default -> {
                    in.skip(tag, end);
                    whole = true;
                }
            }
        }
        if (whole || type == SpanDraft.ANY_VALUE) {
            draft.attribute(keyAt, keyBytes, SpanDraft.ANY_VALUE, SpanDraft.range(start, end - start));
        } else {
            draft.attribute(keyAt, keyBytes, type, bits);
        }
    }

    /** Checks the KeyValue message that ends at {@code end}, and goes there. */
    void keyValue(int end, int depth) {
        deep(depth);
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == VALUE) {
                anyValue(end(end), depth + 1);
            } else {
                in.skip(tag, end);
            }
        }
    }

    private void anyValue(int end, int depth) {
        deep(depth);
        while (in.position() < end) {
            content(in.tag(end), end, depth);
        }
    }

    /** Checks one field of an AnyValue. */
    private void content(int tag, int end, int depth) {
        if (tag != ARRAY_VALUE && tag != KVLIST_VALUE) {
            in.skip(tag, end);
            return;
        }
        int listEnd = end(end);
        deep(depth + 1);
        while (in.position() < listEnd) {
            int element = in.tag(listEnd);
            if (element != VALUES) {
                in.skip(element, listEnd);
            } else if (tag == ARRAY_VALUE) {
                anyValue(end(listEnd), depth + 2);
            } else {
                keyValue(end(listEnd), depth + 2);
            }
        }
    }

    private int end(int end) {
        int bytes = in.length(end);
        return in.position() + bytes;
    }

    private void deep(int depth) {
        if (depth > OtlpLimits.MAX_NESTING) {
            throw in.damage(
                    Reason.TOO_DEEP, "Messages nested deeper than the " + OtlpLimits.MAX_NESTING + " levels allowed");
        }
    }
}
