package io.offspan.query.index;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.MissingPages;

/**
 * Which pages of a mapped index file are what was written: each is held against its checksum before anything of it is used for the first
 * time, in memory of our own, since the instructions for that must not meet a page that the disk cannot deliver.
 *
 * <p><b>Threads.</b> Any.
 */
final class SealedPages {
    private static final int PAGE_BYTES = 1 << SealedFormat.PAGE_BITS;
    private static final byte INTACT = 1;
    private static final byte DAMAGED = 2;

    /** Of all files, as a page is checked once. */
    private static final byte[] COPY = new byte[PAGE_BYTES];

    private static final SealChecksum CHECKSUM = new SealChecksum();

    private final Memory file;
    private final byte[] checks;
    private final long end;
    private final byte[] verdicts;
    /** How many pages are not known to be intact. */
    private int open;

    private volatile boolean damaged;

    /**
     * Makes a file of which nothing was checked.
     *
     * @param checks the checksums of the pages
     * @param end where the last of them ends
     */
    SealedPages(Memory file, byte[] checks, long end) {
        this.file = file;
        this.checks = checks;
        this.end = end;
        open = SealedFormat.pages(end);
        verdicts = new byte[open];
    }

    /** Tells whether the pages that some bytes of the file lie in are intact. */
    boolean areIntact(long from, long bytes) {
        if (open == 0 || bytes == 0) {
            return true;
        }
        int last = (int) (from + bytes - 1 >>> SealedFormat.PAGE_BITS);
        for (int page = (int) (from >>> SealedFormat.PAGE_BITS); page <= last; page++) {
            if (verdicts[page] != INTACT && !check(page)) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether a page was found that is not. */
    boolean isDamaged() {
        return damaged;
    }

    private boolean check(int page) {
        synchronized (COPY) {
            if (verdicts[page] == 0) {
                boolean intact = matches(page) || FaultPoint.BUG_TRUSTS_INDEX_FILES.planted();
                verdicts[page] = intact ? INTACT : DAMAGED;
                if (intact) {
                    open--;
                } else {
                    damaged = true;
                }
            }
            return verdicts[page] == INTACT;
        }
    }

    private boolean matches(int page) {
        long from = Math.max((long) page << SealedFormat.PAGE_BITS, SealedFormat.HEADER_BYTES);
        int bytes = (int) (Math.min((long) page + 1 << SealedFormat.PAGE_BITS, end) - from);
        try {
            // A copy is guarded: of a page that is not there nothing is copied, and what was in its place does not
            // match.
            file.getBytes(from, COPY, 0, bytes);
            CHECKSUM.begin();
            CHECKSUM.add(COPY, 0, bytes);
            if (CHECKSUM.value() == HeapBytes.getInt(checks, Integer.BYTES * page)) {
                return true;
            }
            MissingPages.settle(); // within the try, since what is owed may be raised as early as by the call
        } catch (InternalError missing) {
            return false;
        }
        return false;
    }
}
