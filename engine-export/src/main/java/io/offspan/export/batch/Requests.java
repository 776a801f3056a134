package io.offspan.export.batch;

import io.offspan.core.value.Position;
import java.util.ArrayDeque;

/**
 * The requests of one exporter in the order of the log: batch after batch, and the parts of one that was refused.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class Requests {
    private final BatchReader log;
    private final Batch batch = new Batch();
    private final Batch part = new Batch();
    /** What is left of a refused batch, its first part on top. */
    private final ArrayDeque<Range> rest = new ArrayDeque<>();

    private Batch current = batch;
    private Range range = new Range(0, 0);
    private boolean loaded;

    /** The spans {@code [from, to)} of the batch. */
    private record Range(int from, int to) {}

    /** Makes requests of what a reader gives. */
    public Requests(BatchReader log) {
        this.log = log;
    }

    /** Makes sure that there is a request: the one that is not done, what is left of its batch, or the next batch. */
    public boolean load() {
        while (!loaded && !rest.isEmpty()) {
            range = rest.pop();
            log.part(batch, range.from, range.to, part);
            current = part;
            // Retention may have deleted all of it meanwhile.
            loaded = part.spans() > 0;
        }
        if (!loaded && log.fill(batch)) {
            current = batch;
            range = new Range(0, batch.spans());
            loaded = true;
        }
        return loaded;
    }

    /** Returns the request that was loaded. */
    public Batch current() {
        return current;
    }

    /** Tells whether the request is a batch as it was read, not a part of one. */
    public boolean isWhole() {
        return range.from == 0 && range.to == batch.spans();
    }

    /** Returns the position past the request. */
    public Position end() {
        return batch.after(range.to);
    }

    /** Lets go of the request; the next one is loaded next. */
    public void done() {
        loaded = false;
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

    /** Drops everything that is not done, and goes back in the log. */
    public void rewind(Position to) {
        rest.clear();
        loaded = false;
        log.rewind(to);
    }
}
