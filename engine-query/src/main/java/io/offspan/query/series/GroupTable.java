package io.offspan.query.series;

import io.offspan.query.value.KeyBytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The groups of spans that series are of, found by the bytes of their values.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates only for new groups.
 */
final class GroupTable {
    private static final int FIRST_SLOTS = 64;

    /** A group. */
    static final class Group {
        private final byte[] key;
        private final int hash;
        private final List<Label> labels;
        private final Tally tally;
        private final @Nullable ExemplarPick exemplars;

        private Group(KeyBytes bytes, List<Label> labels, Tally tally, @Nullable ExemplarPick exemplars) {
            key = bytes.copy();
            hash = bytes.hash();
            this.labels = labels;
            this.tally = tally;
            this.exemplars = exemplars;
        }

        List<Label> labels() {
            return labels;
        }

        Tally tally() {
            return tally;
        }

        /** Returns the examples of the group, or null where none are asked for. */
        @Nullable
        ExemplarPick exemplars() {
            return exemplars;
        }
    }

    private final List<Group> groups = new ArrayList<>();
    /** One for all that have the same labels: a map, and a text that is no UTF-8, may be written in more than one way. */
    private final Map<List<Label>, Group> byLabels = new LinkedHashMap<>();
    /** The number of a group plus one, or 0. */
    private int[] slots = new int[FIRST_SLOTS];

    /** Returns the group of values, or null when there is none yet. */
    @Nullable
    Group find(KeyBytes key) {
        int hash = key.hash();
        for (int slot = hash & slots.length - 1; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            Group group = groups.get(slots[slot] - 1);
            if (group.hash == hash && key.equalBytes(group.key)) {
                return group;
            }
        }
        return null;
    }

    /** Adds a group of values that there are none of yet; it shares what is known of one with the same labels. */
    Group add(KeyBytes key, List<Label> labels, Supplier<Tally> tally, Supplier<@Nullable ExemplarPick> exemplars) {
        Group same = byLabels.get(labels);
        Group group = same == null
                ? new Group(key, labels, tally.get(), exemplars.get())
                : new Group(key, labels, same.tally, same.exemplars);
        byLabels.putIfAbsent(labels, group);
        groups.add(group);
        put(group.hash, groups.size());
        if (2 * groups.size() > slots.length) {
            slots = new int[2 * slots.length];
            for (int i = 0; i < groups.size(); i++) {
                put(groups.get(i).hash, i + 1);
            }
        }
        return group;
    }

    private void put(int hash, int number) {
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = number;
    }

    /** Returns the groups in the order in which they came, one for each list of labels. */
    Collection<Group> groups() {
        return byLabels.values();
    }
}
