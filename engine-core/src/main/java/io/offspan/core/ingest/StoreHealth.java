package io.offspan.core.ingest;

import io.offspan.codec.block.BlockLayout;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FileKey;
import io.offspan.core.slab.OwnerToken;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the names under which a writer opened its files still lead to them, and whether the store is still its own.
 *
 * <p>A deleted file can be written to for as long as it is open, and everybody believes that the bytes are kept. A name that cannot be
 * looked up, for want of permission say, tells nothing and is passed over.
 *
 * <p><b>Threads.</b> The agent's. Opens no file that is locked: closing one gives up the locks on it.
 *
 * <p><b>Fails</b> with {@link SpanStoreException.Lost}, which says what is lost and what to do.
 */
final class StoreHealth {
    private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);

    private final Path directory;
    private final Path slabs;
    private final long slabBytes;
    private final OwnerToken owner;
    private final List<Watched> watched = new ArrayList<>();
    private boolean unsaid = true;

    /** A file or directory that must stay what it is, and what it means when it does not. */
    private record Watched(Path path, FileKey identity, long bytes, String meaning) {}

    private StoreHealth(Path directory, long slabBytes, OwnerToken owner) {
        this.directory = directory;
        this.slabBytes = slabBytes;
        this.owner = owner;
        slabs = directory.resolve(SlabFile.NAME);
    }

    /** Remembers what the names of an open store lead to. */
    static StoreHealth of(Path directory, Path lock, long slabBytes, OwnerToken owner) throws IOException {
        StoreHealth health = new StoreHealth(directory, slabBytes, owner);
        health.watch(directory.resolve("log"), "the spans in it are lost to this store");
        health.watch(health.slabs, "accepted spans that the log did not have yet are lost to this store");
        health.watch(lock, "another writer could have got in, nothing is lost by that");
        // The last, so that it is named as well when it is moved in the middle of a look.
        health.watch(directory, "what was stored is where the directory went, or gone with it");
        return health;
    }

    private void watch(Path path, String meaning) throws IOException {
        FileKey found = FileKey.of(path);
        if (found == null) {
            throw new SpanStoreException.Lost(path + " was deleted while its store was being opened; open it again");
        }
        watched.add(new Watched(path, found, path.equals(slabs) ? slabBytes : 0, meaning));
    }

    /** Moves the heartbeat that tells others of this writer. */
    void beat(long nanos) {
        owner.beat(nanos);
    }

    /**
     * Looks at everything that was opened with the store, and at a segment.
     *
     * @param segment the one being written, null before the first
     * @param bytes how long it has to be at least
     * @param spans how many spans are in it
     * @param last where this writer's last block in it begins, 0 when there is none
     * @param crc the checksum in the header of that
     */
    void check(@Nullable Path segment, @Nullable FileKey opened, long bytes, long spans, long last, int crc) {
        StringJoiner troubles = new StringJoiner("; ");
        boolean shorter = false;
        if (segment != null && opened != null) {
            String meaning = "up to " + spans + " spans in it are lost to this store";
            compare(segment, opened, bytes, meaning, troubles);
            if (troubles.length() == 0 && last > 0 && !hasBlock(segment, last, crc)) {
                troubles.add(segment + " was made shorter, and longer again by whoever wrote to it next: " + meaning);
            }
        }
        for (Watched file : watched) {
            shorter |= compare(file.path, file.identity, file.bytes, file.meaning, troubles);
        }
        // A page of slabs that were made shorter must not be looked at.
        if (!shorter && !owner.isOurs()) {
            troubles.add("process " + owner.pid() + " writes the store in " + directory
                    + ", or its slabs were overwritten by a copy: what this process appended since is in doubt");
        }
        if (troubles.length() > 0) {
            throw new SpanStoreException.Lost(
                    "The files of the store in " + directory + " were changed while it was open: "
                            + troubles
                            + ". It takes no spans any more and touches nothing. Close it and open it again, where the"
                            + " directory is now, and leave the directory of an open store alone");
        }
    }

    /** Says what is behind an error that the JVM raised for a page of the store's files. */
    SpanStoreException.Lost explain(InternalError fault) {
        try {
            check(null, null, 0, 0, 0, 0);
        } catch (SpanStoreException.Lost changed) {
            changed.addSuppressed(fault);
            return changed;
        } catch (InternalError again) {
            // The page that says whose the slabs are is missing as well.
            fault.addSuppressed(again);
        }
        return new SpanStoreException.Lost(
                "A page of the files of the store in " + directory
                        + " cannot be reached: a file was made shorter while it"
                        + " was open, or the disk cannot read it, of which the system's log would tell. The store takes no"
                        + " spans any more and touches nothing. Close it and open it again",
                fault);
    }

    /** Tells whether the slabs have all their pages, and can be written to. */
    boolean hasSlabs() {
        try {
            FileKey now = FileKey.of(slabs);
            return now == null || now.bytes() >= slabBytes;
        } catch (IOException unknown) {
            return true;
        }
    }

    /** Returns whether the file is there and was made shorter. */
    private boolean compare(Path path, FileKey opened, long bytes, String meaning, StringJoiner troubles) {
        FileKey now;
        try {
            now = FileKey.of(path);
        } catch (IOException unknown) {
            say(path, unknown);
            return false;
        }
        if (now == null) {
            troubles.add(path + " was deleted or moved: " + meaning);
        } else if (!now.isSameFile(opened)) {
            troubles.add(path + " was replaced: " + meaning);
        } else if (now.bytes() < bytes) {
            troubles.add(path + " was made shorter, from " + bytes + " to " + now.bytes() + " bytes: " + meaning);
            return true;
        }
        return false;
    }

    /** Tells whether there is no hole for a block; asks the file, not its mapping, of which a page may be missing. */
    private boolean hasBlock(Path segment, long at, int crc) {
        ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
        try (FileChannel channel = Disk.read(segment)) {
            Disk.readFully(channel, word, at + BlockLayout.HEADER_CRC_OFFSET);
        } catch (IOException unknown) {
            say(segment, unknown);
            return true;
        }
        return word.getInt(0) != 0 || crc == 0;
    }

    private void say(Path path, IOException unknown) {
        if (unsaid) {
            unsaid = false;
            LOG.warn("{} cannot be looked at, so that nobody would notice it being deleted", path, unknown);
        }
    }
}
