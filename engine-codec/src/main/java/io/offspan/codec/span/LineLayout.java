package io.offspan.codec.span;

/**
 * The line of a span: its fixed part, exactly one cache line, little-endian except the ids, which are raw bytes.
 *
 * <pre>
 *   0  16  trace id            48  2  resource (string index of its envelope)
 *  16   8  span id             50  2  scope (string index of its envelope)
 *  24   8  parent span id      52  2  name (string index)
 *  32   8  start, epoch ns     54  2  shape (string index)
 *  40   8  duration, ns        56  1  kind (low 4 bits), status (high 4 bits)
 *                              57  1  presence bits
 *                              58  2  flags, low half
 *                              60  4  offset of the values
 * </pre>
 *
 * <p>The values of a span are packed without padding: the attributes in order, each as wide as its type says; then, by
 * the presence bits, events (u16 count), links (u16 count), status message (u16 string), trace state (u16 string),
 * dropped attributes, events and links (u32 each), flags (u32) with kind and status (i32 each), optional parts.
 *
 * <p>An event is {u64 time, u16 name, u16 shape, u32 dropped attributes} and its attributes. A link is {16 trace id, 8
 * span id, u32 flags, u32 dropped attributes, u16 trace state, u16 shape, u8 bits} and its attributes. A shape is {u16 n,
 * u16 total size or 0xffff, n x {u16 key string, u8 type, u8 offset of the value or 255}}.
 */
public final class LineLayout {
    public static final int BYTES = 64;
    public static final int TRACE_ID = 0;
    public static final int SPAN_ID = 16;
    public static final int PARENT_ID = 24;
    public static final int START = 32;
    public static final int DURATION = 40;
    public static final int RESOURCE = 48;
    public static final int SCOPE = 50;
    public static final int NAME = 52;
    public static final int SHAPE = 54;
    public static final int KIND_STATUS = 56;
    public static final int BITS = 57;
    public static final int FLAGS = 58;
    public static final int VALUES = 60;

    public static final int HAS_PARENT = 1;
    public static final int HAS_EVENTS = 2;
    public static final int HAS_LINKS = 4;
    public static final int HAS_STATUS_MESSAGE = 8;
    public static final int HAS_TRACE_STATE = 16;
    public static final int HAS_DROPPED = 32;
    /** Flags of more than 16 bits, or a kind or status that the specification does not name: all three follow in full. */
    public static final int WIDE = 64;
    /** Optional parts follow, as the last of the values; a reader steps over those that it does not know. */
    public static final int HAS_MORE = 128;

    public static final int WIDE_KIND = 4;
    public static final int WIDE_STATUS = 8;
    public static final int WIDE_BYTES = 12;

    /** The optional parts are {u16 bytes of all} and {u16 number, u16 bytes} before the content of each. */
    public static final int PART_HEADER_BYTES = 4;

    public static final int PART_LENGTH = 2;

    /** Status nibble: no status message at all; otherwise the code plus one. */
    public static final int STATUS_ABSENT = 0;

    public static final int EVENT_TIME = 0;
    public static final int EVENT_NAME = 8;
    public static final int EVENT_SHAPE = 10;
    public static final int EVENT_DROPPED = 12;
    public static final int EVENT_BYTES = 16;

    public static final int LINK_TRACE_ID = 0;
    public static final int LINK_SPAN_ID = 16;
    public static final int LINK_FLAGS = 24;
    public static final int LINK_DROPPED = 28;
    public static final int LINK_TRACE_STATE = 32;
    public static final int LINK_SHAPE = 34;
    public static final int LINK_BITS = 36;
    public static final int LINK_BYTES = 37;
    public static final int LINK_HAS_TRACE_ID = 1;
    public static final int LINK_HAS_SPAN_ID = 2;

    public static final int SHAPE_HEADER_BYTES = 4;
    public static final int SHAPE_ENTRY_BYTES = 4;
    /** An offset or size in a shape that has to be found by walking. */
    public static final int WALK = 0xff;

    public static final int VARIABLE = 0xffff;

    private LineLayout() {}
}
