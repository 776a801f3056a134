package io.offspan.query.index;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.wire.Memory;

/**
 * Reads a bitmap in Roaring's portable format where it lies, a mapped file for example.
 *
 * <pre>
 *  u32        12346, then u32 number of containers
 *        or   12347 + (number of containers - 1) * 65,536, then a bit for each container that tells whether it is a run
 *  directory  {u16 chunk, u16 count - 1} a container, ascending
 *  u32 each   where the containers start; left out where there are runs and fewer than four containers
 *  containers as {@link Container} has them
 * </pre>
 */
final class RoaringFormat {
    private static final int WITHOUT_RUNS = 12346;
    private static final int WITH_RUNS = 12347;
    /** From so many containers on a bitmap with runs says where they start. */
    private static final int MIN_WITH_STARTS = 4;

    private static final int HEADER_BYTES = 8;
    private static final int DIRECTORY_BYTES = 4;
    private static final int START_BYTES = 4;

    private RoaringFormat() {}

    /**
     * Adds the containers of a bitmap to a walk.
     *
     * @throws FormatException when it is none, or one of its containers lies outside its {@code length} bytes
     */
    static void read(Memory memory, long offset, long length, Postings into) {
        memory.check(offset, length);
        require(length >= HEADER_BYTES, "has " + length + " bytes");
        int cookie = memory.getInt(offset);
        boolean runs = (cookie & 0xffff) == WITH_RUNS;
        require(runs || cookie == WITHOUT_RUNS, "begins with " + cookie);
        int containers = runs ? (cookie >>> 16) + 1 : memory.getInt(offset + 4);
        require(containers >= 0 && containers <= Container.SPAN, "has " + containers + " containers");
        long runBits = offset + 4;
        long directory = runs ? runBits + (containers + 7 >>> 3) : offset + HEADER_BYTES;
        boolean starts = !runs || containers >= MIN_WITH_STARTS;
        long at = directory + (long) DIRECTORY_BYTES * containers + (starts ? (long) START_BYTES * containers : 0);
        require(at - offset <= length, "ends within its directory");
        int before = -1;
        for (int i = 0; i < containers; i++) {
            int chunk = memory.getUnsignedShort(directory + (long) DIRECTORY_BYTES * i);
            int count = memory.getUnsignedShort(directory + (long) DIRECTORY_BYTES * i + 2) + 1;
            require(chunk > before, "has chunk " + chunk + " after chunk " + before);
            before = chunk;
            boolean run = runs && (memory.getByte(runBits + (i >>> 3)) >>> (i & 7) & 1) != 0;
            int type = run ? Container.RUN : count <= Container.MAX_ARRAY ? Container.ARRAY : Container.BITMAP;
            require(!run || at - offset + 2 <= length, "ends before a container");
            long bytes = Container.bytes(memory, at, type, count);
            require(at - offset + bytes <= length, "ends within a container");
            into.add(chunk, memory, at, type, count);
            at += bytes;
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new FormatException(Reason.MALFORMED, "A bitmap of the index " + what);
        }
    }
}
