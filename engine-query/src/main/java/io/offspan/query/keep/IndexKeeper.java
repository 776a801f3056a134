package io.offspan.query.keep;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.segment.BodyCheck;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentListener;
import io.offspan.query.index.LiveIndex;
import io.offspan.query.index.PagePool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private final IndexLimits limits;
    private final IndexCounters counters;
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

    /** Makes a keeper that runs {@code wakeUp} when there is something to do. */
    public IndexKeeper(IndexLimits limits, IndexCounters counters, Runnable wakeUp) {
        this.limits = limits;
        this.counters = counters;
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

    /** Indexes at most one block, and returns how many spans it has; 0 when all indexes are as far as they go. */
    public int step() {
        returned.close();
        takeIn();
        Tended[] all = growing;
        for (int i = all.length - 1; i >= 0; i--) {
            int spans = tend(all[i]);
            if (spans > 0) {
                counters.indexed(spans);
                counters.hold(bytes());
                return spans;
            }
            if (all != growing) {
                all = growing;
                i = all.length;
            }
        }
        grown.removeIf(one -> one.segment().retired());
        counters.hold(bytes());
        return 0;
    }

    private void takeIn() {
        if (news.isEmpty()) {
            return;
        }
        List<Tended> more = new ArrayList<>(List.of(growing));
        for (Segment segment = news.poll(); segment != null; segment = news.poll()) {
            Tended one = tended(segment, more);
            if (one != null) {
                more.add(one);
            }
        }
        more.sort((a, b) -> Integer.compare(a.segment().number(), b.segment().number()));
        growing = more.toArray(NONE);
    }

    /** Returns a segment that is new and this keeper's, or null. */
    private @Nullable Tended tended(Segment segment, List<Tended> more) {
        if (isOf(segment, more) || isOf(segment, grown) || !segment.acquire()) {
            return null;
        }
        try {
            if (segment.companion() == null) {
                segment.accompany(new SegmentIndex());
            }
            return segment.companion() instanceof SegmentIndex index && index.adopt(counters)
                    ? new Tended(segment, index)
                    : null;
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
            int spans = one.isBehind() ? grow(one) : Tended.NOTHING;
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

    /** Counts a failure, and logs the first. */
    public void countFailure(String what, Throwable cause) {
        if (counters.failed()) {
            LOG.warn(what, cause);
        }
    }

    private void stop(Tended one) {
        List<Tended> fewer = new ArrayList<>(List.of(growing));
        fewer.remove(one);
        growing = fewer.toArray(NONE);
    }

    private int grow(Tended one) {
        LiveIndex live = one.live();
        if (live == null) {
            if (!makeRoom(one)) {
                one.index().ends(WhyScanned.OUT_OF_MEMORY);
                return Tended.OVER;
            }
            live = new LiveIndex(pool, limits.segmentBytes());
            one.index().give(new HeldIndex(live, returned));
        }
        return one.addBlock(live, block, check);
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
            if (!grown.contains(oldest)) {
                grown.add(oldest);
            }
        }
        return true;
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
        return one.live() != null && one.segment().number() < than.segment().number() ? one : than;
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

    private long bytes() {
        long bytes = 0;
        for (int i = 0; i < grown.size(); i++) {
            bytes += bytes(grown.get(i));
        }
        Tended[] all = growing;
        for (int i = 0; i < all.length; i++) {
            bytes += bytes(all[i]);
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
        List<Tended> known = List.of(growing);
        for (Tended one : known) {
            spans += one.lag();
        }
        for (Segment one : news) {
            spans += isOf(one, known) ? 0 : one.spans();
        }
        return spans;
    }

    /** Lets go of all indexes; every segment is scanned from then on. */
    @Override
    public void close() {
        for (Tended one : growing) {
            one.index().abandon();
        }
        grown.forEach(one -> one.index().abandon());
        growing = NONE;
        grown.clear();
        returned.end();
        counters.hold(0);
    }
}
