package io.offspan.codec.proto;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.Memory;

/**
 * Walks the fields of one protobuf message where it lies.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing. <b>Fails</b> with {@link FormatException} when a length or tag
 * does not fit the message.
 */
public final class ProtoFields {
    private Memory memory = Memory.NONE;
    private long at;
    private long end;
    private int field;
    private int wire;
    private long value;
    private long offset;

    /** Starts before the first field of a message. */
    public ProtoFields wrap(Memory source, long start, long length) {
        source.check(start, length);
        memory = source;
        at = start;
        end = start + length;
        return this;
    }

    /** Goes to the next field, or returns false behind the last. */
    public boolean next() {
        if (at >= end) {
            return false;
        }
        long tag = varint();
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw new FormatException(Reason.MALFORMED, "Field tag " + tag + " in a message of a block");
        }
        field = (int) (tag >>> 3);
        wire = (int) tag & 7;
        switch (wire) {
            case ProtoInput.VARINT -> value = varint();
            case ProtoInput.FIXED64 -> {
                offset = take(8);
                value = memory.getLong(offset);
            }
            case ProtoInput.LENGTH -> {
                value = varint();
                offset = take(value);
            }
            case ProtoInput.FIXED32 -> {
                offset = take(4);
                value = memory.getUnsignedInt(offset);
            }
            default -> throw new FormatException(Reason.MALFORMED, "Wire type " + wire + " in a message of a block");
        }
        return true;
    }

    /** Tells whether this is the field with a number and a wire type. */
    public boolean is(int number, int type) {
        return field == number && wire == type;
    }

    /** Returns a number's bits, or the length of bytes. */
    public long value() {
        return value;
    }

    /** Returns where bytes start. */
    public long offset() {
        return offset;
    }

    /** Returns how many bytes there are. */
    public int length() {
        return (int) value;
    }

    private long take(long bytes) {
        if (bytes < 0 || bytes > end - at) {
            throw new FormatException(
                    Reason.TRUNCATED, "A field of " + bytes + " bytes in a message that has " + (end - at) + " left");
        }
        long start = at;
        at += bytes;
        return start;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new FormatException(Reason.TRUNCATED, "A message of a block ends within a number");
            }
            byte next = memory.getByte(at++);
            result |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new FormatException(Reason.MALFORMED, "A number of more than ten bytes in a message of a block");
    }
}
