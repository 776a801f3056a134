package io.offspan.codec.otlp;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.HeapBytes;

/**
 * Reads one Span message into a draft.
 *
 * <p>A draft takes the attributes of the span before its events and links. Fields in that order, as every encoder writes them,
 * are read in one pass; a span whose attributes follow an event or link is read in two.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SpanParser {
    private static final int TRACE_ID = 1 << 3 | ProtoInput.LENGTH;
    private static final int SPAN_ID = 2 << 3 | ProtoInput.LENGTH;
    private static final int TRACE_STATE = 3 << 3 | ProtoInput.LENGTH;
    private static final int PARENT_SPAN_ID = 4 << 3 | ProtoInput.LENGTH;
    private static final int NAME = 5 << 3 | ProtoInput.LENGTH;
    private static final int KIND = 6 << 3 | ProtoInput.VARINT;
    private static final int START = 7 << 3 | ProtoInput.FIXED64;
    private static final int END = 8 << 3 | ProtoInput.FIXED64;
    private static final int ATTRIBUTES = 9 << 3 | ProtoInput.LENGTH;
    private static final int DROPPED_ATTRIBUTES = 10 << 3 | ProtoInput.VARINT;
    private static final int EVENTS = 11 << 3 | ProtoInput.LENGTH;
    private static final int DROPPED_EVENTS = 12 << 3 | ProtoInput.VARINT;
    private static final int LINKS = 13 << 3 | ProtoInput.LENGTH;
    private static final int DROPPED_LINKS = 14 << 3 | ProtoInput.VARINT;
    private static final int STATUS = 15 << 3 | ProtoInput.LENGTH;
    private static final int FLAGS = 16 << 3 | ProtoInput.FIXED32;

    private static final int STATUS_MESSAGE = 2 << 3 | ProtoInput.LENGTH;
    private static final int STATUS_CODE = 3 << 3 | ProtoInput.VARINT;

    private static final int EVENT_TIME = 1 << 3 | ProtoInput.FIXED64;
    private static final int EVENT_NAME = 2 << 3 | ProtoInput.LENGTH;
    private static final int EVENT_ATTRIBUTES = 3 << 3 | ProtoInput.LENGTH;
    private static final int EVENT_DROPPED = 4 << 3 | ProtoInput.VARINT;

    private static final int LINK_TRACE_ID = 1 << 3 | ProtoInput.LENGTH;
    private static final int LINK_SPAN_ID = 2 << 3 | ProtoInput.LENGTH;
    private static final int LINK_STATE = 3 << 3 | ProtoInput.LENGTH;
    private static final int LINK_ATTRIBUTES = 4 << 3 | ProtoInput.LENGTH;
    private static final int LINK_DROPPED = 5 << 3 | ProtoInput.VARINT;
    private static final int LINK_FLAGS = 6 << 3 | ProtoInput.FIXED32;

    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;

    /** Levels of the messages that a span holds; the span itself is on the fourth. */
    private static final int SPAN_ATTRIBUTE_DEPTH = 5;

    private static final int INNER_ATTRIBUTE_DEPTH = 6;

    /** The least bytes of a span from which its ids and that of its parent can be read without asking again for its end. */
    private static final int USUAL_BYTES = 40;

    private static final int HAS_TRACE_ID = 1;
    private static final int HAS_SPAN_ID = 2;
    private static final int HAS_INNER = 4;
    private static final int DISORDER = 8;

    private final ProtoInput in;
    private final ValueParser values;
    private long unknown;
    private int seen;
    private long idHigh;
    private long idLow;
    private long spanId;

    SpanParser(ProtoInput in, ValueParser values) {
        this.in = in;
        this.values = values;
    }

    /** Returns how many fields of the last span were unknown and are not stored. */
    long unknownFields() {
        return unknown;
    }

    /** Reads the Span message from the position of the input to {@code end}. */
    void parse(int end, SpanDraft draft) {
        int start = in.position();
        begin(draft);
        usualBeginning(end, draft);
        fields(end, draft);
        if ((seen & DISORDER) != 0) {
            in.position(start);
            begin(draft);
            spanOnly(end, draft);
            in.position(start);
            innerOnly(end, draft);
        }
        if ((seen & (HAS_TRACE_ID | HAS_SPAN_ID)) != (HAS_TRACE_ID | HAS_SPAN_ID)) {
            throw in.damage(Reason.BAD_ID, "A span without trace id or without span id");
        }
        draft.ids(idHigh, idLow, spanId);
    }

    private void begin(SpanDraft draft) {
        draft.clear();
        unknown = 0;
        seen = 0;
    }

    /** Reads what stands in front of the attributes in nearly every span, as far as it comes in that order. */
    private void usualBeginning(int end, SpanDraft draft) {
        byte[] bytes = in.bytes();
        int at = in.position();
        if (end - at < USUAL_BYTES
                || bytes[at] != TRACE_ID
                || bytes[at + 1] != TRACE_ID_BYTES
                || bytes[at + 18] != SPAN_ID
                || bytes[at + 19] != SPAN_ID_BYTES) {
            return;
        }
        idHigh = bigEndian(at + 2);
        idLow = bigEndian(at + 10);
        spanId = bigEndian(at + 20);
        seen = HAS_TRACE_ID | HAS_SPAN_ID;
        at += 28;
        if (bytes[at] == PARENT_SPAN_ID && bytes[at + 1] == SPAN_ID_BYTES) {
            draft.parent(bigEndian(at + 2));
            at += 10;
        }
        int nameAt = at + 2;
        int nameEnd = nameAt + bytes[at + 1];
        if (bytes[at] == NAME && nameEnd >= nameAt && end - nameEnd >= 20) {
            draft.name(nameAt, nameEnd - nameAt);
            at = nameEnd;
            if (bytes[at] == KIND && bytes[at + 1] >= 0 && bytes[at + 2] == START && bytes[at + 11] == END) {
                draft.kind(bytes[at + 1]).times(HeapBytes.getLong(bytes, at + 3), HeapBytes.getLong(bytes, at + 12));
                at += 20;
            }
        }
        in.position(at);
    }

    private void fields(int end, SpanDraft draft) {
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == ATTRIBUTES) {
                if ((seen & HAS_INNER) != 0) {
                    seen |= DISORDER;
                    return;
                }
                values.attribute(messageEnd(end), SPAN_ATTRIBUTE_DEPTH, draft);
            } else if (tag == EVENTS || tag == LINKS) {
                seen |= HAS_INNER;
                int innerEnd = messageEnd(end);
                if (tag == LINKS || !usualEvent(innerEnd, draft)) {
                    inner(tag, innerEnd, draft);
                }
                if ((seen & DISORDER) != 0) {
                    return;
                }
            } else {
                field(tag, end, draft);
            }
        }
    }

    private void spanOnly(int end, SpanDraft draft) {
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == ATTRIBUTES) {
                values.attribute(messageEnd(end), SPAN_ATTRIBUTE_DEPTH, draft);
            } else if (tag == EVENTS || tag == LINKS) {
                in.skipLength(end);
            } else {
                field(tag, end, draft);
            }
        }
    }

    private void innerOnly(int end, SpanDraft draft) {
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == EVENTS || tag == LINKS) {
                inner(tag, messageEnd(end), draft);
            } else {
                in.skip(tag, end);
            }
        }
    }

    private void field(int tag, int end, SpanDraft draft) {
        switch (tag) {
            case TRACE_ID -> {
                int at = id(in.length(end), TRACE_ID_BYTES, "trace id");
                idHigh = bigEndian(at);
                idLow = bigEndian(at + 8);
                seen |= HAS_TRACE_ID;
            }
            case SPAN_ID -> {
                spanId = bigEndian(id(in.length(end), SPAN_ID_BYTES, "span id"));
                seen |= HAS_SPAN_ID;
            }
            case PARENT_SPAN_ID -> parent(end, draft);
            case TRACE_STATE -> {
                int bytes = in.length(end);
                draft.traceState(skip(bytes), bytes);
            }
            case NAME -> {
                int bytes = in.length(end);
                draft.name(skip(bytes), bytes);
            }
            case KIND -> draft.kind((int) in.varint(end));
            case START -> draft.start(in.fixed64(end));
            case END -> draft.end(in.fixed64(end));
            case DROPPED_ATTRIBUTES -> draft.droppedAttributes((int) in.varint(end));
            case DROPPED_EVENTS -> draft.droppedEvents((int) in.varint(end));
            case DROPPED_LINKS -> draft.droppedLinks((int) in.varint(end));
            case STATUS -> status(messageEnd(end), draft);
            case FLAGS -> draft.flags(in.fixed32(end));
            default -> unknown(tag, end);
        }
    }

    private void parent(int end, SpanDraft draft) {
        int bytes = in.length(end);
        if (bytes == 0) {
            draft.noParent();
        } else {
            draft.parent(bigEndian(id(bytes, SPAN_ID_BYTES, "parent span id")));
        }
    }

    /** Reads a status; a second one of the same span is merged into the first, as protobuf does. */
    private void status(int end, SpanDraft draft) {
        draft.emptyStatus();
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == STATUS_MESSAGE) {
                int bytes = in.length(end);
                draft.statusMessage(skip(bytes), bytes);
            } else if (tag == STATUS_CODE) {
                draft.status((int) in.varint(end));
            } else {
                unknown(tag, end);
            }
        }
    }

    /**
     * Reads in one pass an event that begins with its time and its name, or does nothing and returns false. One that has either of them
     * again is disorder.
     */
    private boolean usualEvent(int end, SpanDraft draft) {
        byte[] bytes = in.bytes();
        int at = in.position();
        int nameAt = at + 11;
        if (nameAt > end || bytes[at] != EVENT_TIME || bytes[at + 9] != EVENT_NAME) {
            return false;
        }
        int nameBytes = bytes[at + 10];
        if (nameBytes < 0 || nameBytes > end - nameAt) {
            return false;
        }
        draft.event(HeapBytes.getLong(bytes, at + 1), nameAt, nameBytes);
        in.position(nameAt + nameBytes);
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case EVENT_ATTRIBUTES -> values.attribute(messageEnd(end), INNER_ATTRIBUTE_DEPTH, draft);
                case EVENT_DROPPED -> draft.eventDroppedAttributes((int) in.varint(end));
                case EVENT_TIME, EVENT_NAME -> {
                    seen |= DISORDER;
                    return true;
                }
                default -> unknown(tag, end);
            }
        }
        return true;
    }

    private void inner(int tag, int end, SpanDraft draft) {
        int attributeTag = tag == EVENTS ? EVENT_ATTRIBUTES : LINK_ATTRIBUTES;
        int start = in.position();
        boolean attributes = tag == EVENTS ? event(end, draft) : link(end, draft);
        if (!attributes) {
            return;
        }
        in.position(start);
        while (in.position() < end) {
            int inside = in.tag(end);
            if (inside == attributeTag) {
                values.attribute(messageEnd(end), INNER_ATTRIBUTE_DEPTH, draft);
            } else {
                in.skip(inside, end);
            }
        }
    }

    /** Starts an event in the draft and returns whether it has attributes. */
    private boolean event(int end, SpanDraft draft) {
        long time = 0;
        int nameAt = 0;
        int nameBytes = 0;
        int dropped = 0;
        boolean attributes = false;
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case EVENT_TIME -> time = in.fixed64(end);
                case EVENT_NAME -> {
                    nameBytes = in.length(end);
                    nameAt = skip(nameBytes);
                }
                case EVENT_ATTRIBUTES -> {
                    in.skipLength(end);
                    attributes = true;
                }
                case EVENT_DROPPED -> dropped = (int) in.varint(end);
                default -> unknown(tag, end);
            }
        }
        draft.event(time, nameAt, nameBytes).eventDroppedAttributes(dropped);
        return attributes;
    }

    /** Starts a link in the draft and returns whether it has attributes. */
    private boolean link(int end, SpanDraft draft) {
        long high = 0;
        long low = 0;
        long span = 0;
        int bits = 0;
        int stateAt = 0;
        int stateBytes = 0;
        int dropped = 0;
        int flags = 0;
        boolean attributes = false;
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case LINK_TRACE_ID -> {
                    int bytes = in.length(end);
                    int at = bytes == 0 ? -1 : id(bytes, TRACE_ID_BYTES, "trace id of a link");
                    high = at < 0 ? 0 : bigEndian(at);
                    low = at < 0 ? 0 : bigEndian(at + 8);
                    bits = at < 0 ? bits & ~LineLayout.LINK_HAS_TRACE_ID : bits | LineLayout.LINK_HAS_TRACE_ID;
                }
                case LINK_SPAN_ID -> {
                    int bytes = in.length(end);
                    int at = bytes == 0 ? -1 : id(bytes, SPAN_ID_BYTES, "span id of a link");
                    span = at < 0 ? 0 : bigEndian(at);
                    bits = at < 0 ? bits & ~LineLayout.LINK_HAS_SPAN_ID : bits | LineLayout.LINK_HAS_SPAN_ID;
                }
                case LINK_STATE -> {
                    stateBytes = in.length(end);
                    stateAt = skip(stateBytes);
                }
                case LINK_ATTRIBUTES -> {
                    in.skipLength(end);
                    attributes = true;
                }
                case LINK_DROPPED -> dropped = (int) in.varint(end);
                case LINK_FLAGS -> flags = in.fixed32(end);
                default -> unknown(tag, end);
            }
        }
        draft.link(high, low, span, bits)
                .linkTraceState(stateAt, stateBytes)
                .linkFlags(flags)
                .linkDroppedAttributes(dropped);
        return attributes;
    }

    private void unknown(int tag, int end) {
        in.skip(tag, end);
        unknown++;
    }

    private int messageEnd(int end) {
        int bytes = in.length(end);
        return in.position() + bytes;
    }

    private int skip(int bytes) {
        int at = in.position();
        in.position(at + bytes);
        return at;
    }

    private int id(int found, int wanted, String what) {
        if (found != wanted) {
            throw badId(found, wanted, what);
        }
        return skip(found);
    }

    private FormatException badId(int found, int wanted, String what) {
        return in.damage(Reason.BAD_ID, "A " + what + " of " + found + " bytes, expected " + wanted);
    }

    private long bigEndian(int at) {
        return Long.reverseBytes(HeapBytes.getLong(in.bytes(), at));
    }
}
