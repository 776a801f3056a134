package io.offspan.core.slab;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Disk;
import io.offspan.core.files.RegularFile;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The constant part of the slab file's header page, which says whose slabs they are and how large.
 *
 * <pre>
 *   0  u32 magic OSSF       4  u32 version        8  u64 x 2 store id     24  u64 incarnation
 *  32  u64 x 2 boot id     48  u32 x 6 slabs, slab bytes, spans, strings, large slabs, large bytes
 *  72  u64 wall clock of the creation, nanoseconds                        80  u64 zero
 *  88  u32 CRC32C of the 88 bytes before it
 * </pre>
 *
 * @param storeId the id of the store
 * @param incarnation a random number that changes with the file
 * @param bootId the boot of the kernel under which the file was made
 * @param geometry how many slabs there are, and of which size
 */
record SlabHeader(UUID storeId, long incarnation, UUID bootId, SlabGeometry geometry) {
    private static final int MAGIC = 0x4653534F;
    private static final int VERSION = 2;
    private static final int INCARNATION_OFFSET = 24;
    private static final int BOOT_OFFSET = 32;
    private static final int CRC_OFFSET = 88;

    /** Returns the bytes of a new file's header. */
    static byte[] encode(SlabGeometry geometry, UUID storeId, UUID boot) {
        ByteBuffer page = ByteBuffer.allocate(CRC_OFFSET + 4).order(ByteOrder.LITTLE_ENDIAN);
        page.putInt(MAGIC).putInt(VERSION);
        page.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        page.putLong(new SecureRandom().nextLong());
        page.putLong(boot.getMostSignificantBits()).putLong(boot.getLeastSignificantBits());
        page.putInt(geometry.slabs()).putInt(geometry.slabBytes()).putInt(geometry.spans());
        page.putInt(geometry.strings()).putInt(geometry.largeSlabs()).putInt(geometry.largeBytes());
        page.putLong(System.currentTimeMillis() * 1_000_000L);
        page.putLong(0);
        CRC32C crc = new CRC32C();
        crc.update(page.array(), 0, CRC_OFFSET);
        page.putInt(CRC_OFFSET, (int) crc.getValue());
        return page.array();
    }

    /** Returns a number that the page of this header is recognized by. */
    long mark() {
        return incarnation ^ bootId.getMostSignificantBits();
    }

    /** Returns that number as a page has it; two words, for a load from a page that is gone leaves what was there before. */
    static long mark(Memory page) {
        return page.getLong(INCARNATION_OFFSET) ^ page.getLong(BOOT_OFFSET);
    }

    /** Reads the header of a file; null when there is no such file, or none that can be read. */
    static @Nullable SlabHeader read(Path file) throws IOException {
        return Uninterrupted.run(new Uninterrupted.FileWork<Optional<SlabHeader>>() {
                    @Override
                    public Optional<SlabHeader> run() throws IOException {
                        return Optional.ofNullable(tryRead(file));
                    }
                })
                .orElse(null);
    }

    private static @Nullable SlabHeader tryRead(Path file) throws IOException {
        if (RegularFile.isSomethingElse(file)) {
            return null;
        }
        byte[] page = new byte[CRC_OFFSET + 4];
        try (FileChannel channel = Disk.read(file)) {
            if (channel.read(ByteBuffer.wrap(page), 0) < page.length) {
                return null;
            }
            SlabHeader header = decode(page, file);
            return header == null || channel.size() != header.geometry.fileBytes() ? null : header;
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static @Nullable SlabHeader decode(byte[] page, Path file) {
        if (HeapBytes.getInt(page, 0) != MAGIC) {
            return null;
        }
        int version = HeapBytes.getInt(page, 4);
        CRC32C crc = new CRC32C();
        crc.update(page, 0, CRC_OFFSET);
        if ((int) crc.getValue() != HeapBytes.getInt(page, CRC_OFFSET)) {
            return null;
        }
        if (version < VERSION) {
            throw new SpanStoreException.TooOld(file.toString(), version, VERSION);
        }
        if (version > VERSION) {
            throw new SpanStoreException.TooNew(file + " has format version " + version + ", this release knows "
                    + VERSION + "; open it with the release that wrote it");
        }
        SlabGeometry geometry = new SlabGeometry(
                HeapBytes.getInt(page, 48),
                HeapBytes.getInt(page, 52),
                HeapBytes.getInt(page, 56),
                HeapBytes.getInt(page, 60),
                HeapBytes.getInt(page, 64),
                HeapBytes.getInt(page, 68));
        if (!geometry.possible()) {
            return null;
        }
        return new SlabHeader(
                new UUID(HeapBytes.getLong(page, 8), HeapBytes.getLong(page, 16)),
                HeapBytes.getLong(page, 24),
                new UUID(HeapBytes.getLong(page, 32), HeapBytes.getLong(page, 40)),
                geometry);
    }
}
