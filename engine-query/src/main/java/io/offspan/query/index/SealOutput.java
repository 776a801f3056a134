package io.offspan.query.index;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Writes the sections of an index file one after another, and at last the header that tells where they are.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> a buffer; the channel is the caller's.
 */
final class SealOutput {
    private static final int BUFFER_BYTES = 1 << 16;
    /** So that the checksums of the pages can be mapped as well. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - (1 << 20);

    private static final int PAGE_BYTES = 1 << SealedFormat.PAGE_BITS;

    private final FileChannel channel;
    private final BooleanSupplier stopped;
    private final byte[] header = new byte[SealedFormat.HEADER_BYTES];
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final SealChecksum checksum = new SealChecksum();
    /** The checksums of the pages that are complete. */
    private int[] checks = new int[64];

    private int pages;
    private int used;
    private long written = SealedFormat.HEADER_BYTES;
    private long start = SealedFormat.HEADER_BYTES;

    SealOutput(FileChannel channel, BooleanSupplier stopped) {
        this.channel = channel;
        this.stopped = stopped;
    }

    /** Returns the bytes of the section so far. */
    long position() {
        return written + used - start;
    }

    void putByte(int value) throws IOException {
        reserve(Byte.BYTES);
        buffer[used++] = (byte) value;
    }

    void putShort(int value) throws IOException {
        putByte(value);
        putByte(value >>> 8);
    }

    void putInt(int value) throws IOException {
        reserve(Integer.BYTES);
        HeapBytes.putInt(buffer, used, value);
        used += Integer.BYTES;
    }

    void putLong(long value) throws IOException {
        reserve(Long.BYTES);
        HeapBytes.putLong(buffer, used, value);
        used += Long.BYTES;
    }

    void putBytes(byte[] source) throws IOException {
        for (int at = 0; at < source.length; ) {
            reserve(1);
            int count = Math.min(source.length - at, BUFFER_BYTES - used);
            System.arraycopy(source, at, buffer, used, count);
            used += count;
            at += count;
        }
    }

    void putBytes(Memory source, long offset, long length) throws IOException {
        for (long at = 0; at < length; ) {
            reserve(1);
            int count = (int) Math.min(length - at, BUFFER_BYTES - used);
            source.getBytes(offset + at, buffer, used, count);
            used += count;
            at += count;
        }
    }

    void putZeros(long bytes) throws IOException {
        for (long i = 0; i < bytes; i++) {
            putByte(0);
        }
    }

    /** Writes a number from 0 on in as many bytes as it needs. */
    void putVarint(int value) throws IOException {
        int rest = value;
        while (rest > 127) {
            putByte(rest | 128);
            rest >>>= 7;
        }
        putByte(rest);
    }

    private void reserve(int bytes) throws IOException {
        if (used + bytes > BUFFER_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        if (stopped.getAsBoolean()) {
            throw new CancellationException("The index file is not finished, as it was to be given up");
        }
        for (int at = 0; at < used; ) {
            int room = PAGE_BYTES - (int) (written + at & PAGE_BYTES - 1);
            int count = Math.min(room, used - at);
            checksum.add(buffer, at, count);
            at += count;
            if (count == room) {
                endPage();
            }
        }
        Disk.writeFully(channel, ByteBuffer.wrap(buffer, 0, used), written);
        written += used;
        used = 0;
    }

    private void endPage() {
        if (pages == checks.length) {
            checks = Arrays.copyOf(checks, 2 * pages);
        }
        checks[pages++] = checksum.value();
        checksum.begin();
    }

    /** Ends a section; the next one begins. */
    void end(int section, int entries) throws IOException {
        while ((position() & 7) != 0) {
            putByte(0);
        }
        flush();
        int row = SealedFormat.row(section);
        if (written > MOST_BYTES) {
            throw new IOException("An index file of more than " + written + " bytes; at most " + MOST_BYTES
                    + " can be mapped with their checksums, and the segment is scanned instead");
        }
        HeapBytes.putInt(header, row, (int) start);
        HeapBytes.putInt(header, row + SealedFormat.ROW_LENGTH, (int) (written - start));
        HeapBytes.putInt(header, row + SealedFormat.ROW_ENTRIES, entries);
        start = written;
    }

    /**
     * Writes the checksums of the pages, what stands behind them, and the header, which the caller has filled in but for the table, the lengths
     * and its checksum.
     */
    void endFile(byte[] behind) throws IOException {
        if ((written & PAGE_BYTES - 1) != 0) {
            endPage();
        }
        byte[] table = new byte[(int) SealedFormat.padded((long) Integer.BYTES * pages)];
        for (int page = 0; page < pages; page++) {
            HeapBytes.putInt(table, Integer.BYTES * page, checks[page]);
        }
        checksum.begin();
        checksum.add(table, 0, table.length);
        HeapBytes.putInt(header, SealedFormat.CHECKS_AT, (int) written);
        HeapBytes.putInt(header, SealedFormat.CHECKS_SUM_AT, checksum.value());
        Disk.writeFully(channel, ByteBuffer.wrap(table), written);
        written += table.length;
        HeapBytes.putInt(header, SealedFormat.BEHIND_AT, behind.length);
        if (behind.length > 0) {
            Disk.writeFully(channel, ByteBuffer.wrap(behind), written);
            written += behind.length;
        }
        HeapBytes.putLong(header, SealedFormat.LENGTH_AT, written);
        HeapBytes.putInt(header, SealedFormat.CHECKSUM_AT, 0);
        checksum.begin();
        checksum.add(header, 0, header.length);
        HeapBytes.putInt(header, SealedFormat.CHECKSUM_AT, checksum.value());
        Disk.writeFully(channel, ByteBuffer.wrap(header), 0);
    }

    byte[] header() {
        return header;
    }

    /** Returns the bytes of the file so far. */
    long length() {
        return written;
    }
}
