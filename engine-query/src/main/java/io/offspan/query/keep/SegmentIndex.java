package io.offspan.query.keep;

import io.offspan.core.files.Disk;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentCompanion;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.SealWriter;
import io.offspan.query.index.SealedIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a segment that has, had or could have an index: the one in memory, which a keeper gives and takes, and the one in a file,
 * which is looked for by whoever asks first.
 *
 * <p>While a file is not there, or has not all of the segment, it is looked for again, less and less often: another process may be
 * writing it.
 *
 * <p><b>Threads.</b> Any asks; one keeper at a time gives and takes. Everything but {@link #bytes} is done under a pin on the segment.
 */
final class SegmentIndex implements SegmentCompanion {
    private static final Consumer<SealedIndex> CLOSE = new Consumer<>() {
        @Override
        public void accept(SealedIndex index) {
            index.close();
        }
    };

    private static final long FIRST_PAUSE_NANOS = 50_000_000;
    private static final long LAST_PAUSE_NANOS = 5_000_000_000L;

    private final Segment segment;
    private final AtomicReference<@Nullable IndexKeeper> keeper = new AtomicReference<>();
    private final AtomicReference<@Nullable Held<LiveIndex>> live = new AtomicReference<>();
    private final AtomicReference<@Nullable Held<SealedIndex>> sealed = new AtomicReference<>();
    private volatile WhyScanned why = WhyScanned.NO_INDEX;
    /** Whether the file is whole, or this process alone may write one. */
    private volatile boolean settled;

    private volatile long nextLook = System.nanoTime();
    private volatile long fileBytes;
    /** Whether this process alone may write a file. */
    private volatile boolean alone;
    /** Whether a file was found to be damaged while it was used, and the keeper has not heard of it. */
    private volatile boolean refused;

    private volatile boolean beingSealed;

    private long pause = FIRST_PAUSE_NANOS;
    private FileState state = FileState.MISSING;
    private @Nullable FileStamp seen;

    private SegmentIndex(Segment segment) {
        this.segment = segment;
        fileBytes = segment.indexFile().toFile().length();
    }

    /** Returns what goes with a segment that the caller has pinned; null when it is something else. */
    static @Nullable SegmentIndex of(Segment segment) {
        SegmentCompanion with = segment.companion();
        if (with == null) {
            SegmentIndex made = new SegmentIndex(segment);
            with = segment.accompany(made) ? made : segment.companion();
        }
        return with instanceof SegmentIndex index ? index : null;
    }

    /** Comes into the care of a keeper; false when it is in that of another one. */
    boolean adopt(IndexKeeper by) {
        boolean free = keeper.compareAndSet(null, by);
        if (free) {
            why = WhyScanned.BEHIND;
        }
        return free;
    }

    /** Leaves the care of its keeper. */
    void abandon() {
        take(WhyScanned.NO_INDEX);
        alone = false;
        settled = false;
        keeper.set(null);
    }

    void give(Held<LiveIndex> index) {
        live.set(index);
    }

    /** Takes the index in memory away, which those who look at it go on doing. */
    void take(WhyScanned reason) {
        why = reason;
        leaveLive();
    }

    private void leaveLive() {
        Held<LiveIndex> index = live.getAndSet(null);
        if (index != null) {
            index.leave();
        }
    }

    /** Says why the index goes no further. */
    void ends(WhyScanned reason) {
        why = reason;
    }

    /** Returns the index in memory, or null. */
    @Nullable
    Held<LiveIndex> live() {
        return live.get();
    }

    /** Returns the index in a file, or null. */
    @Nullable
    Held<SealedIndex> sealed() {
        return sealed.get();
    }

    /** Looks for the file, unless there is nothing to be found or it was looked for a moment ago. */
    void look() {
        if (!settled && System.nanoTime() - nextLook >= 0) {
            open();
        }
    }

    /** Looks for the file, and says what it is. */
    synchronized FileState open() {
        if (settled) {
            return state;
        }
        FileStamp now = fileNow();
        Held<SealedIndex> known = sealed.get();
        boolean same = now != null && now.isSameAs(seen);
        if (same && known != null) {
            state = IndexFile.state(segment, known.index());
        } else if (!same || !isRefused(state)) {
            seen = now;
            take(IndexFile.open(segment));
        }
        settled = state == FileState.WHOLE;
        nextLook = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
        return state;
    }

    /** Tells whether a file in a state stays in it as long as nobody writes to it. */
    private static boolean isRefused(FileState state) {
        return state == FileState.DAMAGED || state == FileState.OTHER_VERSION;
    }

    private @Nullable FileStamp fileNow() {
        try {
            return FileStamp.of(segment.indexFile());
        } catch (IOException unknown) {
            return null;
        }
    }

    private void take(IndexFile found) {
        state = found.state();
        fileBytes = seen == null ? 0 : seen.bytes();
        SealedIndex index = found.index();
        if (index != null) {
            replace(index);
        } else if (keeper.get() == null) {
            why = state == FileState.MISSING ? WhyScanned.NO_INDEX : WhyScanned.UNUSABLE_FILE;
        }
    }

    private void replace(@Nullable SealedIndex index) {
        Held<SealedIndex> before = sealed.getAndSet(index == null ? null : new Held<>(index, CLOSE));
        if (before != null) {
            before.leave();
        }
    }

    /** Shows a file to nobody any more that was found to be damaged, or shorter than it was, while it was used; false when it was not shown. */
    synchronized boolean refuse(Held<SealedIndex> file) {
        boolean done = sealed.compareAndSet(file, null);
        if (done) {
            state = FileState.DAMAGED;
            why = WhyScanned.UNUSABLE_FILE;
            settled = alone;
            refused = true;
            file.leave();
            IndexKeeper told = keeper.get();
            if (told != null) {
                told.refused();
            }
        }
        return done;
    }

    /** Tells once that the file was refused, so that the index is to be made anew. */
    boolean takeRefusal() {
        boolean was = refused;
        if (was) {
            refused = false;
        }
        return was;
    }

    /** Tells whether a file has all of the segment, as far as is known. */
    synchronized boolean isWhole() {
        return state == FileState.WHOLE;
    }

    /** Says whether the index in memory is being written into a file. */
    void setBeingSealed(boolean now) {
        beingSealed = now;
    }

    /** Tells whether it is, so that giving it up would give back no memory. */
    boolean isBeingSealed() {
        return beingSealed;
    }

    /** Looks for no file any more, since the keeper is the only one that may write it. */
    synchronized void settle() {
        alone = true;
        settled = true;
    }

    /** Puts the file that was just written in the place of the index in memory. */
    synchronized void seal(SealedIndex index, FileState as, Held<LiveIndex> from) {
        replace(index);
        fileBytes = index.bytes();
        state = as;
        settled = true;
        refused = false;
        if (live.compareAndSet(from, null)) {
            from.leave();
        }
    }

    /** Returns why spans that are not in the index are not. */
    WhyScanned why() {
        return why;
    }

    /** Counts a question that could not be put to the index, or not to all of it. */
    void countScan() {
        countScan(why);
    }

    /** Counts one for another reason. */
    void countScan(WhyScanned reason) {
        IndexKeeper told = keeper.get();
        if (told != null) {
            told.counters().scanned(reason);
        }
    }

    @Override
    public long bytes() {
        return fileBytes;
    }

    @Override
    public long heldBytes() {
        Held<SealedIndex> file = sealed.get();
        return file == null || fileBytes > 0 ? 0 : file.index().bytes();
    }

    @Override
    public void delete() throws IOException {
        Path file = segment.indexFile();
        Disk.delete(file);
        Disk.delete(file.resolveSibling(file.getFileName() + SealWriter.UNFINISHED));
        fileBytes = 0;
    }

    @Override
    public void close() {
        leaveLive();
        replace(null);
    }
}
