package io.offspan.core.log;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.core.files.Disk;
import io.offspan.core.segment.BlockHeader;
import io.offspan.core.segment.Framing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The exact bytes that files of the queue may start with, checked before the queue opens them.
 *
 * <p>The queue loads and initialises whatever class a file's header names, so a file that is not byte for byte what our own
 * configuration writes is never shown to it. The position of the last excerpt is followed to the end of the log in the file as well,
 * where a missing end mark is added, so that the queue neither waits for a dead writer nor writes anywhere else.
 *
 * <p><b>Threads.</b> One thread, under the lock of the store.
 */
final class LogHeaders {
    /** How many bytes of a log file are compared. */
    static final int LOG_HEADER_BYTES = 0xC5;

    private static final int WRITE_POSITION_END = 0x50;
    private static final int LAST_INDEX_OFFSET = 0xB0;
    private static final int LAST_INDEX_END = 0xB8;
    /** Excerpts of the queue itself that may stand behind the last block: index pages. */
    private static final int MAX_TAIL_EXCERPTS = 16;

    /** No segment of ours is reserved with less. */
    private static final int SMALLEST_RESERVE_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 1 << 18;
    private static final int PAGE_BYTES = 4096;
    /** How often, and after how long, a header that is not complete is looked at again. */
    private static final int LOOKS = 200;

    private static final long LOOK_AGAIN_NANOS = 5_000_000;

    private static final byte[] LOG_HEADER = HexFormat.of()
            .parseHex("c1000040b906686561646572b60853435153746f726582aa000000cd7772697465506f736974696f6e8e01000000"
                    + "008d02000000000000000200000000000000f88800000000000002000000f8880000c8696e646578696e67b60c53"
                    + "435153496e646578696e67824c000000ca696e646578436f756e74a50008cc696e64657853706163696e67a140cb"
                    + "696e64657832496e6465788f8fa7c800000000000000c96c617374496e6465788e00000000a74000000000000000"
                    + "ca64617461466f726d6174a101");

    private final byte[] bytes = new byte[Math.max(LOG_HEADER_BYTES, Framing.PROBE_BYTES)];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private final BlockHeader header = new BlockHeader();
    private long end;
    private boolean ended;

    /** Returns where the last file that was checked has its end mark, or would have it. */
    long end() {
        return end;
    }

    /** Tells whether the last file that was checked has an end mark. */
    boolean ended() {
        return ended;
    }

    /** Returns how many bytes of that file are used, up to a whole page: its end mark, or room for one, included. */
    long usedBytes() {
        return usedBytes(end);
    }

    private static long usedBytes(long end) {
        return end + Framing.HEADER_BYTES + PAGE_BYTES - 1 & -PAGE_BYTES;
    }

