package io.offspan.codec.span;

import io.offspan.codec.FormatException;
import io.offspan.codec.wire.EpochNanos;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A span before it has a place: every field of an OTLP span, filled by calls or by the OTLP reader, stored by an encoder.
 *
 * <p>Texts are either strings or ranges of the byte array that {@link #source} names; both are kept by reference until the
 * span is stored, so neither may change before. Attributes belong to what was started last: the span, an event or a link.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> its tables, which grow to the largest span seen and are then
 * reused: filling a draft allocates nothing after that.
 *
 * <p><b>Fails</b> with {@link NullPointerException} for a text that is null, before anything is changed, and with {@link
 * FormatException} ({@code TOO_LARGE}) beyond {@value #MAX_LIST} attributes, events or links of
 * one span.
 */
public final class SpanDraft {
    /** The most attributes, events or links of one span; counts have 16 bits. */
    public static final int MAX_LIST = 0xffff;

    /** Kinds of values that a draft can hold. */
    public static final byte EMPTY = ValueType.EMPTY;

    public static final byte ABSENT = ValueType.ABSENT;
    public static final byte STRING = ValueType.STRING;
    public static final byte LONG = ValueType.INT64;
    public static final byte BOOL = ValueType.BOOL;
    public static final byte DOUBLE = ValueType.DOUBLE;
    public static final byte BYTES = ValueType.BYTES;
    public static final byte ANY_VALUE = ValueType.ANY_VALUE;
    public static final byte KEY_VALUE = ValueType.KEY_VALUE;

    private static final byte[] NO_BYTES = new byte[0];

    // The fields are open to the encoder, which reads each of them once for every span.
    byte[] source = NO_BYTES;
    Envelope resource = WrittenEnvelope.ABSENT;
    Envelope scope = WrittenEnvelope.ABSENT;
    private final WrittenEnvelope writtenResource = new WrittenEnvelope();
    private final WrittenEnvelope writtenScope = new WrittenEnvelope();
    long traceIdHigh;
    long traceIdLow;
    long spanId;
    long parentId;
    boolean hasParent;
    long start;
    long end;
    int kind;
    /** Whether there is a status at all, as opposed to one with code 0. */
    boolean hasStatus;

    int status;
    int flags;
    int droppedAttributes;
    int droppedEvents;
    int droppedLinks;

    /** Texts: a string, or null and a range {@code offset << 32 | length} of the source. */
    @Nullable
    String nameText;

    long nameRange;

    @Nullable
    String messageText;

    long messageRange;

    @Nullable
    String traceStateText;

    long traceStateRange;

    final DraftAttributes attributes = new DraftAttributes();

    /** How many of the attributes, the first ones, belong to the span. */
    int spanAttributes;

    final DraftEvents events = new DraftEvents();
    final DraftLinks links = new DraftLinks();

    /** Where the attributes being added belong: -1 the span, otherwise the open event or link. */
    private int openEvent = -1;

    private int openLink = -1;

    /** Forgets the span, but keeps resource, scope and source; the keys stay referenced until others take their places. */
    public SpanDraft clear() {
        attributes.clear();
        spanAttributes = 0;
        events.count = 0;
        links.count = 0;
        openEvent = -1;
        openLink = -1;
        traceIdHigh = 0;
        traceIdLow = 0;
        spanId = 0;
        hasParent = false;
        parentId = 0;
        start = 0;
        end = 0;
        kind = 0;
        hasStatus = false;
        status = 0;
        flags = 0;
        droppedAttributes = 0;
        droppedEvents = 0;
        droppedLinks = 0;
        nameText = null;
        nameRange = 0;
        messageText = null;
        messageRange = 0;
        traceStateText = null;
        traceStateRange = 0;
        return this;
    }

    /** Forgets everything: the span, resource, scope and source. */
    public SpanDraft reset() {
        resource = WrittenEnvelope.ABSENT;
        scope = WrittenEnvelope.ABSENT;
        source = NO_BYTES;
        return clear();
    }

    /** Throws {@link IncompleteSpanException} unless trace id, span id, name and start were set. */
    public void requireComplete() {
        boolean traceId = (traceIdHigh | traceIdLow) != 0;
        boolean name = nameText != null || nameRange != 0;
        if (!traceId || spanId == 0 || !name || start == 0) {
            IncompleteSpanException.require(traceId, spanId != 0, name, start != 0);
        }
    }

    /** Names the array that ranges point into. */
    public SpanDraft source(byte[] bytes) {
        source = bytes;
        return this;
    }

    /** Sets the resource of this span and the ones after it. */
    public SpanDraft resource(Envelope envelope) {
        resource = envelope;
        return this;
    }

    /** Sets the resource of this span and the ones after it; the same object is written once only. */
    public SpanDraft resource(EnvelopeSource value) {
        resource = writtenResource.of(value);
        return this;
    }

    /** Sets the scope of this span and the ones after it; the same object is written once only. */
    public SpanDraft scope(EnvelopeSource value) {
        scope = writtenScope.of(value);
        return this;
    }

    /** Sets the scope of this span and the ones after it. */
    public SpanDraft scope(Envelope envelope) {
        scope = envelope;
        return this;
    }

    /** Sets trace id and span id; the high half of the trace id is its first eight bytes read as a big-endian number. */
    public SpanDraft ids(long traceIdHigh, long traceIdLow, long spanId) {
        this.traceIdHigh = traceIdHigh;
        this.traceIdLow = traceIdLow;
        this.spanId = spanId;
        return this;
    }

    /**
     * Sets the trace id.
     *
     * @param hex its 32 hexadecimal digits, of either case
     */
    public SpanDraft traceId(CharSequence hex) {
        long high = IdText.high(hex);
        traceIdLow = IdText.low(hex);
        traceIdHigh = high;
        return this;
    }

    /**
     * Sets the span id.
     *
     * @param hex its 16 hexadecimal digits, of either case
     */
    public SpanDraft spanId(CharSequence hex) {
        spanId = IdText.span("span id", hex);
        return this;
    }

    /**
     * Sets the parent span id.
     *
     * @param hex its 16 hexadecimal digits, of either case
     */
    public SpanDraft parent(CharSequence hex) {
        return parent(IdText.span("span id of a parent", hex));
    }

    /** Sets the parent span id; a draft without it has no parent, which is different from a parent of zeros. */
    public SpanDraft parent(long spanId) {
        parentId = spanId;
        hasParent = true;
        return this;
    }

    /** Takes the parent away. */
    public SpanDraft noParent() {
        parentId = 0;
        hasParent = false;
        return this;
    }

    /** Sets start and end, nanoseconds since the epoch as unsigned 64-bit numbers; the end may lie before the start. */
    public SpanDraft times(long startNanos, long endNanos) {
        start = startNanos;
        end = endNanos;
        return this;
    }

    /** Sets start and end. */
    public SpanDraft times(Instant start, Instant end) {
        return times(EpochNanos.of(start), EpochNanos.of(end));
    }

    /** Sets start and, by the duration, the end. */
    public SpanDraft times(Instant start, Duration duration) {
        return times(start, start.plus(duration));
    }

    public SpanDraft start(Instant time) {
        return start(EpochNanos.of(time));
    }

    public SpanDraft end(Instant time) {
        return end(EpochNanos.of(time));
    }

    public SpanDraft start(long startNanos) {
        start = startNanos;
        return this;
    }

    public SpanDraft end(long endNanos) {
        end = endNanos;
        return this;
    }

    public SpanDraft name(String name) {
        nameText = Objects.requireNonNull(name, "name");
        return this;
    }

    /** Sets the name to a range of the source. */
    public SpanDraft name(int offset, int length) {
        nameText = null;
        nameRange = range(offset, length);
        return this;
    }

    /** Sets the kind, a number of the OTLP enumeration or any other, which is kept. */
    public SpanDraft kind(int kind) {
        this.kind = kind;
        return this;
    }

    public SpanDraft kind(SpanKind kind) {
        return kind(kind.code());
    }

    public SpanDraft status(SpanStatus status) {
        return status(status.code());
    }

    /** Sets the status code, a number of the OTLP enumeration or any other. */
    public SpanDraft status(int code) {
        status = code;
        hasStatus = true;
        return this;
    }

    /** Says that there is a status; its code and message stay as they are, at first 0 and empty. */
    public SpanDraft emptyStatus() {
        hasStatus = true;
        return this;
    }

    /** Sets the status message; a span without status code gets the code 0. */
    public SpanDraft statusMessage(String message) {
        messageText = Objects.requireNonNull(message, "message");
        hasStatus = true;
        return this;
    }

    /** Sets the status message to a range of the source. */
    public SpanDraft statusMessage(int offset, int length) {
        messageText = null;
        messageRange = range(offset, length);
        hasStatus = true;
        return this;
    }

    /** Sets the W3C trace state. */
    public SpanDraft traceState(String state) {
        traceStateText = Objects.requireNonNull(state, "state");
        return this;
    }

    public SpanDraft traceState(int offset, int length) {
        traceStateText = null;
        traceStateRange = range(offset, length);
        return this;
    }

    /** Sets all 32 bits of the OTLP flags. */
    public SpanDraft flags(int flags) {
        this.flags = flags;
        return this;
    }

    /** Sets the number of attributes dropped from the span. */
    public SpanDraft droppedAttributes(int count) {
        droppedAttributes = count;
        return this;
    }

    public SpanDraft droppedEvents(int count) {
        droppedEvents = count;
        return this;
    }

    public SpanDraft droppedLinks(int count) {
        droppedLinks = count;
        return this;
    }

    /** Starts an event; the attributes that follow belong to it. */
    public SpanDraft event(long timeNanos, String name) {
        Objects.requireNonNull(name, "name");
        return startEvent(timeNanos, name, 0);
    }

    /** Starts an event; the attributes that follow belong to it. */
    public SpanDraft event(Instant time, String name) {
        return event(EpochNanos.of(time), name);
    }

    /** Starts an event whose name is a range of the source. */
    public SpanDraft event(long timeNanos, int nameOffset, int nameLength) {
        return startEvent(timeNanos, null, range(nameOffset, nameLength));
    }

    private SpanDraft startEvent(long timeNanos, @Nullable String name, long nameRange) {
        openEvent = events.add(timeNanos, name, nameRange, attributes.count);
        openLink = -1;
        return this;
    }

    /** Sets the number of attributes dropped from the event started last. */
    public SpanDraft eventDroppedAttributes(int count) {
        events.dropped[events.last()] = count;
        return this;
    }

    /** Starts a link; the attributes that follow belong to it. */
    public SpanDraft link(long traceIdHigh, long traceIdLow, long spanId) {
        return link(traceIdHigh, traceIdLow, spanId, LineLayout.LINK_HAS_TRACE_ID | LineLayout.LINK_HAS_SPAN_ID);
    }

    /** Starts a link; the attributes that follow belong to it. Ids are hexadecimal, as those of the span. */
    public SpanDraft link(CharSequence traceId, CharSequence spanId) {
        return link(IdText.high(traceId), IdText.low(traceId), IdText.span("span id", spanId));
    }

    /** Starts a link of which some ids may be missing, as {@code LINK_HAS_…} bits say. */
    public SpanDraft link(long traceIdHigh, long traceIdLow, long spanId, int bits) {
        openLink = links.add(traceIdHigh, traceIdLow, spanId, bits, attributes.count);
        openEvent = -1;
        return this;
    }

    /** Sets the trace state of the link started last. */
    public SpanDraft linkTraceState(String state) {
        links.stateText[links.last()] = Objects.requireNonNull(state, "state");
        return this;
    }

    public SpanDraft linkTraceState(int offset, int length) {
        int i = links.last();
        links.stateText[i] = null;
        links.stateRange[i] = range(offset, length);
        return this;
    }

    /** Sets the flags of the link started last. */
    public SpanDraft linkFlags(int flags) {
        links.flags[links.last()] = flags;
        return this;
    }

    public SpanDraft linkDroppedAttributes(int count) {
        links.dropped[links.last()] = count;
        return this;
    }

    /** Adds a string attribute. */
    public SpanDraft attribute(String key, String value) {
        attributes.add(key, STRING, value);
        return endAttribute();
    }

    /** Adds an integer attribute. */
    public SpanDraft attribute(String key, long value) {
        attributes.add(key, LONG, value);
        return endAttribute();
    }

    /** Adds a floating-point attribute. */
    public SpanDraft attribute(String key, double value) {
        attributes.add(key, DOUBLE, Double.doubleToRawLongBits(value));
        return endAttribute();
    }

    /** Adds a boolean attribute. */
    public SpanDraft attribute(String key, boolean value) {
        attributes.add(key, BOOL, value ? 1 : 0);
        return endAttribute();
    }

    /** Adds an attribute of bytes. */
    public SpanDraft attribute(String key, byte[] value) {
        attributes.add(key, BYTES, value);
        return endAttribute();
    }

    /** Adds an attribute whose value is an encoded OTLP AnyValue message: an array, a key-value list. */
    public SpanDraft attributeAnyValue(String key, byte[] message) {
        attributes.add(key, ANY_VALUE, Objects.requireNonNull(message, "message"));
        return endAttribute();
    }

    /** Adds an attribute without content: an AnyValue with no value set. */
    public SpanDraft attributeEmpty(String key) {
        attributes.add(key, EMPTY, 0);
        return endAttribute();
    }

    /**
     * Adds an attribute whose key is a range of the source.
     *
     * @param type one of the constants of this class
     * @param bits the value: the number itself, 0 or 1, raw double bits, or a range for strings, bytes and messages
     */
    public SpanDraft attribute(int keyOffset, int keyLength, byte type, long bits) {
        attributes.add(range(keyOffset, keyLength), type, bits);
        return endAttribute();
    }

    /** Packs a range of the source. */
    public static long range(int offset, int length) {
        return (long) offset << 32 | length;
    }

    /** Counts the attribute added last to the list that is open. */
    private SpanDraft endAttribute() {
        int end = attributes.count;
        if (openEvent >= 0) {
            events.end[openEvent] = listEnd(events.first[openEvent], end);
        } else if (openLink >= 0) {
            links.end[openLink] = listEnd(links.first[openLink], end);
        } else {
            spanAttributes = listEnd(0, end);
        }
        return this;
    }

    private static int listEnd(int first, int end) {
        ListLimit.requireRoom(end - first - 1, "attributes");
        return end;
    }
}
