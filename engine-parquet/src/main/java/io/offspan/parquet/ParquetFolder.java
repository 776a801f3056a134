package io.offspan.parquet;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of Parquet files that hold the spans of stores, each span once.
 *
 * <p>A file holds a range of one segment, and is named by it. An export writes the ranges that no file of the folder holds, so that
 * it can be repeated: what is there stays, what has come since goes into further files, and a file that was deleted is written again.
 * A file appears whole or not at all.
 *
 * <pre>{@code
 * try (ParquetFolder folder = ParquetFolder.open(path, Selection.ALL)) {
 *     ParquetReport report = folder.write(reader, spans -> {});
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> One. <b>Owns</b> the folder's lock, which keeps a second export out, until it is closed.
 */
public final class ParquetFolder implements AutoCloseable {
    private static final String LOCK = ".spans.lock";

    private final Path folder;
    private final Selection selection;
    private final FileChannel lock;

    private ParquetFolder(Path folder, Selection selection, FileChannel lock) {
        this.folder = folder;
        this.selection = selection;
        this.lock = lock;
    }

    /**
     * Opens a folder, made where there is none, and deletes what a killed export left unfinished.
     *
     * @throws IllegalStateException when another export writes into it
     */
    public static ParquetFolder open(Path folder, Selection selection) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(lock)) {
                throw new IllegalStateException(
                        "Another export writes into " + folder + "; wait until it has ended, or name another folder");
            }
            for (Path left : list(folder)) {
                String name = left.getFileName().toString();
                if (name.startsWith(SpanFile.BESIDE) && name.endsWith(SpanFile.PART)) {
                    Files.delete(left);
                }
            }
            return new ParquetFolder(folder, selection, lock);
        } catch (IOException | RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    /**
     * Writes what a store has in its log and no file here has. Spans that are not in the log yet are left to a later export.
     *
     * @param progress is told how many more spans were read
     * @throws IllegalArgumentException when files of this store are here that were selected otherwise
     */
    public ParquetReport write(StoreReader reader, LongConsumer progress) throws IOException {
        UUID store = reader.storeId();
        if (store == null) {
            return new ParquetReport(0, 0, 0, 0, 0);
        }
        List<FileName> there = there(store);
        try (StoreSnapshot snapshot = reader.snapshot()) {
            return new Walk(store, there, progress).run(snapshot.blocksOldestFirst());
        }
    }

    private List<FileName> there(UUID store) throws IOException {
        List<FileName> there = new ArrayList<>();
        for (Path file : list(folder)) {
            FileName name = FileName.parse(file.getFileName().toString());
            if (name != null && name.store().equals(store)) {
                if (!name.selection().equals(selection)) {
                    throw new IllegalArgumentException(folder + " holds " + name
                            + ", spans of the same store that were selected by other times, so that some would be there"
                            + " twice; name another folder, or the same times");
                }
                there.add(name);
            }
        }
        there.sort(Comparator.comparingInt(FileName::from));
        return there;
    }

    /** One walk over the blocks of a store, from the oldest on. */
    private final class Walk {
        private final UUID store;
        private final List<FileName> there;
        private final LongConsumer progress;
        private final SpanColumns columns = new SpanColumns();
        private final SpanRun run = new SpanRun();
        private @Nullable SpanFile file;
        /** What the file under way holds so far. */
        private @Nullable FileName name;

        private long spans;
        private int files;
        private long bytes;
        private long damaged;

        Walk(UUID store, List<FileName> there, LongConsumer progress) {
            this.store = store;
            this.there = there;
            this.progress = progress;
        }

        ParquetReport run(BlockCursor blocks) throws IOException {
            try {
                while (blocks.next()) {
                    if (blocks.segmentNumber() != BlockCursor.OPEN_SLABS) {
                        take(blocks);
                    }
                }
                endFile();
                return new ParquetReport(spans, files, bytes, there.size(), damaged);
            } finally {
                SpanFile unfinished = file;
                if (unfinished != null) {
                    unfinished.close();
                }
            }
        }

        /** Writes what of a block no file holds: the gaps between the ranges that files hold. */
        private void take(BlockCursor blocks) throws IOException {
            int at = blocks.firstOrdinal();
            int end = at + blocks.spanCount();
            for (FileName held : there) {
                if (held.isOfSegment(store, blocks.segmentNumber(), blocks.segmentId())
                        && held.to() > at
                        && held.from() < end) {
                    if (held.from() > at) {
                        take(blocks, at, held.from());
                    }
                    endFile();
                    at = held.to();
                }
            }
            if (at < end) {
                take(blocks, at, end);
            }
        }

        private void take(BlockCursor blocks, int from, int to) throws IOException {
            FileName before = name;
            if (before == null
                    || !before.isOfSegment(store, blocks.segmentNumber(), blocks.segmentId())
                    || before.to() != from) {
                endFile();
                before = new FileName(store, blocks.segmentNumber(), blocks.segmentId(), from, from, selection);
                file = new SpanFile(folder, columns, run, selection);
            }
            name = new FileName(store, before.segmentNumber(), before.segmentId(), before.from(), to, selection);
            if (selection.mayHave(blocks.minStartNanos(), blocks.maxStartNanos())) {
                BlockReader block = blocks.open();
                SpanFile into = file;
                if (block == null) {
                    damaged++;
                } else if (into != null) {
                    into.add(block, from - blocks.firstOrdinal(), to - blocks.firstOrdinal());
                }
            }
            progress.accept(to - from);
        }

        private void endFile() throws IOException {
            SpanFile ended = file;
            FileName range = name;
            if (ended == null || range == null) {
                return;
            }
            try (ended) {
                file = null;
                name = null;
                long rows = ended.end();
                if (rows > 0) {
                    bytes += ended.commit(range);
                    spans += rows;
                    files++;
                }
            }
        }
    }

    /** Lets another export in. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
