package io.offspan.export.send;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code ExportTraceServiceResponse} says: how many spans were rejected for good, and why.
 *
 * @param rejectedSpans how many
 * @param message the receiver's words, empty when it has none
 */
record PartialSuccess(long rejectedSpans, String message) {
    static final PartialSuccess NONE = new PartialSuccess(0, "");

    private static final int PARTIAL_SUCCESS = 1;
    private static final int REJECTED_SPANS = 1;
    private static final int ERROR_MESSAGE = 2;

    /** Reads a response; null when the bytes are not one. */
    static @Nullable PartialSuccess read(byte[] bytes) {
        try {
            PartialSuccess found = NONE;
            Fields response = new Fields(bytes, 0, bytes.length);
            while (response.next()) {
                if (response.number == PARTIAL_SUCCESS && response.type == Fields.BYTES) {
                    found = readMessage(new Fields(bytes, response.start, response.end));
                }
            }
            return found;
        } catch (IndexOutOfBoundsException malformed) {
            return null;
        }
    }

    private static PartialSuccess readMessage(Fields fields) {
        long rejected = 0;
        String message = "";
        while (fields.next()) {
            if (fields.number == REJECTED_SPANS && fields.type == Fields.VARINT) {
                rejected = Math.max(0, fields.value);
            } else if (fields.number == ERROR_MESSAGE && fields.type == Fields.BYTES) {
                message = new String(fields.bytes, fields.start, fields.end - fields.start, StandardCharsets.UTF_8);
            }
        }
        return new PartialSuccess(rejected, message);
    }

    /** Walks the fields of one message; throws IndexOutOfBoundsException where the bytes are none. */
    private static final class Fields {
        static final int VARINT = 0;
        static final int FIXED64 = 1;
        static final int BYTES = 2;
        static final int FIXED32 = 5;

        private final byte[] bytes;
        private final int limit;
        private int at;
        int number;
        int type;
        long value;
        int start;
        int end;

        Fields(byte[] bytes, int from, int limit) {
            this.bytes = bytes;
            this.limit = limit;
            at = from;
        }

        boolean next() {
            if (at == limit) {
                return false;
            }
            long tag = varint();
            number = (int) (tag >>> 3);
            type = (int) tag & 7;
            switch (type) {
                case VARINT -> value = varint();
                case FIXED64 -> skip(8);
                case FIXED32 -> skip(4);
                case BYTES -> {
                    long length = varint();
                    start = at;
                    skip(length);
                    end = at;
                }
                default -> throw new IndexOutOfBoundsException("wire type " + type);
            }
            if (number == 0 || tag >>> 32 != 0) {
                throw new IndexOutOfBoundsException("field " + number);
            }
            return true;
        }

        private void skip(long count) {
            if (count < 0 || count > limit - at) {
                throw new IndexOutOfBoundsException(count + " bytes");
            }
            at += (int) count;
        }

        private long varint() {
            long result = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at == limit) {
                    throw new IndexOutOfBoundsException("a varint is cut off");
                }
                byte b = bytes[at++];
                result |= (b & 0x7fL) << shift;
                if (b >= 0) {
                    return result;
                }
            }
            throw new IndexOutOfBoundsException("a varint is too long");
        }
    }
}
