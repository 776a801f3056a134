package io.offspan.core.segment;

import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of the process that writes the log, which the writer itself tells of each block: whoever asks it asks no file system.
 *
 * <p><b>Threads.</b> Any; what the writer tells comes from one at a time.
 */
public final class WriterCatalog extends Catalog {
    /** Held while files are looked for beside a writer that goes on telling; taken before the lock of the catalog. */
    private final Object looking = new Object();
    /** The segment that the writer writes to, as it says. */
    private @Nullable Segment writing;
    /** The newest segment that there was at the opening, or that the writer told of; what is newer it will tell of. */
    private volatile int newest;
    /** Whether the segments from before the opening are known. */
    private volatile boolean looked;

    private WriterCatalog(Path logDirectory) {
        super(logDirectory, true);
    }

    /**
     * Opens a log directory for its next writer, which has to tell what it does. Only the end of the log is walked; what lies before is
     * looked at when somebody asks.
     *
     * @throws IOException when the directory cannot be listed, or the end of the log cannot be read
     */
    public static WriterCatalog open(Path logDirectory) throws IOException {
        WriterCatalog catalog = new WriterCatalog(logDirectory);
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
            Segment segment = segment(file.getKey(), file.getValue(), flushes);
            segment.walk(!known.isEmpty());
            known.put(segment);
            if (segment.identity() != null) {
                break;
            }
        }
        known.publish();
    }

    @Override
    public void refresh() throws IOException {
        requireOpen();
        if (!looked) {
            lookForFiles();
        }
    }

    @Override
    public void refreshTail() throws IOException {
        refresh();
    }

    @Override
    void refreshSettled() throws IOException {
        refresh();
    }

    /** Looks only for files that the writer has made already, as it goes on telling of others meanwhile, and waits for nothing here. */
    @Override
    public void lookForFiles() throws IOException {
        requireOpen();
        synchronized (looking) {
            int upTo = newest;
            TreeMap<Integer, Path> files = listing.changed();
            if (files != null) {
                takeIn(files, walkUnknown(files, upTo), upTo);
            }
            looked = true;
        }
        tellListeners();
    }

    private List<Segment> walkUnknown(TreeMap<Integer, Path> files, int upTo) throws IOException {
        Set<Integer> numbers = new HashSet<>();
        for (Segment segment : segments()) {
            numbers.add(segment.number());
            segment.tryMap();
        }
        List<Segment> found = new ArrayList<>();
        try {
            for (Map.Entry<Integer, Path> file : files.headMap(upTo, true).entrySet()) {
                if (!numbers.contains(file.getKey())) {
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
        if (isClosed()) {
            found.forEach(Segment::retire);
            return;
        }
        known.retireThoseNotIn(files, upTo);
        for (Segment segment : found) {
            known.put(segment);
            known.grown(segment, 0);
            if (segment.ended()) {
                listeners.ended(segment);
            }
        }
        known.publish();
        gaps.lookBetween(segments());
    }

    /** Says that the writer goes on with the segment that it found at the end of the log. */
    public synchronized void continued(int number) {
        writing = known.get(number);
    }

    /**
     * Says that the writer has begun a segment.
     *
     * @param path its file
     * @param offset where its first block is in the file
     */
    public void started(int number, Path path, long offset, SegmentBlock block) {
        start(number, path, offset, block);
        tellListeners();
    }

    private synchronized void start(int number, Path path, long offset, SegmentBlock block) {
        for (Segment segment : segments()) {
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
        if (!isClosed()) {
            begin(number, path, offset, block);
        }
        // Only now: whoever looks for files takes those that are not newer for known, or for none of the writer's.
        newest = number;
    }

    private void begin(int number, Path path, long offset, SegmentBlock block) {
        try {
            Segment segment = segment(number, path, flushes);
            segment.tryMap();
            segment.begin(offset, block);
            writing = segment;
            known.put(segment);
            known.publish();
        } catch (IOException gone) {
            damages().add(SegmentName.damage(number, 0, 0, String.valueOf(gone.getMessage())));
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
        tellListeners();
    }

    private synchronized void append(long offset, Memory block) {
        Segment to = writing;
        if (to != null && !isClosed()) {
            to.append(offset, block);
            known.grown(to, to.directory().count() - 1);
        }
    }

    /**
     * Takes the memory for one more block of the segment that the writer began last.
     *
     * @throws io.offspan.core.value.SpanStoreException when the JVM has none left
     */
    public synchronized void makeRoom() {
        Segment to = writing;
        if (to != null) {
            to.makeRoom();
        }
    }

    /** Says that the writer has let go of the log, and that its last word on the segment it wrote to may not be all there is. */
    public synchronized void left() {
        writing = null;
    }
}
