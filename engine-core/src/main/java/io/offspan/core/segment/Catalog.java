package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log directory and their blocks, followed while a writer adds to them and retention removes them.
 *
 * <p>Reads files only and takes no lock on the disk, so that it works beside a living writer of any process and after a dead one.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> its segments: those that vanish are retired, those that are left at {@link #close} too.
 */
public final class Catalog implements AutoCloseable {
    private static final int LISTING_MILLIS = 100;
    private static final long NANOS_A_MILLI = 1_000_000;

    private final SegmentListing listing;
    private final boolean readable;
    /** What the writer in this process has done, or null when it may be in another one. */
    private final @Nullable LogChanges changes;

    private long changesSeen = -1;
    private long filesSeen = -1;
    private final DamageLog damages = new DamageLog();
    private final FlushTable flushes = new FlushTable();
    private final TreeMap<Integer, Segment> byNumber = new TreeMap<>();
    private volatile Segment[] segments = new Segment[0];
    private final View view = new View();
    private @Nullable SegmentSet current;
    private long version;
    private boolean closed;
    private long listedNanos = System.nanoTime();

    private Catalog(Path logDirectory, boolean readable, @Nullable LogChanges changes) {
        this.readable = readable;
        listing = new SegmentListing(logDirectory);
        this.changes = changes;
    }

    /**
     * Opens a log directory and walks what is in it.
     *
     * @throws IOException when the directory cannot be listed; one that is not there is a log without segments
     */
    public static Catalog open(Path logDirectory) throws IOException {
        return open(logDirectory, true, null);
    }

    /**
     * Opens a log directory for whoever wants to know what is in it and reads no block: nothing is mapped.
     *
     * @throws IOException as {@link #open}
     */
    public static Catalog ofHeaders(Path logDirectory) throws IOException {
        return open(logDirectory, false, null);
    }

    /** Opens a log directory beside its writer, and from then on looks at it only when the writer has changed something. */
    public static Catalog open(Path logDirectory, @Nullable LogChanges changes) throws IOException {
        return open(logDirectory, true, changes);
    }

    private static Catalog open(Path logDirectory, boolean readable, @Nullable LogChanges changes) throws IOException {
        Catalog catalog = new Catalog(logDirectory, readable, changes);
        try {
            catalog.refresh();
            return catalog;
        } catch (IOException | RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /**
     * Takes in what has happened since the last call: new blocks, new segments, removed segments.
     *
     * @return how many blocks are new
     */
    public synchronized int refresh() throws IOException {
        if (closed) {
            throw new IllegalStateException("The catalog is closed");
        }
        long changesNow = changes == null ? 0 : changes.count();
        if (changes != null && changesNow == changesSeen) {
            return 0;
        }
        int found = listAndWalkOn();
        changesSeen = changesNow;
        return found;
    }

    private int listAndWalkOn() throws IOException {
        int found = listAndWalk();
        Segment[] known = segments;
        if (known.length > 0 && known[known.length - 1].ended() && listing.invalidate()) {
            // The writer has gone on to the next file within the resolution of the directory's time stamp.
            found += listAndWalk();
        }
        return found;
    }

    /**
     * Takes in new blocks of the newest segment without asking the file system about the directory; that is done when the segment has
     * ended, and every {@value #LISTING_MILLIS} ms.
     *
     * @return how many blocks are new
     */
    public synchronized int refreshTail() throws IOException {
        Segment[] known = segments;
        long now = System.nanoTime();
        if (changes != null || closed || known.length == 0 || now - listedNanos >= LISTING_MILLIS * NANOS_A_MILLI) {
            listedNanos = now;
            return refresh();
        }
        Segment newest = known[known.length - 1];
        int found = newest.ended() ? 0 : walk(newest, false);
        return newest.ended() ? found + refresh() : found;
    }

    private int listAndWalk() throws IOException {
        // Listed before the walk: a segment that was not the last one then gets no more blocks.
        long filesNow = changes == null ? 0 : changes.files();
        if (changes == null || filesNow != filesSeen || !listing.isSettled()) {
            TreeMap<Integer, Path> files = listing.changed();
            if (files != null) {
                adopt(files);
            }
            filesSeen = filesNow;
        }
        int found = 0;
        Segment[] known = segments;
        for (int i = 0; i < known.length; i++) {
            if (!known[i].ended()) {
                found += walk(known[i], i < known.length - 1);
                if (known[i].ended()) {
                    known[i].letGo();
                }
            }
        }
        return found;
    }

    private int walk(Segment segment, boolean finished) {
        long before = segment.lastSequence();
        int found = segment.tryWalk(finished);
        if (found > 0 || segment.lastSequence() != before) {
            version++;
            if (current != null && !current.endsWith(segment)) {
                dropCurrent();
            }
        }
        return found;
    }

    private void adopt(TreeMap<Integer, Path> files) throws IOException {
        version++;
        dropCurrent();
        byNumber.values().removeIf(segment -> {
            boolean gone = !files.containsKey(segment.number());
            if (gone) {
                segment.retire();
            }
            return gone;
        });
        for (Map.Entry<Integer, Path> file : files.entrySet()) {
            if (!byNumber.containsKey(file.getKey())) {
                adopt(file.getKey(), file.getValue());
            }
        }
        segments = byNumber.values().toArray(new Segment[0]);
    }

    private void adopt(int number, Path path) throws IOException {
        try {
            Segment segment = new Segment(number, path, damages, flushes);
            if (readable) {
                segment.map();
            }
            byNumber.put(number, segment);
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
            damages.add(new Damage(number, 0, 0, String.valueOf(refused.getMessage())));
        }
    }

    /**
     * Refreshes, and shows the result to {@code reader} before any other refresh can change it: the blocks known then and what
     * {@link View#flushed} says agree.
     */
    public synchronized void refresh(Consumer<View> reader) throws IOException {
        refresh();
        reader.accept(view);
    }

    private void dropCurrent() {
        SegmentSet set = current;
        current = null;
        if (set != null) {
            letGo(set);
        }
    }

    /** Gives a set back that {@link View#hold} gave. */
    public synchronized void letGo(SegmentSet set) {
        set.letGo();
    }

    /** What is known at one moment. */
    public final class View {
        private View() {}

        /** Returns a number that is another one whenever something was different before. */
        public long version() {
            return version;
        }

        /** Returns the segments, pinned until the set is given back to the catalog. */
        public SegmentSet hold() {
            SegmentSet set = current;
            if (set == null) {
                set = new SegmentSet(segments);
                current = set;
            }
            set.hold();
            return set;
        }

        /** Returns how many of the spans {@code [0, n)} of a slab's generation stand in the known blocks. */
        public int flushed(long incarnation, int slab, long generation) {
            return flushes.flushed(incarnation, slab, generation);
        }
    }

    /** Returns the segments known now, ascending by number; the array is shared and must not be changed. */
    public Segment[] segments() {
        return segments;
    }

    /** Returns how many of the spans {@code [0, n)} of a slab's generation the log held at the last refresh. */
    public synchronized int flushed(long incarnation, int slab, long generation) {
        return flushes.flushed(incarnation, slab, generation);
    }

    /** Returns the damage found so far. */
    public DamageLog damages() {
        return damages;
    }

    /** Returns how many spans the known blocks hold. */
    public long spans() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.spans();
        }
        return sum;
    }

    /** Returns how many blocks of spans are known. */
    public long blocks() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.directory().count();
        }
        return sum;
    }

    /** Returns the bytes of the known blocks and what stands between them. */
    public long bytes() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.bytes();
        }
        return sum;
    }

    /** Retires every segment; those still pinned stay readable until they are released. */
    @Override
    public synchronized void close() {
        closed = true;
        dropCurrent();
        byNumber.values().forEach(Segment::retire);
        byNumber.clear();
        segments = new Segment[0];
    }
}
