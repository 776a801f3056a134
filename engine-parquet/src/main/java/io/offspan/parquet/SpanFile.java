package io.offspan.parquet;

import io.offspan.codec.block.BlockReader;
import io.offspan.parquet.file.ParquetWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * One file of spans, which appears under its name whole or not at all: it is written beside its place, forced, and renamed.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> the file beside, which goes away when it is closed before {@link #commit}.
 */
final class SpanFile implements AutoCloseable {
    static final String BESIDE = ".spans-";
    static final String PART = ".part";

    private static final long ROW_GROUP_BYTES = 64L << 20;
    /** So often the size is looked at, and at once behind a span that is large by itself. */
    private static final int ROWS_AT_ONCE = 256;

    private static final int LARGE_BYTES = 64 << 10;
    private static final String CREATED_BY = "Offspan";

    private final Path folder;
    private final Path beside;
    private final FileChannel channel;
    private final ParquetWriter writer;
    private final SpanColumns columns;
    private final SpanRun run;
    private final Selection selection;

    /** Begins one; run and columns are empty and lent to it. */
    SpanFile(Path folder, SpanColumns columns, SpanRun run, Selection selection) throws IOException {
        this.folder = folder;
        this.columns = columns;
        this.run = run;
        this.selection = selection;
        beside = Files.createTempFile(folder, BESIDE, PART);
        channel = FileChannel.open(beside, StandardOpenOption.WRITE);
        writer = new ParquetWriter(channel, columns.table(), List.of(SpanColumns.SERVICE, SpanColumns.TIME));
    }

    /** Takes the spans {@code [from, to)} of a block, which has to stay readable until the next {@link #spill} or {@link #commit}. */
    void add(BlockReader block, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            at = run.add(block, at, to, selection);
            if (run.count() == SpanRun.MOST) {
                spill();
            }
        }
    }

    /** Writes what was taken so far: sorted, in as many row groups as it needs. */
    private void spill() throws IOException {
        run.sort();
        int rows = 0;
        for (int i = 0; i < run.count(); i++) {
            int bytes = run.write(i, columns);
            rows++;
            boolean looks = rows % ROWS_AT_ONCE == 0 || bytes >= LARGE_BYTES;
            if (looks && columns.table().size() >= ROW_GROUP_BYTES) {
                writer.endRowGroup(rows);
                rows = 0;
            }
        }
        if (rows > 0) {
            writer.endRowGroup(rows);
        }
        run.clear();
    }

    /** Writes the rest; returns how many spans the file has. */
    long end() throws IOException {
        spill();
        return writer.rows();
    }

    /** Puts the file into its place; returns its size. */
    long commit(FileName name) throws IOException {
        long bytes = writer.end(
                CREATED_BY,
                Map.of(
                        "offspan.store", name.store().toString(),
                        "offspan.segment", String.format("%016x:%d", name.segmentId(), name.segmentNumber()),
                        "offspan.ordinals", name.from() + "-" + name.to()));
        channel.force(true);
        channel.close();
        Files.move(beside, folder.resolve(name.toString()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        run.clear();
        channel.close();
        Files.deleteIfExists(beside);
    }
}
