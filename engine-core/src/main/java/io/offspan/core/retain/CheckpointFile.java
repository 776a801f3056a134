package io.offspan.core.retain;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.core.files.Disk;
import io.offspan.core.files.RegularFile;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of one exporter's checkpoint: two slots, each on a page of its own, of which the older one is written.
 *
 * <p>A write that is cut off damages the slot that was about to be replaced, and the other one still holds. The time stamp of the
 * file is the exporter's sign of life, renewed while it runs.
 *
 * <pre>
 * slot (little-endian):  0 u32 magic OSCP   4 u16 version   6 u16 zero   8 u64 x 2 store id   24 u64 sequence
 *                       32 u64 segment id  40 u64 ordinal  48 u32 segment number   52 u32 zero   56 u64 wall clock
 *                       64 u32 CRC32C of the 64 bytes before it   68 zeros to 4,096
 * </pre>
 *
 * <p>Version 1 named the place by an offset in the segment's file. It is taken for the beginning of its segment: what of that was sent is
 * sent once more, and nothing is left out.
 *
 * <p><b>Threads.</b> Any may read; one writes, which the exporter's own lock ensures. Keeps no file open.
 */
public final class CheckpointFile {
    /** The file has so many bytes. */
    public static final int BYTES = 2 * CheckpointFile.SLOT_BYTES;

    static final int SLOT_BYTES = 4096;
    static final int CRC_OFFSET = 64;
    static final int SLOT_CONTENT_BYTES = CRC_OFFSET + 4;

    private static final int MAGIC = 0x5043534F;
    private static final int VERSION = 2;
    private static final int OF_OFFSETS = 1;

    /** What the files are called that stand beside a checkpoint and are none: its lock, what it is made of, and what its exporter said. */
    private static final Set<String> BESIDE = Set.of(".lock", ".new", ".status");

    private final Path file;

    /** Tells by its name whether a file among checkpoints is one. */
    public static boolean isCheckpoint(String name) {
        return BESIDE.stream().noneMatch(name::endsWith);
    }

    /** Names a file, which need not exist. */
    public CheckpointFile(Path file) {
        this.file = file;
    }

    /** Says that neither slot of a checkpoint file can be trusted, and why. */
    public static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /** Returns the path. */
    public Path path() {
        return file;
    }

