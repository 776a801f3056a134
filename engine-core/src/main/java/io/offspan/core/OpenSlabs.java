package io.offspan.core;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.StoreCounters.Counter;
import io.offspan.core.ingest.SlabFile;
import io.offspan.core.memory.FileKey;
import io.offspan.core.segment.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a reader sees of the slabs: the writer's own file in its process, or a mapping of it that follows a file that was replaced.
 *
 * <p><b>Threads.</b> Any.
 */
final class OpenSlabs implements AutoCloseable {
    private static final int MAX_POOLED = 16;

    private final @Nullable Path directory;
    private final ConcurrentLinkedDeque<SlabCopy> pool = new ConcurrentLinkedDeque<>();
    private @Nullable SlabFile file;
    private @Nullable FileKey fileKey;

    private OpenSlabs(@Nullable Path directory, @Nullable SlabFile file) {
        this.directory = directory;
        this.file = file;
    }

    /** Reads a slab file that somebody else opened and closes. */
    static OpenSlabs of(SlabFile file) {
        return new OpenSlabs(null, file);
    }

    /** Reads the slab file of a store, when it has one. */
    static OpenSlabs in(Path directory) {
        return new OpenSlabs(directory, null);
    }

    /**
     * Copies what is committed and, as far as {@code catalog} knows, not in the log.
     *
     * <p>A slab that is reused during the copy has its spans in the log by then; its new spans are copied in another attempt.
     *
     * @param damaged is told of each slab that cannot be read, how many spans it counts
     */
    List<SlabCopy> copy(Catalog catalog, IntConsumer damaged) throws IOException {
        List<SlabCopy> copies = new ArrayList<>();
        SlabFile slabs = current();
        if (slabs == null) {
            Path store = directory;
            if (store != null && SlabFile.isDamaged(store.resolve("slabs"))) {
                damaged.accept(0);
            }
            return copies;
        }
        for (int slab = 0; slab < slabs.slabs(); slab++) {
            SlabCopy copy = copy(slabs, slab, catalog, damaged);
            if (copy != null) {
                copies.add(copy);
            }
        }
        return copies;
    }

    private @Nullable SlabCopy copy(SlabFile slabs, int slab, Catalog catalog, IntConsumer damaged) {
        while (true) {
            long word = slabs.peek(slab);
            int count = SlabLayout.count(word);
            long generation = SlabLayout.generation(word);
            if (SlabLayout.state(word) == SlabLayout.FREE
                    || count == 0
                    || catalog.flushed(slabs.incarnation(), slab, generation) >= count) {
                return null;
            }
            SlabCopy copy = take(slabs.layout(slab).size());
            if (slabs.copyCommitted(slab, copy.target()) > 0) {
                return copy;
            }
            giveBack(copy);
            long after = slabs.peek(slab);
            if (SlabLayout.generation(after) == generation && SlabLayout.state(after) != SlabLayout.FREE) {
                // Not reused, and yet not readable: its marks are damaged.
                damaged.accept(count);
                return null;
            }
        }
    }

    /** Reads the counters that the writer published last. */
    Map<Counter, Long> counters() throws IOException {
        SlabFile slabs = current();
        Map<Counter, Long> counters = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counters.put(counter, slabs == null ? 0L : slabs.counter(counter.ordinal()));
        }
        return counters;
    }

    /** Returns the id of the store, or null without slabs. */
    @Nullable
    UUID storeId() throws IOException {
        SlabFile slabs = current();
        return slabs == null ? null : slabs.storeId();
    }

    private SlabCopy take(int slabBytes) {
        for (SlabCopy copy : pool) {
            if (copy.capacityBytes() >= slabBytes && pool.remove(copy)) {
                return copy;
            }
        }
        return new SlabCopy(slabBytes);
    }

    void giveBack(SlabCopy copy) {
        if (pool.size() < MAX_POOLED) {
            pool.push(copy);
        }
    }

    private synchronized @Nullable SlabFile current() throws IOException {
        Path store = directory;
        if (store == null) {
            return file;
        }
        Path path = store.resolve("slabs");
        // With its length: a file that was made shorter must not be read any more.
        FileKey key = FileKey.of(path);
        if (key == null || fileKey == null || !key.isSameFile(fileKey) || key.bytes() != fileKey.bytes()) {
            close();
            file = key == null ? null : SlabFile.openForReader(store);
            fileKey = file == null ? null : key;
        }
        return file;
    }

    @Override
    public synchronized void close() {
        SlabFile open = file;
        if (directory != null && open != null) {
            open.close();
        }
        file = null;
    }
}
