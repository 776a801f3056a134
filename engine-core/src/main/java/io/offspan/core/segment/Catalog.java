package io.offspan.core.segment;

import io.offspan.codec.wire.Memory;
import io.offspan.core.value.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log directory and their blocks, followed while a writer adds to them and retention removes them.
 *
 * <p>In the process that writes the log there is one, and the writer itself tells it of each block: whoever asks it asks no file
 * system. Anywhere else a catalog looks at the files, takes no lock on the disk, and so works beside a living writer of any process and
 * after a dead one.
 *
 * <p><b>Threads.</b> Any; what the writer tells comes from one at a time. <b>Owns</b> its segments: those that vanish are retired, those
 * that are left at {@link #close} too.
 */
public final class Catalog implements AutoCloseable {
    private static final int LISTING_MILLIS = 100;
    private static final long NANOS_A_MILLI = 1_000_000;

    private final Path logDirectory;
    private final SegmentListing listing;
    /** What {@link #letGoOfDeleted} has seen of the directory, so that it takes nothing from whoever looks for what is new. */
    private final SegmentListing deletions;
    /** Whether the writer tells what is new, so that files are looked for only when somebody asks for that. */
    private final boolean told;
    /** Held while files are looked for beside a writer that goes on telling; taken before the lock of the catalog. */
    private final Object looking = new Object();

    private final DamageLog damages = new DamageLog();
    private final SegmentGaps gaps = new SegmentGaps(damages);
    private final FlushTable flushes = new FlushTable();
    private final TreeMap<Integer, Segment> byNumber = new TreeMap<>();
    private final View view = new View();
    private volatile Segment[] segments = new Segment[0];
    private final Listeners listeners = new Listeners();
    /** Segments that are gone from the directory, and stay on the disk for those that have them pinned. */
    private final List<Segment> held = new ArrayList<>();

    private @Nullable SegmentSet current;
    private long version;
    private volatile boolean closed;
    private long listedNanos = System.nanoTime();
    /** The segment that the writer writes to, as it says. */
    private @Nullable Segment writing;
    /** The newest segment that there was at the opening, or that the writer told of; what is newer it will tell of. */
    private volatile int newest;
    /** Whether the segments from before the opening are known. */
    private volatile boolean looked;

    private Catalog(Path logDirectory, boolean told) {
        this.logDirectory = logDirectory;
        listing = new SegmentListing(logDirectory);
        deletions = new SegmentListing(logDirectory);
        this.told = told;
    }

    /**
     * Opens a log directory and walks what is in it.
     *
     * @throws IOException when the directory cannot be listed; one that is not there is a log without segments
     */
    public static Catalog open(Path logDirectory) throws IOException {
        Catalog catalog = new Catalog(logDirectory, false);
        try {
            catalog.refresh();
            IdleCatalogs.add(catalog);
            return catalog;
        } catch (IOException | RuntimeException | Error e) {
            catalog.close();
            throw e;
        }
    }

    /**
     * Opens a log directory for its next writer, which has to tell what it does. Only the end of the log is walked; what lies before is
     * looked at when somebody asks.
     *
     * @throws IOException when the directory cannot be listed, or the end of the log cannot be read
     */
    public static Catalog ofWriter(Path logDirectory) throws IOException {
        Catalog catalog = new Catalog(logDirectory, true);
        try {
            catalog.walkBack();
            return catalog;
        } catch (IOException | RuntimeException e) {
            catalog.close();
            throw e;
        }
    }

    /** Walks back to the newest segment whose first block is intact: it says how much of each slab the log held before it. */
    private synchronized void walkBack() throws IOException {
        TreeMap<Integer, Path> files = listing.changed();
        listing.forget();
        if (files == null || files.isEmpty()) {
            return;
        }
        newest = files.lastKey();
        for (Map.Entry<Integer, Path> file : files.descendingMap().entrySet()) {
            Segment segment = new Segment(file.getKey(), file.getValue(), damages, flushes, told);
            segment.walk(!byNumber.isEmpty());
            byNumber.put(file.getKey(), segment);
            if (segment.identity() != null) {
                break;
            }
        }
        publish();
    }

    /** Takes in what has happened since the last call: new blocks, new segments, removed segments. */
    public void refresh() throws IOException {
        requireOpen();
        if (!told || !looked) {
            lookForFiles();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The catalog is closed");
        }
    }

    private synchronized void look() throws IOException {
        requireOpen();
        listAndWalk();
        Segment[] known = segments;
        if (known.length > 0 && known[known.length - 1].ended() && listing.invalidate()) {
            // The writer has gone on to the next file within the resolution of the directory's time stamp.
            listAndWalk();
        }
    }

    /**
     * Takes in new blocks of the newest segment without asking the file system about the directory; that is done when the segment has
     * ended, and every {@value #LISTING_MILLIS} ms.
     */
    public void refreshTail() throws IOException {
        if (told) {
            refresh();
        } else {
            lookAtTail();
            listeners.tell();
        }
    }

    private synchronized void lookAtTail() throws IOException {
        Segment[] known = segments;
        long now = System.nanoTime();
        if (closed || known.length == 0 || now - listedNanos >= LISTING_MILLIS * NANOS_A_MILLI) {
            listedNanos = now;
            look();
            return;
        }
        Segment last = known[known.length - 1];
        if (!last.ended()) {
            walk(last, false);
        }
        if (last.ended()) {
            look();
        }
    }

    private void listAndWalk() throws IOException {
        // Listed before the walk: a segment that was not the last one then gets no more blocks.
        TreeMap<Integer, Path> files = listing.changed();
        if (files != null) {
            adopt(files);
        }
        Segment[] known = segments;
        for (int i = 0; i < known.length; i++) {
            if (!known[i].ended()) {
                walk(known[i], i < known.length - 1);
                if (known[i].ended()) {
                    known[i].letGo();
                }
            }
        }
        if (files != null) {
            gaps.lookBetween(known);
        }
    }

    /**
     * Names the blocks that the log does not have, though it is known to have had them before this was called.
     *
     * @param nextSequence the sequence of the block behind them
     * @param newestSegment the segment that they were in, or that came after it
     */
    public synchronized void expect(long nextSequence, int newestSegment) throws IOException {
        if (gaps.endEarly(segments, nextSequence, newestSegment)) {
            // A file that was made within the resolution of the directory's time stamp is found by another listing.
            listing.forget();
            look();
            TreeMap<Integer, Path> files = listing.latest();
            boolean unknown = !byNumber.keySet()
                    .containsAll(files.tailMap(newestSegment, true).keySet());
            boolean setAside =
                    Files.exists(logDirectory.resolve(SegmentName.setAside(newestSegment)), LinkOption.NOFOLLOW_LINKS);
            if (!unknown && !setAside && gaps.endEarly(segments, nextSequence, newestSegment)) {
                gaps.nameEnd(segments, nextSequence, newestSegment);
            }
        }
    }

    /** Notes that slabs do not continue this log. */
    public void refuseSlabs(int bytes, String why) {
        damages.add(Damage.ofSlabs(0, bytes, why));
    }

    private void walk(Segment segment, boolean finished) {
        long before = segment.lastSequence();
        int blocks = segment.directory().count();
        boolean over = segment.ended();
        int found = segment.tryWalk(finished);
        if (found > 0 || segment.lastSequence() != before) {
            grown(segment, blocks);
        }
        if (!over && segment.ended()) {
            listeners.ended(segment);
        }
    }

    private void retire(Segment segment) {
        segment.retire();
        held.removeIf(before -> !before.isHeld());
        if (segment.isHeld()) {
            held.add(segment);
        }
        listeners.retired(segment);
    }

    private void grown(Segment segment, int fromBlock) {
        listeners.grew(segment, fromBlock);
        version++;
        if (current != null && !current.endsWith(segment)) {
            dropCurrent();
        }
    }

    private void adopt(TreeMap<Integer, Path> files) throws IOException {
        retireThoseNotIn(files, Integer.MAX_VALUE);
        for (Map.Entry<Integer, Path> file : files.entrySet()) {
            if (!byNumber.containsKey(file.getKey())) {
                Segment segment = map(file.getKey(), file.getValue(), flushes);
                if (segment != null) {
                    byNumber.put(file.getKey(), segment);
                }
            }
        }
        publish();
    }

    private void retireThoseNotIn(TreeMap<Integer, Path> files, int upTo) {
        byNumber.values().removeIf(segment -> {
            boolean gone = segment.number() <= upTo && !files.containsKey(segment.number());
            if (gone) {
                retire(segment);
            }
            return gone;
        });
    }

    private void publish() {
        version++;
        dropCurrent();
        segments = byNumber.values().toArray(new Segment[0]);
    }

    private @Nullable Segment map(int number, Path path, FlushTable table) throws IOException {
        try {
            Segment segment = new Segment(number, path, damages, table, told);
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
     * Looks for files that have come or gone without the writer's doing; only for those that it has made already, as it goes on telling of
     * others meanwhile, and waits for nothing that is done here.
     */
    public void lookForFiles() throws IOException {
        requireOpen();
        if (told) {
            lookBesideTheWriter();
        } else {
            look();
        }
        listeners.tell();
    }

    private void lookBesideTheWriter() throws IOException {
        synchronized (looking) {
            int upTo = newest;
            TreeMap<Integer, Path> files = listing.changed();
            if (files != null) {
                takeIn(files, walkUnknown(files, upTo), upTo);
            }
            looked = true;
        }
    }

    private List<Segment> walkUnknown(TreeMap<Integer, Path> files, int upTo) throws IOException {
        Set<Integer> known = new HashSet<>();
        for (Segment segment : segments) {
            known.add(segment.number());
            segment.tryMap();
        }
        List<Segment> found = new ArrayList<>();
        try {
            for (Map.Entry<Integer, Path> file : files.headMap(upTo, true).entrySet()) {
                if (!known.contains(file.getKey())) {
                    // What it says of slabs is said again by the first block of a newer one.
                    Segment segment = map(file.getKey(), file.getValue(), new FlushTable());
                    if (segment != null) {
                        found.add(segment);
                        segment.tryWalk(true);
                        segment.letGo();
                    }
                }
            }
            return found;
        } catch (IOException | RuntimeException e) {
            found.forEach(Segment::retire);
            throw e;
        }
    }

    private synchronized void takeIn(TreeMap<Integer, Path> files, List<Segment> found, int upTo) {
        if (closed) {
            found.forEach(Segment::retire);
            return;
        }
        retireThoseNotIn(files, upTo);
        for (Segment segment : found) {
            byNumber.put(segment.number(), segment);
            grown(segment, 0);
            if (segment.ended()) {
                listeners.ended(segment);
            }
        }
        publish();
        gaps.lookBetween(segments);
    }

    /** Says that the writer goes on with the segment that it found at the end of the log. */
    public synchronized void continued(int number) {
        writing = byNumber.get(number);
    }

    /**
     * Says that the writer has begun a segment.
     *
     * @param path its file
     * @param offset where its first block is in the file
     */
    public void started(int number, Path path, long offset, SegmentBlock block) {
        start(number, path, offset, block);
        listeners.tell();
    }

    private synchronized void start(int number, Path path, long offset, SegmentBlock block) {
        for (Segment segment : segments) {
            if (segment == writing) {
                segment.end();
                listeners.ended(segment);
                segment.letGo();
            } else if (!segment.ended()) {
                walk(segment, true);
                segment.letGo();
            }
        }
        writing = null;
        if (!closed) {
            begin(number, path, offset, block);
        }
        // Only now: whoever looks for files takes those that are not newer for known, or for none of the writer's.
        newest = number;
    }

    private void begin(int number, Path path, long offset, SegmentBlock block) {
        try {
            Segment segment = new Segment(number, path, damages, flushes, told);
            segment.tryMap();
            segment.begin(offset, block);
            writing = segment;
            byNumber.put(number, segment);
            publish();
        } catch (IOException gone) {
            damages.add(SegmentName.damage(number, 0, 0, String.valueOf(gone.getMessage())));
        }
    }

    /**
     * Says that the writer has appended a block of spans to the segment it began last; before it lets go of them elsewhere.
     *
     * @param offset where the block is in the file
     * @param block memory that starts with it
     */
    public void appended(long offset, Memory block) {
        append(offset, block);
        listeners.tell();
    }

    private synchronized void append(long offset, Memory block) {
        Segment to = writing;
        if (to != null && !closed) {
            to.append(offset, block);
            grown(to, to.directory().count() - 1);
        }
    }

    /** Says that the writer has let go of the log, and that its last word on the segment it wrote to may not be all there is. */
    public synchronized void left() {
        writing = null;
    }

    /** Says that the file of a segment was deleted. */
    public void retired(Segment segment) {
        synchronized (this) {
            if (byNumber.remove(segment.number(), segment)) {
                publish();
                retire(segment);
            }
        }
        listeners.tell();
    }

    /** Adds a listener, which is told first of the segments that are known by now; it is told nothing any more once this is closed. */
    public void listen(SegmentListener listener) {
        synchronized (this) {
            listeners.add(listener, segments);
        }
        listeners.tell();
    }

    /** Tells a listener nothing any more, but for what it is being told at this moment. */
    public synchronized void unlisten(SegmentListener listener) {
        listeners.remove(listener);
    }

    /** Returns the end of the log as it is known, for its next writer. */
    public synchronized LogTail tail() throws IOException {
        return new LogTail(byNumber.descendingMap().values(), damages.count() == 0);
    }

    /**
     * Refreshes, and shows the result to {@code reader} before anything can change it: the blocks known then and what
     * {@link View#flushed} says agree.
     */
    public void refresh(Consumer<View> reader) throws IOException {
        refresh();
        synchronized (this) {
            requireOpen();
            reader.accept(view);
        }
    }

    /** Retires the segments whose files are gone, without taking in anything new. */
    void letGoOfDeleted() {
        synchronized (this) {
            try {
                TreeMap<Integer, Path> files = closed ? null : deletions.changed();
                if (files == null || files.keySet().containsAll(byNumber.keySet())) {
                    return;
                }
                retireThoseNotIn(files, Integer.MAX_VALUE);
                // Those that come back, as with a directory that was moved, have to be taken in again.
                listing.forget();
                publish();
            } catch (IOException unreadable) {
                // Whoever asks next is told; the next look finds it changed, or not there.
                deletions.forget();
                return;
            }
        }
        listeners.tell();
    }

    boolean isClosed() {
        return closed;
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

    /** Returns how many bytes of the disk deleted segments take for as long as somebody here has them pinned. */
    public synchronized long heldBytes() {
        held.removeIf(segment -> !segment.isHeld());
        long sum = 0;
        for (Segment segment : held) {
            sum += segment.bytes();
        }
        return sum;
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
        listeners.clear();
        dropCurrent();
        byNumber.values().forEach(Segment::retire);
        byNumber.clear();
        segments = new Segment[0];
    }
}
