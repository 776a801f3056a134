package io.offspan.core.segment;

import io.offspan.core.value.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log directory and their blocks, followed while a writer adds to them and retention removes them.
 *
 * <p>In the process that writes the log there is one, a {@link WriterCatalog}. Anywhere else a catalog looks at the files, takes no lock
 * on the disk, and so works beside a living writer of any process and after a dead one.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> its segments: those that vanish are retired, those that are left at {@link #close} too.
 */
public abstract sealed class Catalog implements AutoCloseable permits FollowedCatalog, WriterCatalog {
    final SegmentListing listing;
    final Listeners listeners = new Listeners();
    final KnownSegments known = new KnownSegments(listeners);
    final FlushTable flushes = new FlushTable();
    final SegmentGaps gaps;

    private final Path logDirectory;
    /** Whether a writer tells what is new, so that files are seldom looked at. */
    private final boolean told;
    /** What {@link #letGoOfDeleted} has seen of the directory, so that it takes nothing from whoever looks for what is new. */
    private final SegmentListing deletions;

    private final DamageLog damages = new DamageLog();
    private final View view = new View();
    private volatile boolean closed;

    Catalog(Path logDirectory, boolean told) {
        this.logDirectory = logDirectory;
        this.told = told;
        listing = new SegmentListing(logDirectory);
        deletions = new SegmentListing(logDirectory);
        gaps = new SegmentGaps(damages);
    }

    /**
     * Opens a log directory and walks what is in it.
     *
     * @throws IOException when the directory cannot be listed; one that is not there is a log without segments
     */
    public static Catalog open(Path logDirectory) throws IOException {
        Catalog catalog = new FollowedCatalog(logDirectory);
        try {
            catalog.refresh();
            IdleCatalogs.add(catalog);
            return catalog;
        } catch (IOException | RuntimeException | Error e) {
            catalog.close();
            throw e;
        }
    }

    /** Takes in what has happened since the last call: new blocks, new segments, removed segments. */
    public abstract void refresh() throws IOException;

    /** Takes in new blocks of the newest segment, and asks the file system about others as seldom as may be. */
    public abstract void refreshTail() throws IOException;

    /** Looks for files that have come or gone without the writer's doing. */
    public abstract void lookForFiles() throws IOException;

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The catalog is closed");
        }
    }

    final boolean isClosed() {
        return closed;
    }

    final void tellListeners() {
        listeners.tell();
    }

    final synchronized void look() throws IOException {
        requireOpen();
        listAndWalk();
        Segment[] all = segments();
        if (all.length > 0 && all[all.length - 1].ended() && listing.invalidate()) {
            // The writer has gone on to the next file within the resolution of the directory's time stamp.
            listAndWalk();
        }
    }

    private void listAndWalk() throws IOException {
        // Listed before the walk: a segment that was not the last one then gets no more blocks.
        TreeMap<Integer, Path> files = listing.changed();
        if (files != null) {
            adopt(files);
        }
        Segment[] all = segments();
        for (int i = 0; i < all.length; i++) {
            if (!all[i].ended()) {
                walk(all[i], i < all.length - 1);
                if (all[i].ended()) {
                    all[i].letGo();
                }
            }
        }
        if (files != null) {
            gaps.lookBetween(all);
        }
    }

    private void adopt(TreeMap<Integer, Path> files) throws IOException {
        known.retireThoseNotIn(files, Integer.MAX_VALUE);
        for (Map.Entry<Integer, Path> file : files.entrySet()) {
            if (known.get(file.getKey()) == null) {
                Segment segment = map(file.getKey(), file.getValue(), flushes);
                if (segment != null) {
                    known.put(segment);
                }
            }
        }
        known.publish();
    }

    /** Walks on in a segment; under the lock. */
    final void walk(Segment segment, boolean finished) {
        long before = segment.lastSequence();
        int blocks = segment.directory().count();
        boolean over = segment.ended();
        int found = segment.tryWalk(finished);
        if (found > 0 && !told) {
            // The file may have been made longer since it was mapped, and be deleted before anybody reads what was
            // found.
            segment.keepReadable();
        }
        if (found > 0 || segment.lastSequence() != before) {
            known.grown(segment, blocks);
        }
        if (!over && segment.ended()) {
            listeners.ended(segment);
        }
    }

    final Segment segment(int number, Path path, FlushTable table) throws IOException {
        return new Segment(number, path, damages, table, told);
    }

    /** Makes and maps a segment; null when it was removed meanwhile, or cannot be used and is named for that. */
    final @Nullable Segment map(int number, Path path, FlushTable table) throws IOException {
        try {
            Segment segment = segment(number, path, table);
            segment.map();
            return segment;
        } catch (NoSuchFileException removed) {
            listing.invalidate();
        } catch (IOException refused) {
            if (OpenFiles.isExhausted(refused)) {
                int files = listing.size();
                // An answer without this segment would be a wrong one.
                listing.forget();
                throw new IOException(
                        "segment " + number + " of " + files + " cannot be opened or mapped (" + refused.getMessage()
                                + "); allow this process more open files (ulimit -n) or mappings (vm.max_map_count), or"
                                + " larger segments",
                        refused);
            }
            damages.add(SegmentName.damage(number, 0, 0, String.valueOf(refused.getMessage())));
        }
        return null;
    }

    /**
     * Names the blocks that the log does not have, though it is known to have had them before this was called.
     *
     * @param nextSequence the sequence of the block behind them
     * @param newestSegment the segment that they were in, or that came after it
     */
    public final synchronized void expect(long nextSequence, int newestSegment) throws IOException {
        if (gaps.endEarly(segments(), nextSequence, newestSegment)) {
            // A file that was made within the resolution of the directory's time stamp is found by another listing.
            listing.forget();
            look();
            boolean unknown =
                    !known.haveAll(listing.latest().tailMap(newestSegment, true).keySet());
            boolean setAside =
                    Files.exists(logDirectory.resolve(SegmentName.setAside(newestSegment)), LinkOption.NOFOLLOW_LINKS);
            if (!unknown && !setAside && gaps.endEarly(segments(), nextSequence, newestSegment)) {
                gaps.nameEnd(segments(), nextSequence, newestSegment);
            }
        }
    }

    /** Notes that slabs do not continue this log. */
    public final void refuseSlabs(int bytes, String why) {
        damages.add(Damage.ofSlabs(0, bytes, why));
    }

    /** Says that the file of a segment was deleted. */
    public final void retired(Segment segment) {
        synchronized (this) {
            known.remove(segment);
        }
        tellListeners();
    }

    /** Adds a listener, which is told first of the segments that are known by now; it is told nothing any more once this is closed. */
    public final void listen(SegmentListener listener) {
        synchronized (this) {
            listeners.add(listener, segments());
        }
        tellListeners();
    }

    /** Tells a listener nothing any more, but for what it is being told at this moment. */
    public final synchronized void unlisten(SegmentListener listener) {
        listeners.remove(listener);
    }

    /** Returns the end of the log as it is known, for its next writer. */
    public final synchronized LogTail tail() throws IOException {
        return known.tail(damages.count() == 0);
    }

    /**
     * Refreshes, and shows the result to {@code reader} before anything can change it: the blocks known then and what
     * {@link View#flushed} says agree.
     */
    public final void refresh(Consumer<View> reader) throws IOException {
        refresh();
        show(reader);
    }

    /** Does the same for whoever knows that nothing was appended since the last time: only whether files have come or gone is asked. */
    public final void refreshSettled(Consumer<View> reader) throws IOException {
        refreshSettled();
        show(reader);
    }

    private synchronized void show(Consumer<View> reader) {
        requireOpen();
        reader.accept(view);
    }

    /** Takes in what has happened to files, when nothing was appended to any since the last call. */
    abstract void refreshSettled() throws IOException;

    /** Retires the segments whose files are gone, without taking in anything new. */
    final void letGoOfDeleted() {
        synchronized (this) {
            try {
                TreeMap<Integer, Path> files = closed ? null : deletions.changed();
                if (files == null || known.areAllIn(files)) {
                    return;
                }
                known.retireThoseNotIn(files, Integer.MAX_VALUE);
                // Those that come back, as with a directory that was moved, have to be taken in again.
                listing.forget();
                known.publish();
            } catch (IOException unreadable) {
                // Whoever asks next is told; the next look finds it changed, or not there.
                deletions.forget();
                return;
            }
        }
        tellListeners();
    }

    /** Gives a set back that {@link View#hold} gave. */
    public final synchronized void letGo(SegmentSet set) {
        set.letGo();
    }

    /** What is known at one moment. */
    public final class View {
        private View() {}

        /** Returns a number that is another one whenever something was different before. */
        public long version() {
            return known.version();
        }

        /** Returns the segments, pinned until the set is given back to the catalog. */
        public SegmentSet hold() {
            return known.hold();
        }

        /** Returns how many of the spans {@code [0, n)} of a slab's generation stand in the known blocks. */
        public int flushed(long incarnation, int slab, long generation) {
            return flushes.flushed(incarnation, slab, generation);
        }
    }

    /** Returns the segments known now, ascending by number; the array is shared and must not be changed. */
    public final Segment[] segments() {
        return known.inOrder();
    }

    /** Returns how many of the spans {@code [0, n)} of a slab's generation the log held at the last refresh. */
    public final synchronized int flushed(long incarnation, int slab, long generation) {
        return flushes.flushed(incarnation, slab, generation);
    }

    /** Returns how many bytes of the disk deleted segments take for as long as somebody here has them pinned. */
    public final synchronized long heldBytes() {
        return known.heldBytes();
    }

    /** Returns the damage found so far. */
    public final DamageLog damages() {
        return damages;
    }

    /** Returns how many spans the known blocks hold. */
    public final long spans() {
        long sum = 0;
        for (Segment segment : segments()) {
            sum += segment.spans();
        }
        return sum;
    }

    /** Returns how many blocks of spans are known. */
    public final long blocks() {
        long sum = 0;
        for (Segment segment : segments()) {
            sum += segment.directory().count();
        }
        return sum;
    }

    /** Returns the bytes of the known blocks and what stands between them. */
    public final long bytes() {
        long sum = 0;
        for (Segment segment : segments()) {
            sum += segment.bytes();
        }
        return sum;
    }

    /** Retires every segment; those still pinned stay readable until they are released. */
    @Override
    public final synchronized void close() {
        closed = true;
        listeners.clear();
        known.clear();
    }
}