    /**
     * Reads the newer of the slots that are intact.
     *
     * @return null when there is no file
     * @throws DamagedException when there is one without an intact slot, or something else than a regular file
     */
    public @Nullable Checkpoint read() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        requireRegular();
        byte[] bytes = new byte[BYTES];
        try {
            int length = Uninterrupted.run(() -> read(bytes));
            Checkpoint first = decode(bytes, 0, length);
            Checkpoint second = decode(bytes, SLOT_BYTES, length);
            if (first == null && second == null) {
                throw new DamagedException("neither slot of " + file + " is intact" + newer(bytes, length));
            }
            return newerOf(first, second);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    private void requireRegular() throws DamagedException {
        if (RegularFile.isSomethingElse(file)) {
            throw new DamagedException(file + RegularFile.IS_NONE);
        }
    }

    private int read(byte[] bytes) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            ByteBuffer target = ByteBuffer.wrap(bytes);
            Disk.readFully(channel, target, 0);
            return target.position();
        }
    }

    /** Tells in words when what cannot be read was written by a later release. */
    private static String newer(byte[] bytes, int length) {
        boolean later = length >= SLOT_CONTENT_BYTES
                && HeapBytes.getInt(bytes, 0) == MAGIC
                && (HeapBytes.getInt(bytes, 4) & 0xffff) > VERSION;
        return later ? "; it may have been written by a newer release" : "";
    }

    private static @Nullable Checkpoint newerOf(@Nullable Checkpoint first, @Nullable Checkpoint second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.sequence() >= second.sequence() ? first : second;
    }

    /** Writes the first checkpoint of an exporter under the final name, file and directory forced. */
    public void create(Checkpoint checkpoint) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Uninterrupted.run(() -> {
            Disk.delete(temporary);
            try (FileChannel channel = Disk.create(temporary)) {
                ByteBuffer bytes = ByteBuffer.allocate(BYTES);
                encode(checkpoint, bytes.array(), slot(checkpoint));
                Disk.writeFully(channel, bytes, 0);
                Disk.force(temporary, channel, true);
            }
            Disk.rename(temporary, file);
            Disk.forceDirectory(directory());
            return file;
        });
    }

    private Path directory() {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " has no directory");
        }
        return parent;
    }

    /** Writes a checkpoint over the older slot, and forces it; the file must exist. */
    public void write(Checkpoint checkpoint) throws IOException {
        requireRegular();
        Uninterrupted.run(() -> {
            try (FileChannel channel = Disk.write(file)) {
                ByteBuffer bytes = ByteBuffer.allocate(SLOT_CONTENT_BYTES);
                encode(checkpoint, bytes.array(), 0);
                Disk.writeFully(channel, bytes, slot(checkpoint));
                Disk.force(file, channel, false);
            }
            return file;
        });
    }

    /** Renews the sign of life. */
    public void touch(long nowMillis) throws IOException {
        requireRegular();
        Files.setLastModifiedTime(file, FileTime.fromMillis(nowMillis));
    }

    /** Returns the last sign of life, milliseconds since the epoch. */
    public long touchedMillis() throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
    }

    /** Slots take turns, so that the older one is always the next. */
    private static int slot(Checkpoint checkpoint) {
        return (checkpoint.sequence() & 1) == 0 ? 0 : SLOT_BYTES;
    }

    static void encode(Checkpoint checkpoint, byte[] bytes, int at) {
        HeapBytes.putInt(bytes, at, MAGIC);
        HeapBytes.putInt(bytes, at + 4, VERSION);
        HeapBytes.putLong(bytes, at + 8, checkpoint.storeId().getMostSignificantBits());
        HeapBytes.putLong(bytes, at + 16, checkpoint.storeId().getLeastSignificantBits());
        HeapBytes.putLong(bytes, at + 24, checkpoint.sequence());
        HeapBytes.putLong(bytes, at + 32, checkpoint.position().segmentId());
        HeapBytes.putLong(bytes, at + 40, checkpoint.position().ordinal());
        HeapBytes.putInt(bytes, at + 48, checkpoint.position().segmentNumber());
        HeapBytes.putInt(bytes, at + 52, 0);
        HeapBytes.putLong(bytes, at + 56, checkpoint.wallClockMillis());
        HeapBytes.putInt(bytes, at + CRC_OFFSET, crc(bytes, at));
    }

    static @Nullable Checkpoint decode(byte[] bytes, int at, int length) {
        if (length < at + SLOT_CONTENT_BYTES
                || HeapBytes.getInt(bytes, at) != MAGIC
                || HeapBytes.getInt(bytes, at + CRC_OFFSET) != crc(bytes, at)) {
            return null;
        }
        int version = HeapBytes.getInt(bytes, at + 4);
        if (version != VERSION && version != OF_OFFSETS) {
            return null;
        }
        long ordinal = version == OF_OFFSETS ? 0 : HeapBytes.getLong(bytes, at + 40);
        try {
            return new Checkpoint(
                    new UUID(HeapBytes.getLong(bytes, at + 8), HeapBytes.getLong(bytes, at + 16)),
                    new Position(
                            HeapBytes.getLong(bytes, at + 32),
                            HeapBytes.getInt(bytes, at + 48),
                            Math.toIntExact(ordinal)),
                    HeapBytes.getLong(bytes, at + 24),
                    HeapBytes.getLong(bytes, at + 56));
        } catch (IllegalArgumentException | ArithmeticException impossible) {
            return null;
        }
    }

    private static int crc(byte[] bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, CRC_OFFSET);
        return (int) crc.getValue();
    }
}
