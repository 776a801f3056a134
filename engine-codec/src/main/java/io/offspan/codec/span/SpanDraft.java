package io.offspan.codec.span;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.EpochNanos;
import io.offspan.codec.wire.Hex;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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
    private static final Envelope ABSENT_ENVELOPE = new Envelope();
    private static final int TRACE_ID_DIGITS = 32;
    private static final int SPAN_ID_DIGITS = 16;

    // The fields are open to the encoder, which reads each of them once for every span.
    byte[] source = NO_BYTES;
    Envelope resource = ABSENT_ENVELOPE;
    Envelope scope = ABSENT_ENVELOPE;
    /** The last resource and scope that came as values, so that those that come again are not written again. */
    private @Nullable EnvelopeSource resourceSource;

    private Envelope resourceWritten = ABSENT_ENVELOPE;
    private @Nullable EnvelopeSource scopeSource;
    private Envelope scopeWritten = ABSENT_ENVELOPE;
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

    int attributeCount;
    int spanAttributes;

    @Nullable
    String[] keyText = new String[64];

    long[] keyRange = new long[64];
    byte[] valueType = new byte[64];
    /** A string or byte array, or null when the value is in {@link #valueBits}, there as a range for texts and bytes. */
    @Nullable
    Object[] valueObject = new Object[64];

    long[] valueBits = new long[64];

    final DraftEvents events = new DraftEvents();
    final DraftLinks links = new DraftLinks();

    /** Where the attributes being added belong: -1 the span, otherwise the open event or link. */
    private int openEvent = -1;

    private int openLink = -1;

    /** Forgets the span, but keeps resource, scope and source; the keys stay referenced until others take their places. */
    public SpanDraft clear() {
        Arrays.fill(valueObject, 0, attributeCount, null);
        attributeCount = 0;
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
        resource = ABSENT_ENVELOPE;
        scope = ABSENT_ENVELOPE;
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
        Objects.requireNonNull(value, "value");
        if (resourceSource != value) {
            resourceWritten = value.toEnvelope();
            resourceSource = value;
        }
        resource = resourceWritten;
        return this;
    }

    /** Sets the scope of this span and the ones after it; the same object is written once only. */
    public SpanDraft scope(EnvelopeSource value) {
        Objects.requireNonNull(value, "value");
        if (scopeSource != value) {
            scopeWritten = value.toEnvelope();
            scopeSource = value;
        }
        scope = scopeWritten;
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
        requireDigits("trace id", hex, TRACE_ID_DIGITS);
        long high = Hex.parse(hex, 0, SPAN_ID_DIGITS);
        traceIdLow = Hex.parse(hex, SPAN_ID_DIGITS, TRACE_ID_DIGITS);
        traceIdHigh = high;
        return this;
    }

    /**
     * Sets the span id.
     *
     * @param hex its 16 hexadecimal digits, of either case
     */
    public SpanDraft spanId(CharSequence hex) {
        requireDigits("span id", hex, SPAN_ID_DIGITS);
        spanId = Hex.parse(hex, 0, SPAN_ID_DIGITS);
        return this;
    }

    /**
     * Sets the parent span id.
     *
     * @param hex its 16 hexadecimal digits, of either case
     */
    public SpanDraft parent(CharSequence hex) {
        requireDigits("span id of a parent", hex, SPAN_ID_DIGITS);
        return parent(Hex.parse(hex, 0, SPAN_ID_DIGITS));
    }

    private static void requireDigits(String what, CharSequence hex, int digits) {
        if (hex.length() != digits) {
            throw new IllegalArgumentException(
                    "A " + what + " has " + digits + " hexadecimal digits; '" + hex + "' has " + hex.length());
        }
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
        int i = addEvent(timeNanos);
        events.nameText[i] = name;
        return this;
    }

    /** Starts an event; the attributes that follow belong to it. */
    public SpanDraft event(Instant time, String name) {
        return event(EpochNanos.of(time), name);
    }

    /** Starts an event whose name is a range of the source. */
    public SpanDraft event(long timeNanos, int nameOffset, int nameLength) {
        int i = addEvent(timeNanos);
        events.nameText[i] = null;
        events.nameRange[i] = range(nameOffset, nameLength);
        return this;
    }

    /** Sets the number of attributes dropped from the event started last. */
    public SpanDraft eventDroppedAttributes(int count) {
        events.dropped[lastOf(events.count, "event")] = count;
        return this;
    }

    /** Starts a link; the attributes that follow belong to it. */
    public SpanDraft link(long traceIdHigh, long traceIdLow, long spanId) {
        return link(traceIdHigh, traceIdLow, spanId, LineLayout.LINK_HAS_TRACE_ID | LineLayout.LINK_HAS_SPAN_ID);
    }

    /** Starts a link; the attributes that follow belong to it. Ids are hexadecimal, as those of the span. */
    public SpanDraft link(CharSequence traceId, CharSequence spanId) {
        requireDigits("trace id", traceId, TRACE_ID_DIGITS);
        requireDigits("span id", spanId, SPAN_ID_DIGITS);
        return link(
                Hex.parse(traceId, 0, SPAN_ID_DIGITS),
                Hex.parse(traceId, SPAN_ID_DIGITS, TRACE_ID_DIGITS),
                Hex.parse(spanId, 0, SPAN_ID_DIGITS));
    }

    /** Starts a link of which some ids may be missing, as {@code LINK_HAS_…} bits say. */
    public SpanDraft link(long traceIdHigh, long traceIdLow, long spanId, int bits) {
        openLink = links.add(traceIdHigh, traceIdLow, spanId, bits, attributeCount);
        openEvent = -1;
        return this;
    }

    /** Sets the trace state of the link started last. */
    public SpanDraft linkTraceState(String state) {
        links.stateText[lastOf(links.count, "link")] = Objects.requireNonNull(state, "state");
        return this;
    }

    public SpanDraft linkTraceState(int offset, int length) {
        int i = lastOf(links.count, "link");
        links.stateText[i] = null;
        links.stateRange[i] = range(offset, length);
        return this;
    }

    /** Sets the flags of the link started last. */
    public SpanDraft linkFlags(int flags) {
        links.flags[lastOf(links.count, "link")] = flags;
        return this;
    }

    public SpanDraft linkDroppedAttributes(int count) {
        links.dropped[lastOf(links.count, "link")] = count;
        return this;
    }

    /** Adds a string attribute. */
    public SpanDraft attribute(String key, String value) {
        Objects.requireNonNull(value, "value");
        int i = addKey(key, STRING);
        valueObject[i] = value;
        return this;
    }

    /** Adds an integer attribute. */
    public SpanDraft attribute(String key, long value) {
        int i = addKey(key, LONG);
        valueBits[i] = value;
        return this;
    }

    /** Adds a floating-point attribute. */
    public SpanDraft attribute(String key, double value) {
        int i = addKey(key, DOUBLE);
        valueBits[i] = Double.doubleToRawLongBits(value);
        return this;
    }

    /** Adds a boolean attribute. */
    public SpanDraft attribute(String key, boolean value) {
        int i = addKey(key, BOOL);
        valueBits[i] = value ? 1 : 0;
        return this;
    }

    /** Adds an attribute of bytes. */
    public SpanDraft attribute(String key, byte[] value) {
        Objects.requireNonNull(value, "value");
        int i = addKey(key, BYTES);
        valueObject[i] = value;
        return this;
    }

    /** Adds an attribute whose value is an encoded OTLP AnyValue message: an array, a key-value list. */
    public SpanDraft attributeAnyValue(String key, byte[] message) {
        Objects.requireNonNull(message, "message");
        int i = addKey(key, ANY_VALUE);
        valueObject[i] = message;
        return this;
    }

    /** Adds an attribute without content: an AnyValue with no value set. */
    public SpanDraft attributeEmpty(String key) {
        addKey(key, EMPTY);
        return this;
    }

    /**
     * Adds an attribute whose key is a range of the source.
     *
     * @param type one of the constants of this class
     * @param bits the value: the number itself, 0 or 1, raw double bits, or a range for strings, bytes and messages
     */
    public SpanDraft attribute(int keyOffset, int keyLength, byte type, long bits) {
        int i = add(null, type);
        keyRange[i] = range(keyOffset, keyLength);
        valueBits[i] = bits;
        return this;
    }

    /** Packs a range of the source. */
    public static long range(int offset, int length) {
        return (long) offset << 32 | length;
    }

    private int addKey(String key, byte type) {
        return add(Objects.requireNonNull(key, "key"), type);
    }

    private int add(@Nullable String key, byte type) {
        int i = attributeCount;
        if (i == valueType.length) {
            growAttributes();
        }
        if (keyText[i] != key) { // mostly that of the span before, and to look is cheaper than to store a reference
            keyText[i] = key;
        }
        valueType[i] = type;
        attributeCount = i + 1;
        if (openEvent >= 0) {
            events.end[openEvent] = listEnd(events.first[openEvent], i + 1);
        } else if (openLink >= 0) {
            links.end[openLink] = listEnd(links.first[openLink], i + 1);
        } else {
            spanAttributes = listEnd(0, i + 1);
        }
        return i;
    }

    private static int listEnd(int first, int end) {
        requireRoom(end - first - 1, "attributes");
        return end;
    }

    private int addEvent(long timeNanos) {
        openEvent = events.add(timeNanos, attributeCount);
        openLink = -1;
        return openEvent;
    }

    private static int lastOf(int count, String what) {
        if (count == 0) {
            throw new IllegalStateException("Start a " + what + " first");
        }
        return count - 1;
    }

    /** Refuses one more entry than a list may have. */
    static void requireRoom(int count, String what) {
        if (count >= MAX_LIST) {
            throw new FormatException(Reason.TOO_LARGE, "A span has more than " + MAX_LIST + " " + what);
        }
    }

    private void growAttributes() {
        int size = valueType.length * 2;
        keyText = Arrays.copyOf(keyText, size);
        keyRange = Arrays.copyOf(keyRange, size);
        valueType = Arrays.copyOf(valueType, size);
        valueObject = Arrays.copyOf(valueObject, size);
        valueBits = Arrays.copyOf(valueBits, size);
    }
}
