package io.offspan.core.slab;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.files.BootId;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.Mapping;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.files.RegularFile;
import io.offspan.core.value.LogPlace;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of the slab file by the writer of a store: it goes on with the file that is there, or makes another in its place.
 *
 * <p>A new file knows of the clock and of the end of the log what the one before it knew.
 *
 * <p><b>Threads.</b> One.
 */
public final class SlabOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SlabOpening.class);

    private final Path directory;
    private final Path file;
    private final SlabGeometry wanted;
    private final Function<SlabFile, String> misfit;
    private final LongConsumer untrusted;
    private final UUID boot = BootId.current();

    private @Nullable UUID storeId;
    private long[] clock = new long[SlabFile.CLOCK_NOTE_LONGS];
    private @Nullable LogPlace place;
    private long nextSequence;

    private SlabOpening(
            Path directory,
            SlabGeometry wanted,
            @Nullable UUID storeId,
            Function<SlabFile, String> misfit,
            LongConsumer untrusted) {
        this.directory = directory;
        this.wanted = wanted;
        this.storeId = storeId;
        this.misfit = misfit;
        this.untrusted = untrusted;
        file = directory.resolve(SlabFile.NAME);
    }

    /**
     * Opens the slab file of a store for its writer, making or replacing it where needed.
     *
     * @param storeId the id that the log names, or null for a store without log
     * @param misfit says why the slabs do not continue the log, empty when they do; those that do not are put aside
     * @param untrusted is told how many spans a replaced file may have held
     */
    public static SlabFile forWriter(
            Path directory,
            SlabGeometry wanted,
            @Nullable UUID storeId,
            Function<SlabFile, String> misfit,
            LongConsumer untrusted) {
        SlabOpening opening = new SlabOpening(directory, wanted, storeId, misfit, untrusted);
        try {
            return opening.open();
        } catch (IOException e) {
            throw FreeSpace.explain(
                    opening.file + " of " + wanted.fileBytes()
                            + " bytes (slabs x slabBytes, and the large ones) cannot be made or used",
                    directory,
                    e);
        } catch (InternalError fault) {
            throw new SpanStoreException.DiskFull(
                    opening.file + " has pages that the disk has no room for, or cannot read; free some space, or see"
                            + " what the system's log says of the disk",
                    fault);
        }
    }

    private SlabFile open() throws IOException {
        RegularFile.requireOrNone(file, "the slabs are a regular file");
        // Spans are written in place, and would be into a copy that was made as a hard link.
        RegularFile.requireOneName(
                file, "spans would be written under all of them. Put a copy in its place, or delete the other names.");
        SlabHeader found = SlabHeader.read(file);
        SlabFile kept = found == null ? null : goOnWith(found);
        if (kept != null) {
            return kept;
        }
        if (found == null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            putAside("is damaged and");
        }
        return make();
    }

    /** Returns the file that is there, or null when it is to be replaced. */
    private @Nullable SlabFile goOnWith(SlabHeader found) throws IOException {
        storeId = storeId == null ? found.storeId() : storeId;
        if (!found.bootId().equals(boot)) {
            try (SlabFile before = new SlabFile(Mapping.readOnly(file), found, false)) {
                untrusted.accept(committed(before));
            }
            return null;
        }
        PrivateFiles.makePrivate(file);
        SlabFile existing =
                new SlabFile(Mapping.readWrite(file, found.geometry().fileBytes()), found, true);
        boolean kept = false;
        try {
            int ready = existing.neededReady();
            existing.fillHoles(file, ready);
            existing.ready(file, ready);
            kept = isToBeKept(existing, found.geometry());
            return kept ? existing : null;
        } finally {
            if (!kept) {
                existing.close();
            }
        }
    }

    private boolean isToBeKept(SlabFile existing, SlabGeometry geometry) throws IOException {
        String why = misfit.apply(existing);
        if (!why.isEmpty()) {
            untrusted.accept(unlogged(existing));
            putAside("does not fit its log: " + why + ". It");
            return false;
        }
        if (geometry.equals(wanted) || committed(existing) > 0) {
            format(existing);
            return true;
        }
        clock = existing.clockNote();
        place = existing.place();
        nextSequence = existing.nextSequence();
        return false;
    }

    private void putAside(String why) throws IOException {
        Path aside = file.resolveSibling(SlabFile.NAME + ".quarantined");
        Disk.rename(file, aside);
        LOG.warn("{} {} was moved to {}; spans that stood only there are lost", file, why, aside);
    }

    private SlabFile make() throws IOException {
        NewSlabFile.write(directory, wanted, storeId == null ? UUID.randomUUID() : storeId, boot);
        SlabHeader made = SlabHeader.read(file);
        if (made == null) {
            throw new IOException("The new slab file cannot be read back");
        }
        SlabFile fresh = new SlabFile(Mapping.readWrite(file, wanted.fileBytes()), made, true);
        try {
            fresh.ready(file, wanted.readyAtFirst());
            format(fresh);
            fresh.putClockNote(clock);
            carryPlace(fresh);
            return fresh;
        } catch (RuntimeException | Error e) {
            fresh.close();
            throw e;
        }
    }

    private void carryPlace(SlabFile fresh) {
        LogPlace end = place;
        if (end != null) {
            fresh.putPlace(end.nextSequence(), end.segmentId(), end.segmentNumber(), end.ordinal(), end.lastCrc());
        }
        if (nextSequence > 0) {
            // Some slab may have known more than the place, of which the checksum is not known.
            fresh.putLoggedBefore(0, nextSequence);
        }
    }

    /** Writes the headers of all slabs. */
    private static void format(SlabFile slabs) {
        // A reader needs the constant header of a slab for nothing, and a check of the file does.
        for (int i = 0; i < slabs.slabs(); i++) {
            slabs.layout(i).writeHeader(slabs.slab(i), i, slabs.incarnation());
        }
    }

    /** Counts the spans of slabs that are not free, as far as their words make sense. */
    private static long committed(SlabFile slabs) {
        long spans = 0;
        for (int i = 0; i < slabs.slabs(); i++) {
            long word = slabs.word(i);
            if (!SlabLayout.isFree(word)) {
                spans += Math.min(SlabLayout.count(word), slabs.layout(i).maxSpans());
            }
        }
        return spans;
    }

    /** Counts those of them that the slabs do not know to be in the log. */
    private static long unlogged(SlabFile slabs) {
        long spans = 0;
        for (int i = 0; i < slabs.slabs(); i++) {
            long word = slabs.word(i);
            int count = Math.min(SlabLayout.count(word), slabs.layout(i).maxSpans());
            spans += Math.max(0, count - slabs.flushed(i, SlabLayout.generation(word)));
        }
        return spans;
    }
}