    /**
     * Checks a log file, and looks for its end.
     *
     * @return why the queue must not open the file, or null when it may
     */
    @Nullable
    String check(Path file) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            if (read(channel, 0, LOG_HEADER_BYTES) < LOG_HEADER_BYTES) {
                return "it has " + channel.size() + " bytes and no whole header";
            }
            String deviation = deviation();
            return deviation == null ? findEnd(channel) : deviation;
        }
    }

    /** Compares the header only, and changes nothing; null when it is as it has to be or has not been written yet. */
    @Nullable
    String deviation(Path file) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            String found = deviation(channel);
            for (int i = 0; i < LOOKS && found != null && !Framing.isReady(HeapBytes.getInt(bytes, 0)); i++) {
                // The queue may be writing it at this moment: its first word comes last.
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                found = deviation(channel);
            }
            return found;
        }
    }

    /** Writes the end mark into the file that was checked last. */
    void writeEnd(Path file) throws IOException {
        HeapBytes.putInt(bytes, 0, Framing.END_OF_FILE);
        buffer.clear().limit(Framing.HEADER_BYTES);
        try (FileChannel channel = Disk.write(file)) {
            Disk.writeFully(channel, buffer, end);
        }
        ended = true;
    }

    /** Returns how many bytes of a file are used, given where its last block ends. */
    long usedBytes(Path file, long blockEnd) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            String lost = follow(channel, blockEnd);
            if (lost != null) {
                throw new IOException(file + " has no end behind " + blockEnd);
            }
            return usedBytes();
        }
    }

    private @Nullable String deviation(FileChannel channel) throws IOException {
        if (read(channel, 0, LOG_HEADER_BYTES) < LOG_HEADER_BYTES) {
            return "it has " + channel.size() + " bytes and no whole header";
        }
        boolean begun = Framing.isReady(HeapBytes.getInt(bytes, 0)) || !isBegun();
        return begun ? deviation() : null;
    }

    /**
     * Tells whether a file holds nothing but what the queue writes first: its writer was killed before the header was complete, so that
     * no excerpt can be behind it.
     */
    boolean isUnborn(Path file) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            long size = channel.size();
            if (size < SMALLEST_RESERVE_BYTES || read(channel, 0, LOG_HEADER_BYTES) < LOG_HEADER_BYTES) {
                return false;
            }
            if (Framing.isReady(HeapBytes.getInt(bytes, 0)) || !isBegun()) {
                return false;
            }
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long at = LOG_HEADER_BYTES; at < size; ) {
                chunk.clear();
                int count = channel.read(chunk, at);
                if (count < 0 || !isZero(chunk.array(), count)) {
                    return false;
                }
                at += count;
            }
            return true;
        }
    }

    /** Tells whether each byte of the header but its first word is still zero or as it has to be. */
    private boolean isBegun() {
        for (int i = Framing.HEADER_BYTES; i < LOG_HEADER_BYTES; i++) {
            if (bytes[i] != 0 && bytes[i] != LOG_HEADER[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] chunk, int count) {
        for (int i = 0; i < count; i++) {
            if (chunk[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String deviation() {
        for (int i = 0; i < LOG_HEADER_BYTES; i++) {
            boolean masked = i >= Framing.WRITE_POSITION_OFFSET && i < WRITE_POSITION_END
                    || i >= LAST_INDEX_OFFSET && i < LAST_INDEX_END;
            if (!masked && bytes[i] != LOG_HEADER[i]) {
                return String.format("byte 0x%x of its header is 0x%02x", i, bytes[i]);
            }
        }
        return null;
    }

    private @Nullable String findEnd(FileChannel channel) throws IOException {
        long size = channel.size();
        long position = HeapBytes.getLong(bytes, Framing.WRITE_POSITION_OFFSET);
        if (position < 0 || position > size - Framing.HEADER_BYTES || position % 4 != 0) {
            return "its last excerpt would be at " + position + " of " + size + " bytes";
        }
        if (position != 0 && !blockAt(channel, position)) {
            return "no block is where its last excerpt would be, at " + position;
        }
        return follow(channel, position);
    }

    /** Follows the excerpts from a position to the end; a file that was cut there has one as well. */
    private @Nullable String follow(FileChannel channel, long from) throws IOException {
        long position = from;
        for (int i = 0; i < MAX_TAIL_EXCERPTS; i++) {
            int word = read(channel, position, Framing.HEADER_BYTES) < Framing.HEADER_BYTES
                    ? 0
                    : HeapBytes.getInt(bytes, 0);
            if (!Framing.isReady(word)) {
                end = position;
                ended = word == Framing.END_OF_FILE;
                return null;
            }
            position = Framing.next(position, word);
            if (position > channel.size()) {
                return "its last excerpt would end at " + position + " of " + channel.size() + " bytes";
            }
        }
        return "its end is not where its last excerpt says";
    }

    /** Tells whether an excerpt is there, with an intact block that fills it. */
    private boolean blockAt(FileChannel channel, long excerpt) throws IOException {
        if (read(channel, excerpt, Framing.HEADER_BYTES) < Framing.HEADER_BYTES) {
            return false;
        }
        int word = HeapBytes.getInt(bytes, 0);
        long block = Framing.blockAt(excerpt);
        return read(channel, block, BlockLayout.HEADER_BYTES) == BlockLayout.HEADER_BYTES
                && header.load(bytes, 0)
                && Framing.isReady(word)
                && Framing.next(excerpt, word) == block + header.length();
    }

    private int read(FileChannel channel, long position, int length) throws IOException {
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.position();
    }
}
