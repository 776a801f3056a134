package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;

/** What a binary request carries, told by the first item in it. */
enum OtlpSignal {
    SPANS,
    /** A request inside another message, as Tempo answers: {@code TraceByIDResponse} around a {@code Trace}. */
    WRAPPED_SPANS,
    LOGS,
    METRICS,
    /** No item, or one that is damaged. */
    UNKNOWN;

    private static final int ELEMENTS = 1 << 3 | ProtoInput.LENGTH;
    private static final int CHILDREN = 2 << 3 | ProtoInput.LENGTH;
    private static final int OLD_CHILDREN = 1000 << 3 | ProtoInput.LENGTH;
    private static final int TRACE_ID_BYTES = 16;

    private static final int ID_OR_NAME = 1 << 3 | ProtoInput.LENGTH;
    private static final int LOG_TIME = 1 << 3 | ProtoInput.FIXED64;
    private static final int LOG_SEVERITY = 2 << 3 | ProtoInput.VARINT;
    private static final int LOG_OBSERVED = 11 << 3 | ProtoInput.FIXED64;
    private static final int SPAN_START = 7 << 3 | ProtoInput.FIXED64;
    private static final int SPAN_END = 8 << 3 | ProtoInput.FIXED64;

    /** Looks into a request. */
    static OtlpSignal of(byte[] request, int offset, int length) {
        ProtoInput in = new ProtoInput().wrap(request, offset);
        try {
            OtlpSignal plain = first(in, offset + length);
            if (plain != UNKNOWN) {
                return plain;
            }
            in.position(offset);
            return isWrapped(in, offset + length) ? WRAPPED_SPANS : UNKNOWN;
        } catch (FormatException damaged) {
            return UNKNOWN;
        }
    }

    private static boolean isWrapped(ProtoInput in, int end) {
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == ELEMENTS) {
                int inner = end(in, end);
                if (first(in, inner) == SPANS) {
                    return true;
                }
                in.position(inner);
            } else {
                in.skip(tag, end);
            }
        }
        return false;
    }

    /** Tells the signal of the first item of a request. */
    private static OtlpSignal first(ProtoInput in, int end) {
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag != ELEMENTS) {
                in.skip(tag, end);
                continue;
            }
            int element = end(in, end);
            while (in.position() < element) {
                int inner = in.tag(element);
                if (inner != CHILDREN && inner != OLD_CHILDREN) {
                    in.skip(inner, element);
                    continue;
                }
                int scope = end(in, element);
                while (in.position() < scope) {
                    int item = in.tag(scope);
                    if (item == CHILDREN) {
                        return item(in, end(in, scope));
                    }
                    in.skip(item, scope);
                }
            }
        }
        return UNKNOWN;
    }

    private static int end(ProtoInput in, int outer) {
        int bytes = in.length(outer);
        return in.position() + bytes;
    }

    private static OtlpSignal item(ProtoInput in, int end) {
        boolean named = false;
        boolean data = false;
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case LOG_TIME, LOG_SEVERITY, LOG_OBSERVED -> {
                    return LOGS;
                }
                case SPAN_START, SPAN_END -> {
                    return SPANS;
                }
                case ID_OR_NAME -> {
                    int bytes = in.length(end);
                    if (bytes == TRACE_ID_BYTES && isId(in, in.position())) {
                        return SPANS;
                    }
                    named = bytes > 0;
                    in.position(in.position() + bytes);
                }
                default -> {
                    data |= isMetricData(tag);
                    in.skip(tag, end);
                }
            }
        }
        return named && data ? METRICS : SPANS;
    }

    /** An id is hardly ever sixteen characters of text, a name always. */
    private static boolean isId(ProtoInput in, int from) {
        for (int i = from; i < from + TRACE_ID_BYTES; i++) {
            if (in.bytes()[i] <= ' ') {
                return true;
            }
        }
        return isSpanId(in, from + TRACE_ID_BYTES);
    }

    private static boolean isSpanId(ProtoInput in, int at) {
        return at + 1 < in.bytes().length && in.bytes()[at] == CHILDREN && in.bytes()[at + 1] == Long.BYTES;
    }

    private static boolean isMetricData(int tag) {
        int field = tag >>> 3;
        return (tag & 7) == ProtoInput.LENGTH && (field == 5 || field == 7 || field >= 9 && field <= 11);
    }
}
