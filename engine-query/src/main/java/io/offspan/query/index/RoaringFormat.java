package io.offspan.query.index;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.Memory;

/**
 * A bitmap in Roaring's portable format where it lies, a mapped file for example: its containers one after another.
 *
 * <pre>
 *  u32        12346, then u32 number of containers
 *        or   12347 + (number of containers - 1) * 65,536, then a bit for each container that tells whether it is a run
 *  directory  {u16 chunk, u16 count - 1} a container, ascending
 *  u32 each   where the containers start; left out where there are runs and fewer than four containers
 *  containers as {@link Container} has them
 * </pre>
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing.
 */
final class RoaringFormat {
    static final int WITHOUT_RUNS = 12346;
    static final int WITH_RUNS = 12347;
    /** From so many containers on a bitmap with runs says where they start. */
    static final int MIN_WITH_STARTS = 4;

    private static final int HEADER_BYTES = 8;
    private static final int DIRECTORY_BYTES = 4;
    private static final int START_BYTES = 4;

    private Memory memory = Memory.NONE;
    private long offset;
    private long length;
    private boolean runs;
    private int containers;
    private long directory;
    private int index;
    private long end;

    private int chunk;
    private int count;
    private int type;
    private long at;

    /**
     * Goes before the first container of a bitmap.
     *
     * @throws FormatException when it is none
     */
    RoaringFormat wrap(Memory source, long from, long bytes) {
        source.check(from, bytes);
        require(bytes >= HEADER_BYTES, "is too short", bytes);
        memory = source;
        offset = from;
        length = bytes;
        int cookie = source.getInt(from);
        runs = (cookie & 0xffff) == WITH_RUNS;
        require(runs || cookie == WITHOUT_RUNS, "begins with something else", cookie);
        containers = runs ? (cookie >>> 16) + 1 : source.getInt(from + 4);
        require(containers >= 0 && containers <= Container.SPAN, "has a wrong number of containers", containers);
        directory = runs ? from + 4 + runBytes(containers) : from + HEADER_BYTES;
        end = from + headerBytes(containers, runs);
        require(end - from <= bytes, "ends within its directory", bytes);
        index = 0;
        chunk = -1;
        return this;
    }

    /** Returns the bytes before the first container. */
    static long headerBytes(int containers, boolean runs) {
        long start = runs ? 4 + runBytes(containers) : HEADER_BYTES;
        boolean starts = !runs || containers >= MIN_WITH_STARTS;
        return start + (long) containers * (DIRECTORY_BYTES + (starts ? START_BYTES : 0));
    }

    /** Returns the bytes of the bits that tell which containers are runs. */
    static int runBytes(int containers) {
        return containers + 7 >>> 3;
    }

    /**
     * Goes to the next container, or returns false after the last.
     *
     * @throws FormatException when it lies outside the bitmap
     */
    boolean next() {
        if (index == containers) {
            return false;
        }
        long entry = directory + (long) DIRECTORY_BYTES * index;
        int before = chunk;
        chunk = memory.getUnsignedShort(entry);
        count = memory.getUnsignedShort(entry + 2) + 1;
        require(chunk > before, "has its chunks out of order", chunk);
        boolean run = runs && (memory.getByte(offset + 4 + (index >>> 3)) >>> (index & 7) & 1) != 0;
        type = run ? Container.RUN : count <= Container.MAX_ARRAY ? Container.ARRAY : Container.BITMAP;
        at = end;
        require(!run || at - offset + 2 <= length, "ends before a container", length);
        end += Container.bytes(memory, at, type, count);
        require(end - offset <= length, "ends within a container", length);
        index++;
        return true;
    }

    int chunk() {
        return chunk;
    }

    /** Goes from the beginning to the container of a chunk and points at it; false when there is none. */
    boolean open(int wanted, Container into) {
        while (chunk < wanted) {
            if (!next()) {
                return false;
            }
        }
        if (chunk == wanted) {
            into.wrap(memory, at, type, count);
        }
        return chunk == wanted;
    }

    /** Adds the container to a walk. */
    void addTo(Postings walk) {
        walk.add(chunk, memory, at, type, count);
    }

    private static void require(boolean holds, String what, long found) {
        if (!holds) {
            throw new FormatException(Reason.MALFORMED, "A bitmap of the index " + what + ": " + found);
        }
    }
}
