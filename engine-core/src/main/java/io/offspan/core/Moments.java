package io.offspan.core;

import io.offspan.core.segment.Catalog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a store holds at this moment, once for all snapshots that are taken while nothing happens.
 *
 * <p>The slabs are looked at first and the log then, and what the log has of a slab is left out: a span is never missed while it
 * moves, and never shown twice.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> nothing but moments that are not in use; allocates none once there are enough.
 */
final class Moments {
    private final OpenSlabs slabs;
    private final Catalog catalog;
    private final ArrayDeque<Moment> idle = new ArrayDeque<>();
    private final Consumer<Catalog.View> look = new Consumer<>() {
        @Override
        public void accept(Catalog.View log) {
            look(log);
        }
    };
    private @Nullable Moment latest;
    private boolean changed;
    /** Whether the log was looked at since the slabs changed the last time. */
    private boolean followed;

    Moments(OpenSlabs slabs, Catalog catalog) {
        this.slabs = slabs;
        this.catalog = catalog;
    }

    /** Returns what the store holds now, held until it is given back. */
    synchronized Moment take() throws IOException {
        // Kept until it was dealt with: the log may not be readable this time.
        boolean before = changed;
        boolean was = followed;
        // As if nothing were known, should the slabs not be readable this time: a part of them may have been taken in.
        changed = true;
        followed = false;
        changed = slabs.look(catalog) | before;
        followed = was & slabs.isQuiet();
        if (followed) {
            catalog.refreshSettled(look);
        } else {
            catalog.refresh(look);
            followed = true;
        }
        return now();
    }

    private void look(Catalog.View log) {
        Moment moment = latest;
        if (changed || moment == null || moment.version() != log.version()) {
            Moment next = idle.isEmpty() ? new Moment() : idle.pop();
            fill(next, log);
            latest = next;
            changed = false;
            if (moment != null && !moment.isHeld()) {
                reuse(moment);
            }
        }
        now().hold(log);
    }

    private void fill(Moment next, Catalog.View log) {
        boolean filled = false;
        try {
            next.fill(slabs, log);
            filled = true;
        } finally {
            if (!filled) {
                reuse(next); // the images in it would be held for ever
            }
        }
    }

    private Moment now() {
        Moment moment = latest;
        if (moment == null) {
            throw new IllegalStateException("Nobody has looked yet");
        }
        return moment;
    }

    boolean hasDamagedBlocks() {
        return catalog.damages().damagedBlocks() > 0;
    }

    /** Takes a moment back. */
    synchronized void giveBack(Moment moment) {
        if (moment.letGo(catalog) && moment != latest) {
            reuse(moment);
        }
    }

    private void reuse(Moment moment) {
        moment.empty(slabs);
        idle.push(moment);
    }
}
