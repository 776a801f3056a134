package io.offspan.query.index;

import java.io.IOException;

/**
 * Writes the postings of a term in Roaring's portable format: the containers are there already, so that they only have to be put
 * behind each other.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SealedBitmap {
    private final SealedChunks chunks;
    private final int[] containers = new int[LiveIndex.MAX_CHUNKS];
    private int first;
    private boolean runs;

    SealedBitmap(SealedChunks chunks) {
        this.chunks = chunks;
    }

    /** Writes the bitmap of the containers that end with this one, and returns how many numbers it has. */
    int write(int newest, SealOutput out) throws IOException {
        if (newest == Pages.NONE) {
            return 0;
        }
        int total = collect(newest);
        int count = containers.length - first;
        if (runs) {
            out.putInt(RoaringFormat.WITH_RUNS | count - 1 << 16);
            putRunBits(out);
        } else {
            out.putInt(RoaringFormat.WITHOUT_RUNS);
            out.putInt(count);
        }
        for (int i = first; i < containers.length; i++) {
            out.putShort(chunks.chunk(containers[i]));
            out.putShort(chunks.count(containers[i]) - 1);
        }
        if (!runs || count >= RoaringFormat.MIN_WITH_STARTS) {
            putStarts(out);
        }
        for (int i = first; i < containers.length; i++) {
            int container = containers[i];
            int holder = chunks.holder(container);
            out.putBytes(chunks.memory(holder), SealedChunks.content(holder), bytes(container));
        }
        return total;
    }

    /** Tells whether two terms have the same spans. */
    boolean isSame(int newest, int other) {
        int one = newest;
        int two = other;
        while (one != Pages.NONE && two != Pages.NONE && isSameContainer(one, two)) {
            one = chunks.previous(one);
            two = chunks.previous(two);
        }
        return one == Pages.NONE && two == Pages.NONE;
    }

    private boolean isSameContainer(int one, int two) {
        if (chunks.chunk(one) != chunks.chunk(two) || chunks.count(one) != chunks.count(two)) {
            return false;
        }
        int holder = chunks.holder(one);
        int other = chunks.holder(two);
        long bytes = bytes(one);
        return holder == other
                || chunks.type(one) == chunks.type(two)
                        && bytes == bytes(two)
                        && chunks.memory(holder)
                                .equalBytes(
                                        SealedChunks.content(holder),
                                        chunks.memory(other),
                                        SealedChunks.content(other),
                                        bytes);
    }

    private int collect(int newest) {
        first = containers.length;
        runs = false;
        int total = 0;
        for (int container = newest; container != Pages.NONE; container = chunks.previous(container)) {
            containers[--first] = container;
            runs |= chunks.type(container) == Container.RUN;
            total += chunks.count(container);
        }
        return total;
    }

    private void putRunBits(SealOutput out) throws IOException {
        for (int i = first; i < containers.length; i += Byte.SIZE) {
            int bits = 0;
            for (int bit = 0; bit < Byte.SIZE && i + bit < containers.length; bit++) {
                bits |= chunks.type(containers[i + bit]) == Container.RUN ? 1 << bit : 0;
            }
            out.putByte(bits);
        }
    }

    private void putStarts(SealOutput out) throws IOException {
        long start = RoaringFormat.headerBytes(containers.length - first, runs);
        for (int i = first; i < containers.length; i++) {
            out.putInt((int) start);
            start += bytes(containers[i]);
        }
    }

    private long bytes(int container) {
        int holder = chunks.holder(container);
        return Container.bytes(
                chunks.memory(holder), SealedChunks.content(holder), chunks.type(container), chunks.count(container));
    }
}
