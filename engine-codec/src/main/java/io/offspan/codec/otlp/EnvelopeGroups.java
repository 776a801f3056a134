package io.offspan.codec.otlp;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the spans of a block into groups of equal resource and scope, and the groups into chains of equal resource.
 *
 * <p>A block may hold the same envelope under two indexes; what counts is the content. Groups, and spans in a group, keep the
 * order in which they came.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> its tables, which grow to the largest block seen.
 */
final class EnvelopeGroups {
    static final int NONE = -1;

    private int[] nextSpan = new int[0];
    private int[] firstSpan = new int[0];
    private int[] lastSpan = new int[0];
    private int[] nextGroup = new int[0];
    private boolean[] startsChain = new boolean[0];
    /** For each envelope that is a resource, the last group of its chain. */
    private int[] lastGroup = new int[0];

    private int[] groupResource = new int[0];
    private int[] groupScope = new int[0];
    /** For each different envelope: its string index and the hash of its content. */
    private int[] envelopeIndex = new int[0];

    private int[] envelopeHash = new int[0];
    /** Envelope number plus one by content, group number plus one by pair; open addressing. */
    private int[] envelopeSlots = new int[0];

    private int[] groupSlots = new int[0];
    private long[] groupKeys = new long[0];
    private int mask;
    private int groups;
    private int envelopes;

    /** Groups the spans {@code [from, to)} of a block, or those that these entries of a list name where there is one. */
    void collect(BlockReader block, @Nullable ChosenSpans chosen, int from, int to) {
        reserve(to - from);
        Memory memory = block.memory();
        StringHeap strings = block.strings();
        int lastPair = 0;
        int group = NONE;
        for (int i = from; i < to; i++) {
            int pair = memory.getInt(block.line(chosen == null ? i : chosen.index(i)) + LineLayout.RESOURCE);
            if (group == NONE || pair != lastPair) {
                group = groupOf(strings, pair & 0xffff, pair >>> 16);
                lastPair = pair;
            }
            nextSpan[i - from] = NONE;
            if (firstSpan[group] == NONE) {
                firstSpan[group] = i - from;
            } else {
                nextSpan[lastSpan[group]] = i - from;
            }
            lastSpan[group] = i - from;
        }
    }

    /** Returns how many groups there are. */
    int count() {
        return groups;
    }

    /** Tells whether a group is the first of its resource: the start of a chain. */
    boolean startsChain(int group) {
        return startsChain[group];
    }

    /** Returns the next group of the same resource, or {@link #NONE}. */
    int nextGroup(int group) {
        return nextGroup[group];
    }

    /** Returns the string index of the resource of a group. */
    int resource(int group) {
        return envelopeIndex[groupResource[group]];
    }

    /** Returns the string index of the scope of a group. */
    int scope(int group) {
        return envelopeIndex[groupScope[group]];
    }

    /** Returns the first span of a group, counted from the start of the range. */
    int firstSpan(int group) {
        return firstSpan[group];
    }

    /** Returns the next span of the same group, or {@link #NONE}. */
    int nextSpan(int span) {
        return nextSpan[span];
    }

    private void reserve(int spans) {
        int slots = Integer.highestOneBit(Math.max(spans, 4)) * 8;
        if (nextSpan.length < spans) {
            nextSpan = new int[spans];
            firstSpan = new int[spans];
            lastSpan = new int[spans];
            nextGroup = new int[spans];
            startsChain = new boolean[spans];
            lastGroup = new int[2 * spans];
            groupResource = new int[spans];
            groupScope = new int[spans];
            envelopeIndex = new int[2 * spans];
            envelopeHash = new int[2 * spans];
        }
        if (groupSlots.length < slots) {
            groupSlots = new int[slots];
            groupKeys = new long[slots];
            envelopeSlots = new int[slots];
        } else {
            Arrays.fill(groupSlots, 0, slots, 0);
            Arrays.fill(envelopeSlots, 0, slots, 0);
        }
        mask = slots - 1;
        groups = 0;
        envelopes = 0;
    }

    private int groupOf(StringHeap strings, int resource, int scope) {
        int slot = slotOf((long) resource << 32 | scope);
        if (groupSlots[slot] == 0) {
            int resourceNumber = envelope(strings, resource);
            int scopeNumber = envelope(strings, scope);
            long key = 1L << 63 | (long) resourceNumber << 32 | scopeNumber;
            int canonical = slotOf(key);
            if (groupSlots[canonical] == 0) {
                groupKeys[canonical] = key;
                groupSlots[canonical] = add(resourceNumber, scopeNumber) + 1;
            }
            long raw = (long) resource << 32 | scope;
            slot = slotOf(raw);
            groupKeys[slot] = raw;
            groupSlots[slot] = groupSlots[canonical];
        }
        return groupSlots[slot] - 1;
    }

    private int slotOf(long key) {
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
        while (groupSlots[slot] != 0 && groupKeys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int add(int resourceNumber, int scopeNumber) {
        int group = groups++;
        groupResource[group] = resourceNumber;
        groupScope[group] = scopeNumber;
        firstSpan[group] = NONE;
        nextGroup[group] = NONE;
        if (lastGroup[resourceNumber] == NONE) {
            startsChain[group] = true;
        } else {
            startsChain[group] = false;
            nextGroup[lastGroup[resourceNumber]] = group;
        }
        lastGroup[resourceNumber] = group;
        return group;
    }

    private int envelope(StringHeap strings, int index) {
        Memory memory = strings.memory();
        long offset = strings.offset(index);
        int length = strings.length(index);
        int hash = memory.hash(offset, length);
        int slot = hash & mask;
        for (; envelopeSlots[slot] != 0; slot = slot + 1 & mask) {
            int number = envelopeSlots[slot] - 1;
            int known = envelopeIndex[number];
            if (known == index
                    || envelopeHash[number] == hash
                            && strings.length(known) == length
                            && memory.equalBytes(offset, memory, strings.offset(known), length)) {
                return number;
            }
        }
        int number = envelopes++;
        envelopeIndex[number] = index;
        envelopeHash[number] = hash;
        lastGroup[number] = NONE;
        envelopeSlots[slot] = number + 1;
        return number;
    }
}
