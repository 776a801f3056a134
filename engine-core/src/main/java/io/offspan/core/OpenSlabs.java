package io.offspan.core;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.DirectoryStamp;
import io.offspan.core.files.FileKey;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.SlabsFit;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabImage;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a reader sees of the slabs: the writer's own file in its process, or a mapping of it that follows a file that was replaced;
 * and an image of each slab that has spans, which only ever takes in what was committed since.
 *
 * <p><b>Threads.</b> Guarded by its owner, the counters and the id apart.
 */
final class OpenSlabs implements AutoCloseable {
    private static final int MAX_POOLED = 16;

    /** So often the file is looked at in any case: a directory that was copied may have the time stamp of the one in whose place it is. */
    private static final long SURE_NANOS = 100_000_000;

    private final @Nullable Path directory;
    private final @Nullable DirectoryStamp stamp;
    private final @Nullable File slabsFile;
    private long sureNanos;
    private @Nullable SlabFile file;
    private @Nullable FileKey fileKey;
    /** By slab; null where it held nothing when it was looked at last. */
    private @Nullable SlabImage[] images = {};

    /** By slab of another process: what its word was at the last look. */
    private long[] words = {};
    /** Whether all words were the same as at the look before. */
    private boolean quiet;

    private int count;
    private long incarnation;
    private final SlabImage[] pool = new SlabImage[MAX_POOLED];
    private int pooled;
    private int damagedSlabs;
    private long damagedSpans;
    /** Whether the file was compared with the log, and found not to belong to it. */
    private boolean foreign;

    private boolean compared;

