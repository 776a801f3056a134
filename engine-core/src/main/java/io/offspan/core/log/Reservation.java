package io.offspan.core.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.PosixRuntimeException;

/**
 * Disk blocks, reserved before a file is mapped and given back when it is finished.
 *
 * <p>A store to a mapped page that the disk has no block for ends the JVM or surfaces as an error in somebody else's code; a
 * reservation that fails is an {@link IOException}. Where the file system knows no {@code fallocate}, zeros are written.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Reservation {
    private static final int READ_WRITE = 2;
    private static final int KEEP_SIZE_AND_PUNCH_HOLE = 3;
    private static final int ZEROS_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;
    private static final int UNAVAILABLE = -1;

    private Reservation() {}

    /** Creates a private file of {@code bytes} zero bytes that all have a place on the disk. */
    static void create(Path file, long bytes) throws IOException {
        FilePermissions.createPrivate(file);
        try {
            if (allocate(file, 0, 0, bytes) != 0) {
                writeZeros(file, bytes);
            }
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Gives back the blocks of a file behind {@code from}; its length stays, and mappings of it stay valid. */
    static void releaseBehind(Path file, long from) throws IOException {
        long cut = from + PAGE_BYTES - 1 & -PAGE_BYTES;
        long length = Files.size(file) - cut;
        if (length > 0) {
            allocate(file, KEEP_SIZE_AND_PUNCH_HOLE, cut, length);
        }
    }

    private static int allocate(Path file, int mode, long from, long bytes) {
        PosixAPI posix = PosixAPI.posix();
        try {
            int descriptor = posix.open(file.toString(), READ_WRITE, 0);
            if (descriptor < 0) {
                return descriptor;
            }
            try {
                return posix.fallocate(descriptor, mode, from, bytes);
            } finally {
                posix.close(descriptor);
            }
        } catch (PosixRuntimeException noNativeLibrary) {
            return UNAVAILABLE;
        }
    }

    private static void writeZeros(Path file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            for (long at = 0; at < bytes; ) {
                zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - at));
                at += channel.write(zeros, at);
            }
        }
    }
}
