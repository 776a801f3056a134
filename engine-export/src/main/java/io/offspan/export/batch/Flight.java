package io.offspan.export.batch;

import io.offspan.core.value.Position;
import java.util.ArrayDeque;

/**
 * A batch of the log on its way to a destination: one request, or one after the other where parts of it are sent by themselves.
 *
 * <p><b>Threads.</b> The exporter's; whoever sends {@link #current} reads that alone, and nothing is changed meanwhile.
 */
public final class Flight {
    private final BatchReader log;
    private final Batch batch = new Batch();
    private final Batch part = new Batch();
    /** What is left of a batch that was refused as a whole, its first part on top. */
    private final ArrayDeque<Range> rest = new ArrayDeque<>();

    private Batch current = batch;
    private Range range = new Range(0, 0);
    private boolean loaded;
    private boolean underWay;
    /** How many spans from the first on are settled or given up. */
    private int done;
    /** How many of those had been deleted before they were sent in a part, and are not among the settled ones yet. */
    private int gone;

    /** The spans {@code [from, to)} of the batch. */
    private record Range(int from, int to) {}

    /** Prepares to carry what a reader gives. */
    public Flight(BatchReader log) {
        this.log = log;
    }

    /** Takes what comes next in the log; false when there is nothing. */
    public boolean fill() {
        rest.clear();
        underWay = false;
        done = 0;
        gone = 0;
        loaded = log.fill(batch);
        whole();
        return loaded;
    }

    /** Takes in addition what has come to the log since, as far as it fits. */
    public void more() {
        if (loaded && isWhole() && !batch.isFull()) {
            log.more(batch);
            whole();
        }
    }

    private void whole() {
        current = batch;
        range = new Range(0, batch.spans());
    }

    /** Tells whether nothing more fits into the batch, or parts of it are sent already. */
    public boolean isFull() {
        return batch.isFull() || !isWhole();
    }

    /** Makes sure that there is a request to send, and tells whether there is one: it is under way, or nothing is left otherwise. */
    public boolean load() {
        while (!loaded && !rest.isEmpty()) {
            range = rest.pop();
            log.part(batch, range.from, range.to, part);
            current = part;
            // Retention may have deleted all of it meanwhile.
            loaded = part.spans() > 0;
            if (!loaded) {
                done();
            }
        }
        return loaded && !underWay;
    }

    /** Tells whether every request was settled or given up. */
    public boolean isDone() {
        return !loaded && rest.isEmpty();
    }

    /** Returns the request that was loaded. */
    public Batch current() {
        return current;
    }

    /** Says that the request is on its way, or no longer. */
    public void underWay(boolean is) {
        underWay = is;
    }

    /** Tells whether the request is a batch as it was read, not a part of one. */
    public boolean isWhole() {
        return range.from == 0 && range.to == batch.spans();
    }

    /** Returns the position past the request. */
    public Position end() {
        return batch.after(range.to);
    }

    /** Tells whether something of the batch was settled or given up. */
    public boolean begun() {
        return done > 0;
    }

    /** Returns the position past what was. */
    public Position doneTo() {
        return batch.after(done);
    }

    /** Returns the whole batch. */
    public Batch batch() {
        return batch;
    }

    /** Says that nothing before {@link #doneTo} will be sent again. */
    public void settled() {
        log.settled(batch, done, gone);
        gone = 0;
    }

    /** Lets go of the request; the next one is loaded next. */
    public void done() {
        done = range.to;
        loaded = false;
        int missing = range.to - range.from - current.spans();
        gone += missing;
        log.gone(missing);
    }

    /** Replaces the request by its halves; false when it has one span only. */
    public boolean split() {
        if (range.to - range.from <= 1) {
            return false;
        }
        int middle = range.from + (range.to - range.from) / 2;
        rest.push(new Range(middle, range.to));
        rest.push(new Range(range.from, middle));
        loaded = false;
        return true;
    }

    /** Names the first span of the request by its ids. */
    public String name() {
        return log.name(batch, range.from);
    }
}
