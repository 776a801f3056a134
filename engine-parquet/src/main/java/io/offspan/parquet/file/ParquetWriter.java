package io.offspan.parquet.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes one Parquet file: row groups as the table fills them, then the indexes of their pages and the footer.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> nothing: the channel is the caller's.
 */
public final class ParquetWriter {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT_VERSION = 1;
    private static final int UNCOMPRESSED = 0;
    private static final int PLAIN = 0;
    private static final int LEVELS = 3;
    private static final int PLACES = 8;

    private record Group(List<Chunk> chunks, long rows) {}

    /** Where the page indexes of a column of a row group are. */
    private record Indexes(long offset, int bytes, long boundsOffset, int boundsBytes) {}

    private final FileChannel channel;
    private final Table table;
    private final List<String> sorted;
    private final List<Group> groups = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    private long position;
    private long rows;

    /**
     * Begins a file.
     *
     * @param sorted the columns by which the rows of each row group are sorted
     */
    public ParquetWriter(FileChannel channel, Table table, List<String> sorted) throws IOException {
        this.channel = channel;
        this.table = table;
        this.sorted = sorted;
        write(MAGIC, MAGIC.length);
    }

    long position() {
        return position;
    }

    /** Returns how many rows were written. */
    public long rows() {
        return rows;
    }

    void write(byte[] bytes, int length) throws IOException {
        for (int at = 0; at < length; ) {
            int step = Math.min(buffer.capacity(), length - at);
            buffer.clear().put(bytes, at, step).flip();
            while (buffer.hasRemaining()) {
                position += channel.write(buffer);
            }
            at += step;
        }
    }