    private OpenSlabs(@Nullable Path directory, @Nullable SlabFile file) {
        this.directory = directory;
        this.file = file;
        stamp = directory == null ? null : new DirectoryStamp(directory);
        slabsFile = directory == null ? null : directory.resolve("slabs").toFile();
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
     * Takes in what was committed since the last look.
     *
     * <p>A slab that is reused meanwhile has its spans in the log by then; its new spans are copied in another attempt.
     *
     * @param catalog is asked whether the log holds the spans of a slab that cannot be read
     * @return whether anything was different
     */
    boolean look(Catalog catalog) throws IOException {
        boolean wasDamaged = damagedSlabs > 0;
        quiet = false;
        damagedSlabs = 0;
        damagedSpans = 0;
        SlabFile slabs = current();
        if (slabs == null) {
            damagedSlabs = directory != null && SlabFile.isDamaged(directory.resolve("slabs")) ? 1 : 0;
        }
        if (slabs != null && !fits(slabs, catalog)) {
            damagedSlabs = 1;
            return dropAll() || !wasDamaged;
        }
        if (slabs == null || !slabs.acquire()) {
            return dropAll() || wasDamaged || damagedSlabs > 0;
        }
        try {
            return look(slabs, catalog) || wasDamaged;
        } finally {
            slabs.release();
        }
    }

    /** Tells whether the slabs of another process continue the log; looked at once for each file. */
    private boolean fits(SlabFile slabs, Catalog catalog) throws IOException {
        Path store = directory;
        if (store != null && !compared && !FaultPoint.BUG_IGNORES_PLACE.planted()) {
            String why = SlabsFit.misfit(
                    store.resolve("log"), catalog.tail(), slabs.storeId(), slabs.incarnation(), slabs.place());
            foreign = !why.isEmpty();
            compared = true;
            if (foreign) {
                catalog.refuseSlabs(SlabFile.HEADER_BYTES, LogEnd.misfit(why));
            }
        }
        return !foreign;
    }

    private boolean look(SlabFile slabs, Catalog catalog) {
        boolean changed = false;
        boolean same = directory != null;
        if (incarnation != slabs.incarnation() || images.length != slabs.slabs()) {
            changed = dropAll();
            images = new SlabImage[slabs.slabs()];
            words = new long[slabs.slabs()];
            incarnation = slabs.incarnation();
            same = false;
        }
        int seen = 0;
        for (int slab = slabs.nextTaken(0); slab < images.length; slab = slabs.nextTaken(slab + 1)) {
            long word = slabs.word(slab);
            same &= word == words[slab];
            words[slab] = word;
            if (isEmpty(word)) {
                continue;
            }
            SlabImage image = images[slab];
            if (image == null || !image.isCompleteAt(word)) {
                changed = true;
                update(slabs, slab, word, catalog);
            }
            seen++;
        }
        if (seen != count) {
            changed = true;
            dropThoseGivenBack(slabs);
        }
        quiet = same && damagedSlabs == 0;
        return changed;
    }

    /**
     * Tells whether another process has done nothing to its slabs between the last two looks: then its log has no span now that it, or
     * they, had not then, since each goes through a slab, whose word is another one when it comes, and once more when it has gone.
     */
    boolean isQuiet() {
        return quiet;
    }

    private static boolean isEmpty(long word) {
        return SlabLayout.count(word) == 0 || SlabLayout.state(word) == SlabLayout.FREE;
    }

    private void update(SlabFile slabs, int slab, long first, Catalog catalog) {
        long word = first;
        while (!isEmpty(word)) {
            long generation = SlabLayout.generation(word);
            if (slabs.copyCommitted(slab, word, image(slabs, slab, generation))) {
                return;
            }
            long after = slabs.word(slab);
            if (SlabLayout.generation(after) == generation && !isEmpty(after)) {
                // Not reused, and yet not readable: its marks are damaged.
                noteDamage(slabs, slab, word, catalog);
                return;
            }
            word = after;
        }
    }

    private SlabImage image(SlabFile slabs, int slab, long generation) {
        SlabImage image = images[slab];
        if (image == null || !image.isOf(slabs.incarnation(), slab, generation)) {
            drop(slab);
            image = take(slabs.layout(slab));
            image.start(slabs.incarnation(), slab, generation);
            images[slab] = image;
            count++;
        }
        return image;
    }

    private void noteDamage(SlabFile slabs, int slab, long word, Catalog catalog) {
        SlabImage image = images[slab];
        int readable = image == null ? 0 : image.spans();
        int logged = catalog.flushed(slabs.incarnation(), slab, SlabLayout.generation(word));
        int lost = SlabLayout.count(word) - Math.max(readable, logged);
        if (lost > 0) {
            damagedSlabs++;
            damagedSpans += lost;
        }
    }

    private void dropThoseGivenBack(SlabFile slabs) {
        for (int slab = 0; slab < images.length; slab++) {
            SlabImage image = images[slab];
            if (image != null) {
                long word = slabs.word(slab);
                if (isEmpty(word) || SlabLayout.generation(word) != image.generation()) {
                    drop(slab);
                }
            }
        }
    }

    private boolean dropAll() {
        boolean any = count > 0;
        for (int slab = 0; slab < images.length; slab++) {
            drop(slab);
        }
        return any;
    }

    private void drop(int slab) {
        SlabImage image = images[slab];
        if (image != null) {
            images[slab] = null;
            count--;
            letGo(image);
        }
    }

    private SlabImage take(SlabLayout layout) {
        for (int i = pooled - 1; i >= 0; i--) {
            SlabImage image = pool[i];
            if (image.fits(layout)) {
                pool[i] = pool[--pooled];
                image.hold();
                return image;
            }
        }
        SlabImage image = new SlabImage(layout);
        image.hold();
        return image;
    }

    /** Takes back a hold on an image. */
    void letGo(SlabImage image) {
        if (image.letGo() && pooled < MAX_POOLED) {
            pool[pooled++] = image;
        }
    }

    /** Returns how many slabs {@link #image} may be asked for. */
    int slabs() {
        return images.length;
    }

    /** Returns the image of a slab, or null when it held nothing at the last look. */
    @Nullable
    SlabImage image(int slab) {
        return images[slab];
    }

    /** Returns how many slabs could not be read to the end at the last look. */
    int damagedSlabs() {
        return damagedSlabs;
    }

    /** Returns how many spans they count that neither an image nor the log has. */
    long damagedSpans() {
        return damagedSpans;
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

    private synchronized @Nullable SlabFile current() throws IOException {
        Path store = directory;
        if (store == null) {
            return file;
        }
        if (isAsBefore()) {
            return file;
        }
        Path path = store.resolve("slabs");
        // With its length: a file that was made shorter must not be read any more.
        FileKey key = FileKey.of(path);
        if (key == null || fileKey == null || !key.isSameFile(fileKey) || key.bytes() != fileKey.bytes()) {
            closeFile();
            compared = false;
            foreign = false;
            file = key == null ? null : SlabFile.openForReader(store);
            fileKey = file == null ? null : key;
        }
        return file;
    }

    /** Tells whether the same file is there, as long as it was: by the time stamp of its directory, so that asking makes no object. */
    private boolean isAsBefore() {
        DirectoryStamp around = stamp;
        File slabs = slabsFile;
        FileKey known = fileKey;
        if (around == null || slabs == null) {
            return false;
        }
        try {
            // Asked first and each time: what changes from here on is seen the next time.
            boolean same = around.isSame();
            long now = System.nanoTime();
            if (same && known != null && now - sureNanos < SURE_NANOS && slabs.length() == known.bytes()) {
                return true;
            }
            sureNanos = now;
            return false;
        } catch (IOException gone) {
            return false;
        }
    }

    private void closeFile() {
        SlabFile open = file;
        if (directory != null && open != null) {
            open.close();
        }
        file = null;
    }

    @Override
    public synchronized void close() {
        closeFile();
    }
}
