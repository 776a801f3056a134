package io.offspan.cli.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What the members of a gzip stream (RFC 1952) hold, one after another; zeros behind the last are padding.
 *
 * <p>{@link java.util.zip.GZIPInputStream} of JDK 17 takes a pause of a pipe for the end, and every release of it damage between two
 * members.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> an inflater and the stream.
 */
final class GzipStream extends UnpackedStream {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HAS_CHECKSUM = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int RESERVED = 0xe0;
    /** Behind the flags: four bytes of time, one of hints, one of the system. */
    private static final int PASSED_BYTES = 6;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int filled;
    private int members;
    private boolean inside;
    private boolean ended;

    GzipStream(InputStream in) {
        this.in = in;
    }

    /** Tells whether a gzip stream starts like this. */
    static boolean starts(byte[] start) {
        return start.length >= 2 && (start[0] & 0xff) == MAGIC_1 && (start[1] & 0xff) == MAGIC_2;
    }

    @Override
    int unpack(byte[] bytes, int offset, int length) throws IOException {
        try {
            while (!ended) {
                if (inside && inflater.finished()) {
                    at = filled - inflater.getRemaining();
                    leave();
                } else if (inside || enter()) {
                    int count = inflate(bytes, offset, length);
                    if (count > 0) {
                        return count;
                    }
                }
            }
        } catch (EOFException cut) {
            end(InputException.TRUNCATED, "the gzip stream is cut off");
        }
        return -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        long before = inflater.getBytesWritten();
        try {
            inflater.inflate(bytes, offset, length);
        } catch (DataFormatException damage) {
            damaged("its deflated bytes break the rules");
        }
        int count = (int) (inflater.getBytesWritten() - before);
        checksum.update(bytes, offset, count);
        if (inflater.needsDictionary()) {
            damaged("it asks for a dictionary, which gzip has not");
        } else if (count == 0 && !ended && !inflater.finished()) {
            at = filled;
            fill();
            inflater.setInput(buffer, at, filled - at);
        }
        return count;
    }

    /** Reads the header of a member; false when there is none. */
    private boolean enter() throws IOException {
        int first = members == 0 ? MAGIC_1 : 0;
        if (members == 0) {
            take();
        }
        while (members > 0 && first == 0) {
            if (at == filled && !refill()) {
                ended = true;
                return false;
            }
            first = take();
        }
        if (first != MAGIC_1 || take() != MAGIC_2) {
            damaged("behind its member " + members + " stand bytes that begin no other");
            return false;
        }
        int method = take();
        int flags = take();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            damaged("its member " + (members + 1) + " has method " + method + " and flags " + flags
                    + ", known are method 8 and flags below 32");
            return false;
        }
        pass(PASSED_BYTES);
        if ((flags & HAS_EXTRA) != 0) {
            pass(take() | take() << 8);
        }
        passText((flags & HAS_NAME) != 0);
        passText((flags & HAS_COMMENT) != 0);
        pass((flags & HAS_CHECKSUM) != 0 ? 2 : 0);
        inflater.reset();
        checksum.reset();
        inflater.setInput(buffer, at, filled - at);
        inside = true;
        return true;
    }

    /** Compares what stands behind a member with what was unpacked. */
    private void leave() throws IOException {
        inside = false;
        members++;
        long sum = little();
        long size = little();
        if (sum != checksum.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            damaged("the checksum of its member " + members + " is not that of what it holds");
        }
    }

    private void damaged(String why) {
        ended = true;
        end(InputException.MALFORMED, "the gzip stream is damaged: " + why);
    }

    private long little() throws IOException {
        return take() | take() << 8 | take() << 16 | (long) take() << 24;
    }

    private void passText(boolean there) throws IOException {
        int last = there ? 1 : 0;
        while (last != 0) {
            last = take();
        }
    }

    private void pass(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            take();
        }
    }

    private int take() throws IOException {
        if (at == filled) {
            fill();
        }
        return buffer[at++] & 0xff;
    }

    private void fill() throws IOException {
        if (!refill()) {
            throw new EOFException();
        }
    }

    private boolean refill() throws IOException {
        int count = 0;
        while (count == 0) {
            count = in.read(buffer, 0, buffer.length);
        }
        at = 0;
        filled = Math.max(count, 0);
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
