package io.offspan.query.index;

import io.offspan.codec.wire.Memory;

/**
 * The containers of the chunks that are full, in their final form: of array, bitmap and runs the smallest.
 *
 * <pre>
 *  0 u32 previous   the container of the same term in a chunk before
 *  4 u32 count      8 u16 chunk      10 u16 type
 * 12 u32 holder     the piece that has the container of a whole group of terms, or 0 for this one
 * 16 the container, as {@link Container} has it
 * </pre>
 *
 * <p><b>Threads.</b> One thread writes; containers are immutable once a term names them.
 */
final class SealedChunks {
    private static final int PREVIOUS = 0;
    private static final int COUNT = 4;
    private static final int CHUNK = 8;
    private static final int TYPE = 10;
    private static final int HOLDER = 12;
    private static final int HEADER_BYTES = 16;

    private final Pages pages;
    private final Container runs = new Container();

    SealedChunks(Pages pages) {
        this.pages = pages;
    }

    /** Copies the container of a term out of a chunk that is full, and says so in the term's record. */
    void seal(OpenChunk chunk, Memory record, long at) {
        long open = record.getLong(at + TermTable.OPEN);
        int count = OpenChunk.count(open);
        int runCount = record.getInt(at + TermTable.RUNS);
        Memory source = chunk.memory((int) open);
        long from = Pages.offset((int) open);
        int openType = OpenChunk.type(open);
        int plain = openType == Container.BITMAP ? Container.BITMAP_BYTES : 2 * count;
        boolean asRuns = 2 + 4 * runCount < plain;
        int sealed = pages.allocate(HEADER_BYTES + (asRuns ? 2 + 4 * runCount : plain));
        Memory target = pages.memory(sealed);
        long to = Pages.offset(sealed);
        long head = record.getLong(at + TermTable.SEALED);
        target.putInt(to + PREVIOUS, (int) head);
        target.putInt(to + COUNT, count);
        target.putShort(to + CHUNK, chunk.chunk());
        target.putShort(to + TYPE, asRuns ? Container.RUN : openType);
        target.putInt(to + HOLDER, Pages.NONE);
        if (asRuns) {
            writeRuns(source, from, openType, count, target, to + HEADER_BYTES, runCount);
        } else {
            target.putBytes(to + HEADER_BYTES, source, from, plain);
        }
        long total = (head >>> 32) + count;
        record.putLongRelease(at + TermTable.SEALED, total << 32 | sealed & 0xffff_ffffL);
    }

    /** Gives a term the container of its group, which is sealed already, and says so in the term's record. */
    void share(Memory group, long from, Memory record, long at) {
        int holder = (int) group.getLong(from + TermTable.SEALED);
        int count = count(holder);
        int sealed = pages.allocate(HEADER_BYTES);
        Memory target = pages.memory(sealed);
        long to = Pages.offset(sealed);
        long head = record.getLong(at + TermTable.SEALED);
        target.putInt(to + PREVIOUS, (int) head);
        target.putInt(to + COUNT, count);
        target.putShort(to + CHUNK, chunk(holder));
        target.putShort(to + TYPE, type(holder));
        target.putInt(to + HOLDER, holder);
        long total = (head >>> 32) + count;
        record.putLongRelease(at + TermTable.SEALED, total << 32 | sealed & 0xffff_ffffL);
    }

    private void writeRuns(Memory source, long from, int type, int count, Memory target, long to, int runCount) {
        runs.wrap(source, from, type, count);
        target.putShort(to, runCount);
        long at = to + 2;
        for (int first = runs.ceiling(0); first < Container.SPAN; ) {
            int end = runs.absentFrom(first);
            target.putShort(at, first);
            target.putShort(at + 2, end - 1 - first);
            at += 4;
            first = runs.ceiling(end);
        }
    }

    int previous(int container) {
        return pages.memory(container).getInt(Pages.offset(container) + PREVIOUS);
    }

    int chunk(int container) {
        return pages.memory(container).getUnsignedShort(Pages.offset(container) + CHUNK);
    }

    int count(int container) {
        return pages.memory(container).getInt(Pages.offset(container) + COUNT);
    }

    /** Returns a number in which containers differ mostly: how many numbers there are, and the first bytes. */
    int beginning(int container) {
        int holder = holder(container);
        return pages.memory(holder).getUnsignedShort(content(holder)) | count(container) << 16;
    }

    int type(int container) {
        return pages.memory(container).getUnsignedShort(Pages.offset(container) + TYPE);
    }

    /** Returns the piece that has the content of a container: its own, or that of its group. */
    int holder(int container) {
        int holder = pages.memory(container).getInt(Pages.offset(container) + HOLDER);
        return holder == Pages.NONE ? container : holder;
    }

    /** Returns the page of a holder. */
    Memory memory(int holder) {
        return pages.memory(holder);
    }

    /** Returns where in its page the content of a holder starts. */
    static long content(int holder) {
        return Pages.offset(holder) + HEADER_BYTES;
    }

    /** Points at a container, and returns true. */
    boolean open(int container, Container into) {
        int holder = holder(container);
        into.wrap(memory(holder), content(holder), type(container), count(container));
        return true;
    }

    /** Adds a container to a walk. */
    void add(int container, Postings into) {
        int holder = holder(container);
        into.add(chunk(container), memory(holder), content(holder), type(container), count(container));
    }
}
