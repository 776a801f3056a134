package io.offspan.cli.input;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a compressed stream holds, up to its end or to the place where it cannot be unpacked.
 *
 * <p>Damage ends the stream like its end does, so that all before it is read; {@link #problem} tells them apart.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
abstract class UnpackedStream extends InputStream {
    private @Nullable InputException problem;

    /** Ends the stream here, with a reason. */
    final void end(String reason, String why) {
        problem = new InputException(reason, why);
    }

    /** Returns why the stream ended before its end, or null. */
    final @Nullable InputException problem() {
        return problem;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        int count = 0;
        while (count == 0) {
            count = read(one, 0, 1);
        }
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] bytes, int offset, int length) throws IOException {
        return problem == null ? unpack(bytes, offset, length) : -1;
    }

    /** Unpacks some bytes, waiting only while there is none; -1 at the end. */
    abstract int unpack(byte[] bytes, int offset, int length) throws IOException;
}
