package io.offspan.core;

import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.DamageLog;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentIdentity;
import io.offspan.core.segment.SegmentListener;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.Damage;
import io.offspan.core.value.LogLag;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store: in the process that writes it, in another one beside it, or after the writer has died.
 *
 * <p>Writes nothing, takes no lock, and loads no class of the queue.
 *
 * <p>What retention deletes stays on the disk for as long as a snapshot or a follower has it. A reader that nobody asks lets go of it
 * within two seconds, by a thread that all readers of the process share.
 *
 * <p><b>Threads.</b> Any; each snapshot and follower belongs to one. <b>Owns</b> the mappings of the segments until {@link #close}, and
 * longer where a snapshot has pinned one.
 */
public final class StoreReader implements AutoCloseable {
    private static final String LOG = "log";

    private final Path directory;
    private final OpenSlabs slabs;
    private final Catalog catalog;
    /** Whether the catalog is the reader's own and not the writer's. */
    private final boolean owner;

    private final Moments moments;
    private volatile boolean closed;

    private StoreReader(Path directory, OpenSlabs slabs, Catalog catalog, boolean owner) {
        this.directory = directory;
        this.slabs = slabs;
        this.catalog = catalog;
        this.owner = owner;
        moments = new Moments(slabs, catalog);
    }

    /**
     * Opens a store for reading only.
     *
     * @throws SpanStoreException.NotAStore when the directory holds none
     * @throws SpanStoreException.MissingFlags when the JVM denies raw memory, which it does by a flag only
     */
    public static StoreReader open(Path directory) {
        JvmAccess.toRead();
        Path log = directory.resolve(LOG);
        if (Files.exists(log, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(log, LinkOption.NOFOLLOW_LINKS)) {
            throw new SpanStoreException.NotAStore(
                    log + " is a link or no directory; a log is a directory of its own. Put the files in its place.");
        }
        boolean found = Files.isDirectory(log, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(directory.resolve("slabs"), LinkOption.NOFOLLOW_LINKS);
        if (!found && Files.isDirectory(directory) && !Files.isExecutable(directory)) {
            throw SpanStore.denied(directory.toString(), null);
        }
        if (!found) {
            throw new SpanStoreException.NotAStore(
                    "No store in " + directory.toAbsolutePath() + ": it has neither a log nor slabs; check the path");
        }
        try {
            LogEnd known = LogEnd.read(directory);
            Catalog catalog = Catalog.open(log);
            catalog.expect(known.nextSequence(), known.newestSegment());
            return new StoreReader(directory, OpenSlabs.in(directory), catalog, true);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    /** Opens a reader beside the writer in its own process, over the writer's slabs and what it knows of its log. */
    static StoreReader beside(Path directory, SlabFile slabs, Catalog catalog) {
        return new StoreReader(directory, OpenSlabs.of(slabs), catalog, false);
    }

    /** Returns the directory of the store. */
    public Path directory() {
        return directory;
    }

    /** Tells whether this is the {@link SpanStore#reader} of the store's writer, which alone may write to its directory. */
    public boolean isOfWriter() {
        return !owner;
    }

    /** Takes a snapshot, which has to be closed: every span acknowledged before this call, each once. */
    public StoreSnapshot snapshot() {
        requireOpen();
        return new StoreSnapshot(directory, moments);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The reader of " + directory + " is closed; open another one");
        }
    }

    /** Tells a listener what happens to the segments from now on, and first of those that are known. */
    public void listen(SegmentListener listener) {
        requireOpen();
        catalog.listen(listener);
    }

    /** Tells a listener nothing any more, but for what it is being told at this moment. */
    public void unlisten(SegmentListener listener) {
        catalog.unlisten(listener);
    }

    /** Takes in what has been appended, and tells the listeners; what the writer in this process appends they are told anyway. */
    public void refresh() {
        requireOpen();
        try {
            catalog.refresh();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Returns a follower of the log that continues at a position. */
    public LogFollower follower(Position from) {
        requireOpen();
        return new LogFollower(catalog, Objects.requireNonNull(from, "from"));
    }

    /** Takes in what has been appended, and returns what the log holds now. */
    public ReaderStats stats() {
        refresh();
        DamageLog damages = catalog.damages();
        return new ReaderStats(
                catalog.segments().length,
                catalog.blocks(),
                catalog.spans(),
                catalog.bytes(),
                damages.count(),
                damages.damagedBlocks(),
                damages.damagedSpans());
    }

    /**
     * Returns the id of the store, as its log names it, or its slabs while there is no log.
     *
     * @return null when neither is there
     */
    public @Nullable UUID storeId() {
        refresh();
        try {
            for (Segment segment : catalog.segments()) {
                SegmentIdentity identity = segment.identity();
                if (identity != null) {
                    return identity.storeId();
                }
            }
            return slabs.storeId();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Tells whether the log holds by now every span of a snapshot, those included that were in open slabs when it was taken. */
    public boolean hasLogged(StoreSnapshot snapshot) {
        refresh();
        return snapshot.isLoggedIn(catalog);
    }

    /** Returns the end of what the log holds now, {@link Position#START} for an empty one. */
    public Position end() {
        refresh();
        Segment[] known = catalog.segments();
        Segment last = known.length == 0 ? null : known[known.length - 1];
        return last == null
                ? Position.START
                : new Position(last.id(), last.number(), last.directory().endOrdinal());
    }

    /** Takes in what has been appended, and returns how much of the log lies behind a position. */
    public LogLag lag(Position from) {
        refresh();
        long spans = 0;
        long bytes = 0;
        long since = 0;
        for (Segment segment : catalog.segments()) {
            boolean same = segment.number() == from.segmentNumber() && segment.id() == from.segmentId();
            BlockDirectory blocks = segment.directory();
            int row = same ? blocks.firstRowFrom(from.ordinal()) : 0;
            boolean behind = same || segment.number() > from.segmentNumber();
            if (behind && row < blocks.count()) {
                spans += same ? blocks.spansFrom(from.ordinal()) : segment.spans();
                bytes += segment.endOffset() - blocks.offset(row);
                since = since == 0 ? blocks.ingestTimeNanos(row) : since;
            }
        }
        return spans == 0 ? LogLag.NONE : new LogLag(spans, bytes, since);
    }

    /**
     * Tells whether a position could have been reached by following this log as it is now. One in a segment that retention has deleted
     * could; one behind the end, or in a segment whose number belongs to another one now, could not.
     */
    public boolean reaches(Position position) {
        Position end = end();
        if (position.segmentNumber() > end.segmentNumber()) {
            return false;
        }
        for (Segment segment : catalog.segments()) {
            if (segment.number() == position.segmentNumber() && segment.id() != position.segmentId()) {
                return false;
            }
        }
        return !end.isBefore(position);
    }

    /**
     * Returns what the writer that had the store open last, or has it open now, has counted since it opened it; about a sync
     * interval old. All counts are zero where the slab file cannot be read, after a reboot for instance.
     */
    public Map<Counter, Long> writerCounters() {
        try {
            return slabs.counters();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Returns the damaged places that were met so far, which need not be all; {@link #verify} looks for them. */
    public List<Damage> damages() {
        return catalog.damages().places();
    }

    /**
     * Reads every byte of the log and checks it.
     *
     * @param findings is told of each damaged place as soon as it is found
     */
    public StoreVerifier.Result verify(Consumer<Damage> findings) {
        try {
            return new StoreVerifier(directory.resolve(LOG), findings).run();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private SpanStoreException unreadable(IOException e) {
        return unreadable(directory, e);
    }

    static SpanStoreException unreadable(Path directory, IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return SpanStore.denied(denied.getFile(), e);
        }
        return new SpanStoreException("The store in " + directory + " cannot be read: " + e, e);
    }

    /** Closes the reader; snapshots that are open stay readable until they are closed. */
    @Override
    public void close() {
        closed = true;
        if (owner) {
            catalog.close();
        }
        slabs.close();
    }
}