    /** Writes what the columns have as a row group of so many rows. */
    public void endRowGroup(long count) throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        for (Column column : table.columns()) {
            chunks.add(column.flush(this));
        }
        groups.add(new Group(chunks, count));
        rows += count;
    }

    /** Writes the Bloom filter of a column behind it. */
    Chunk withFilter(Chunk chunk, byte[] filter) throws IOException {
        Bytes header = new Bytes(32);
        Thrift thrift = new Thrift(header);
        thrift.i32(1, filter.length);
        for (int field = 2; field <= 4; field++) {
            thrift.begin(field);
            thrift.mark(1);
            thrift.end();
        }
        thrift.end();
        long offset = position;
        write(header.array(), header.length());
        write(filter, filter.length);
        return new Chunk(
                chunk.offset(),
                chunk.dictionaryBytes(),
                chunk.bytes(),
                chunk.values(),
                chunk.plain(),
                chunk.pages(),
                chunk.smallest(),
                chunk.largest(),
                offset,
                header.length() + filter.length);
    }

    /** Writes the indexes and the footer; returns the length of the file. */
    public long end(String createdBy, Map<String, String> remarks) throws IOException {
        List<List<Indexes>> indexes = new ArrayList<>();
        for (Group group : groups) {
            indexes.add(indexes(group));
        }
        Bytes footer = new Bytes(4096);
        Thrift thrift = new Thrift(footer);
        thrift.i32(1, FORMAT_VERSION);
        table.write(thrift);
        thrift.i64(3, rows);
        thrift.list(4, Thrift.STRUCT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            group(thrift, groups.get(i), indexes.get(i), i);
        }
        thrift.list(5, Thrift.STRUCT, remarks.size());
        remarks.forEach((key, value) -> {
            thrift.beginElement();
            thrift.text(1, key);
            thrift.text(2, value);
            thrift.end();
        });
        thrift.text(6, createdBy);
        thrift.list(7, Thrift.STRUCT, table.columns().size());
        for (int i = 0; i < table.columns().size(); i++) {
            thrift.beginElement();
            thrift.mark(1);
            thrift.end();
        }
        thrift.end();
        int length = footer.length();
        footer.putInt(length);
        footer.put(MAGIC, 0, MAGIC.length);
        write(footer.array(), footer.length());
        return position;
    }

    private List<Indexes> indexes(Group group) throws IOException {
        List<Indexes> written = new ArrayList<>();
        for (int i = 0; i < group.chunks().size(); i++) {
            Chunk chunk = group.chunks().get(i);
            Bytes bounds = new Bytes(256);
            if (table.columns().get(i).isIndexed() && chunk.smallest() != null) {
                bounds(new Thrift(bounds), chunk.pages());
            }
            long boundsAt = position;
            write(bounds.array(), bounds.length());
            Bytes places = new Bytes(256);
            Thrift thrift = new Thrift(places);
            thrift.list(1, Thrift.STRUCT, chunk.pages().size());
            for (Chunk.Page page : chunk.pages()) {
                thrift.beginElement();
                thrift.i64(1, chunk.offset() + chunk.dictionaryBytes() + page.offset());
                thrift.i32(2, page.bytes());
                thrift.i64(3, page.firstRow());
                thrift.end();
            }
            thrift.end();
            long placesAt = position;
            write(places.array(), places.length());
            written.add(new Indexes(placesAt, places.length(), boundsAt, bounds.length()));
        }
        return written;
    }

    private static void bounds(Thrift thrift, List<Chunk.Page> pages) {
        thrift.list(1, Thrift.TRUE, pages.size());
        pages.forEach(page -> thrift.element(false));
        thrift.list(2, Thrift.BINARY, pages.size());
        pages.forEach(page -> thrift.element(known(page.smallest())));
        thrift.list(3, Thrift.BINARY, pages.size());
        pages.forEach(page -> thrift.element(known(page.largest())));
        thrift.i32(4, 0);
        thrift.list(5, Thrift.I64, pages.size());
        pages.forEach(page -> thrift.element(0));
        thrift.end();
    }

    /** A chunk whose bounds are known has only pages of which that is so. */
    private static byte[] known(byte @Nullable [] bound) {
        return Objects.requireNonNull(bound);
    }

    private void group(Thrift thrift, Group group, List<Indexes> indexes, int number) {
        thrift.beginElement();
        thrift.list(1, Thrift.STRUCT, group.chunks().size());
        long bytes = 0;
        for (int i = 0; i < group.chunks().size(); i++) {
            Chunk chunk = group.chunks().get(i);
            chunk(thrift, table.columns().get(i), chunk, indexes.get(i));
            bytes += chunk.bytes();
        }
        thrift.i64(2, bytes);
        thrift.i64(3, group.rows());
        thrift.list(4, Thrift.STRUCT, sorted.size());
        for (String name : sorted) {
            thrift.beginElement();
            thrift.i32(1, table.number(name));
            thrift.bool(2, false);
            thrift.bool(3, false);
            thrift.end();
        }
        thrift.i64(5, group.chunks().get(0).offset());
        thrift.i64(6, bytes);
        thrift.i16(7, number);
        thrift.end();
    }

    private static void chunk(Thrift thrift, Column column, Chunk chunk, Indexes indexes) {
        thrift.beginElement();
        thrift.i64(2, 0);
        thrift.begin(3);
        metadata(thrift, column, chunk);
        thrift.end();
        thrift.i64(4, indexes.offset());
        thrift.i32(5, indexes.bytes());
        if (indexes.boundsBytes() > 0) {
            thrift.i64(6, indexes.boundsOffset());
            thrift.i32(7, indexes.boundsBytes());
        }
        thrift.end();
    }

    private static void metadata(Thrift thrift, Column column, Chunk chunk) {
        thrift.i32(1, column.type().physical());
        boolean numbered = chunk.dictionaryBytes() > 0;
        boolean plain = chunk.plain() || numbered;
        thrift.list(2, Thrift.I32, 1 + (plain ? 1 : 0) + (numbered ? 1 : 0));
        thrift.element(LEVELS);
        if (plain) {
            thrift.element(PLAIN);
        }
        if (numbered) {
            thrift.element(PLACES);
        }
        thrift.list(3, Thrift.BINARY, column.path().length);
        for (String step : column.path()) {
            thrift.element(step);
        }
        thrift.i32(4, UNCOMPRESSED);
        thrift.i64(5, chunk.values());
        thrift.i64(6, chunk.bytes());
        thrift.i64(7, chunk.bytes());
        thrift.i64(9, chunk.offset() + chunk.dictionaryBytes());
        if (numbered) {
            thrift.i64(11, chunk.offset());
        }
        byte[] smallest = chunk.smallest();
        byte[] largest = chunk.largest();
        if (smallest != null && largest != null) {
            thrift.begin(12);
            thrift.i64(3, 0);
            thrift.binary(5, largest);
            thrift.binary(6, smallest);
            thrift.end();
        }
        if (chunk.filterOffset() >= 0) {
            thrift.i64(14, chunk.filterOffset());
            thrift.i32(15, chunk.filterBytes());
        }
    }
}
