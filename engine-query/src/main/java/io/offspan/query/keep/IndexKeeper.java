package io.offspan.query.keep;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentListener;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.PagePool;
import io.offspan.query.index.SealedIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the indexes of segments up with the log, block by block, the newest segment first.
 *
 * <p>Where the memory does not suffice for all of them, older segments lose theirs, or get none.
 *
 * <p><b>Threads.</b> {@link #step} and {@link #close} belong to one; it may be told of segments, and asked for its lag, by any. <b>Owns</b>
 * the memory of the indexes.
 *
 * <p><b>Fails</b> at a segment, which is counted, logged the first time, and leaves its other spans to the scan.
 */
public final class IndexKeeper implements SegmentListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexKeeper.class);
    private static final Tended[] NONE = {};
    private static final Comparator<Tended> BY_NUMBER =
            Comparator.comparingInt(one -> one.segment().number());

    /** While there is something to do, the bytes of indexes that grow no more are counted no more often. */
    private static final long LOOK_NANOS = 10_000_000;

    private final IndexLimits limits;
    private final IndexCounters counters;
    private final @Nullable Sealer sealer;
    private final Runnable wakeUp;
    private final PagePool pool = new PagePool();
    private final Returned returned = new Returned();
    private final BlockReader block = new BlockReader();
    private final BodyCheck check = new BodyCheck();
    private final ConcurrentLinkedQueue<Segment> news = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Segment lastGrown;
    /** Segments whose index may have to grow, the oldest first; replaced when one comes or goes. */
    private volatile Tended[] growing = NONE;
    /** Segments whose index grows no more. */
    private final List<Tended> grown = new ArrayList<>();
    /** The bytes of these when they were looked at last, whether one came or went since, and when that was. */
    private long grownBytes;

    private long grownFileBytes;
    private boolean moved;
    private long lookedNanos;
    /** How many files were refused since it was looked which. */
    private final AtomicInteger refusals = new AtomicInteger();

    /**
     * Makes a keeper.
     *
     * @param sealer writes the indexes of segments that have ended into files; null where the files are another process's
     * @param wakeUp is run when there is something to do
     */
    public IndexKeeper(IndexLimits limits, IndexCounters counters, @Nullable Sealer sealer, Runnable wakeUp) {
        this.limits = limits;
        this.counters = counters;
        this.sealer = sealer;
        this.wakeUp = wakeUp;
    }

    @Override
    public void grew(Segment segment, int fromBlock) {
        if (segment != lastGrown) {
            lastGrown = segment;
            news.add(segment);
        }
        wakeUp.run();
    }

    /** Indexes at most one block, or finds one file, and returns how many spans it has; 0 when all indexes are as far as they go. */
    public int step() {
        returned.close();
        takeIn();
        makeAnew();
        Tended[] all = growing;
        for (int i = all.length - 1; i >= 0; i--) {
            int spans = tend(all[i]);
            if (spans > 0) {
                hold(System.nanoTime() - lookedNanos >= LOOK_NANOS);
                return spans;
            }
            if (all != growing) {
                all = growing;
                i = all.length;
            }
        }
        grown.removeIf(one -> one.segment().retired());
        if (sealer == null) {
            grown.forEach(IndexKeeper::lookForFile);
        }
        hold(true);
        return 0;
    }

    /** Counts the bytes; those of the many segments whose index grows no more where one came or went, or it is time. */
    private void hold(boolean now) {
        if (now || moved) {
            moved = false;
            lookedNanos = System.nanoTime();
            grownBytes = 0;
            grownFileBytes = 0;
            for (int i = 0; i < grown.size(); i++) {
                grownBytes += bytes(grown.get(i));
                grownFileBytes += grown.get(i).index().bytes();
            }
        }
        long bytes = grownBytes;
        long fileBytes = grownFileBytes;
        Tended[] all = growing;
        for (int i = 0; i < all.length; i++) {
            bytes += bytes(all[i]);
            fileBytes += all[i].index().bytes();
        }
        counters.hold(bytes, fileBytes);
    }

    /** Lets go of an index in memory once the writer of the store, another process, has sealed it. */
    private static void lookForFile(Tended one) {
        if (one.live() != null && one.isComplete() && one.segment().acquire()) {
            try {
                one.index().look();
                if (one.index().isWhole()) {
                    one.index().take(WhyScanned.BEHIND);
                }
            } finally {
                one.segment().release();
            }
        }
    }

    /** Indexes segments again whose file was found to be damaged while it was used. */
    private void makeAnew() {
        int told = refusals.get();
        for (int i = told == 0 ? -1 : grown.size() - 1; i >= 0; i--) {
            Tended one = grown.get(i);
            if (one.index().takeRefusal() && one.live() == null) {
                one.rebuild();
                counters.rebuilt(FileState.DAMAGED);
                grown.remove(i);
                one.beginAnew();
                goOn(one);
            }
        }
        refusals.addAndGet(-told);
    }

    /** Says that a segment's file was found to be damaged; any thread. */
    void refused() {
        refusals.incrementAndGet();
        wakeUp.run();
    }

    IndexCounters counters() {
        return counters;
    }

    private void takeIn() {
        if (news.isEmpty()) {
            return;
        }
        List<Tended> more = new ArrayList<>(List.of(growing));
        int taken = 0;
        for (Segment segment : news) {
            Tended one = tended(segment, more);
            if (one != null) {
                more.add(one);
            }
            taken++;
        }
        more.sort(BY_NUMBER);
        growing = more.toArray(NONE);
        for (int i = 0; i < taken; i++) {
            news.remove();
        }
    }

    /** Returns a segment that is new and this keeper's, or null. */
    private @Nullable Tended tended(Segment segment, List<Tended> more) {
        if (isOf(segment, more) || isOf(segment, grown) || !segment.acquire()) {
            return null;
        }
        try {
            SegmentIndex index = SegmentIndex.of(segment);
            return index != null && index.adopt(this) ? new Tended(segment, index) : null;
        } finally {
            segment.release();
        }
    }

    private static boolean isOf(Segment segment, List<Tended> some) {
        for (Tended one : some) {
            if (one.segment() == segment) {
                return true;
            }
        }
        return false;
    }

    private int tend(Tended one) {
        if (!one.segment().acquire()) {
            stop(one);
            return 0;
        }
        try {
            if (one.isNew() ? isInFile(one) : wasSealedMeanwhile(one)) {
                stop(one);
                grown.add(one);
                return Math.max((int) one.segment().spans(), 1);
            }
            int spans = one.isBehind() ? grow(one) : Tended.NOTHING;
            LiveIndex live = one.live();
            boolean full = spans == Tended.OVER && live != null && live.isFull();
            if (full || (spans != Tended.OVER && one.isComplete())) {
                seal(one);
            }
            if (spans == Tended.OVER || one.isComplete()) {
                stop(one);
                grown.add(one);
            }
            return Math.max(spans, 0);
        } catch (RuntimeException | OutOfMemoryError e) {
            one.index().ends(WhyScanned.FAILED);
            stop(one);
            grown.add(one);
            countFailure("What is not indexed of a segment yet is scanned, since indexing it failed", e);
            return 0;
        } finally {
            block.release();
            one.segment().release();
        }
    }

    /** Tells whether the file came after the memory of the index was given to another one. */
    private static boolean wasSealedMeanwhile(Tended one) {
        boolean sealed = one.live() == null && one.isBehind() && one.index().isWhole();
        if (sealed) {
            one.rest();
        }
        return sealed;
    }

    /** Looks for the file of an index, which saves the work where it has the whole segment. */
    private boolean isInFile(Tended one) {
        FileState state = one.index().open();
        if (sealer != null) {
            one.index().settle();
        }
        Held<SealedIndex> file = one.index().sealed();
        boolean full = sealer != null && file != null && file.index().isFull();
        if (full) {
            one.index().ends(WhyScanned.FULL);
        }
        if (full || state == FileState.WHOLE) {
            one.rest();
            return true;
        }
        if (one.segment().ended() || !(state == FileState.MISSING || state == FileState.PARTIAL)) {
            one.rebuild();
            counters.rebuilt(state);
            FaultPoint.INDEX_REFUSED.reach();
        }
        return false;
    }

    private void seal(Tended one) {
        Held<LiveIndex> held = one.index().live();
        if (held != null) {
            held.index().finish();
            if (sealer != null) {
                sealer.add(one.segment(), one.index(), held);
            }
        }
    }

    /** Counts a failure, and logs the first. */
    public void countFailure(String what, Throwable cause) {
        if (counters.failed()) {
            LOG.warn(what, cause);
        }
    }

    private void stop(Tended one) {
        moved = true;
        List<Tended> fewer = new ArrayList<>(List.of(growing));
        fewer.remove(one);
        growing = fewer.toArray(NONE);
    }

    private int grow(Tended one) {
        LiveIndex live = one.live();
        if (live == null) {
            if (!makeRoom(one)) {
                if (canWait()) {
                    return Tended.NOTHING;
                }
                one.index().ends(WhyScanned.OUT_OF_MEMORY);
                return Tended.OVER;
            }
            live = new LiveIndex(pool, limits.segmentBytes());
            one.index().give(new Held<>(live, returned::add));
        }
        long start = System.nanoTime();
        int spans = one.addBlock(live, block, check);
        if (spans > 0) {
            counters.indexed(spans, System.nanoTime() - start, one.isRebuilt());
        }
        return spans;
    }

    /** Makes room for one more index at the cost of those of older segments; false when there are none. */
    private boolean makeRoom(Tended forThis) {
        while (reserved() > limits.totalBytes() - limits.segmentBytes()) {
            Tended oldest = oldest(forThis);
            if (oldest == null) {
                return false;
            }
            oldest.index().take(WhyScanned.OUT_OF_MEMORY);
            returned.close();
            stop(oldest);
            grown.remove(oldest);
            if (canWait()) {
                oldest.beginAnew();
                goOn(oldest);
            } else {
                grown.add(oldest);
            }
        }
        return true;
    }

    /** Tells whether there will be memory for a segment that has none now: others are sealed, and the newest does not take all of it. */
    private boolean canWait() {
        return sealer != null && (sealer.pending() > 0 || limits.totalBytes() >= 2 * limits.segmentBytes());
    }

    private void goOn(Tended one) {
        moved = true;
        List<Tended> more = new ArrayList<>(List.of(growing));
        more.add(one);
        more.sort(BY_NUMBER);
        growing = more.toArray(NONE);
    }

    /** Returns the oldest segment with an index that is older than another one, or null. */
    private @Nullable Tended oldest(Tended than) {
        Tended oldest = than;
        for (Tended one : grown) {
            oldest = older(one, oldest);
        }
        for (Tended one : growing) {
            oldest = older(one, oldest);
        }
        return oldest == than ? null : oldest;
    }

    private static Tended older(Tended one, Tended than) {
        boolean isOlder = one.segment().number() < than.segment().number();
        return isOlder && one.live() != null && !one.index().isBeingSealed() ? one : than;
    }

    /** Returns how many bytes the indexes have or, while they may grow, may get. */
    private long reserved() {
        long bytes = 0;
        for (Tended one : grown) {
            bytes += bytes(one);
        }
        for (Tended one : growing) {
            bytes += one.live() == null ? 0 : one.isComplete() ? bytes(one) : limits.segmentBytes();
        }
        return bytes;
    }

    private static long bytes(Tended one) {
        LiveIndex live = one.live();
        return live == null ? 0 : live.bytes();
    }

    /** Returns how many spans of the log are not in the index of their segment, and will be. */
    public long lag() {
        long spans = 0;
        // Before those that are tended: a segment leaves the news when it is among them.
        List<Segment> untended = List.copyOf(news);
        List<Tended> known = List.of(growing);
        for (Tended one : known) {
            spans += one.lag();
        }
        for (Segment one : untended) {
            spans += isOf(one, known) ? 0 : one.spans();
        }
        return spans;
    }

    /** Tells whether there is nothing to do for the log as it is. */
    public boolean isIdle() {
        // First: a segment leaves the news when it is among those that are tended.
        if (!news.isEmpty() || refusals.get() > 0) {
            return false;
        }
        for (Tended one : growing) {
            if (one.lag() > 0 || one.segment().ended()) {
                return false;
            }
        }
        return sealer == null || sealer.pending() == 0;
    }

    /** Ends the indexes of segments that grow, and hands what is in them over to the sealer; the last thing before {@link #close}. */
    public void sealGrowing() {
        for (Tended one : growing) {
            Held<SealedIndex> file = one.index().sealed();
            if (one.rows() > (file == null ? 0 : file.index().blocks())) {
                seal(one);
            }
        }
    }

    /** Lets go of all indexes in memory; what is in no file is scanned from then on. */
    @Override
    public void close() {
        for (Tended one : growing) {
            one.index().abandon();
        }
        grown.forEach(one -> one.index().abandon());
        growing = NONE;
        grown.clear();
        returned.end();
        counters.hold(0, 0);
    }
}
