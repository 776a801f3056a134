package io.offspan.core.files;

import io.offspan.core.value.SpanStoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a disk has left, and the part of it that the store never takes: the last hundredth, between 16 MiB and 1 GiB, and never more
 * than an eighth of a small disk.
 *
 * <p>Looked at before anything is reserved, so that a full disk is neither filled to the last byte nor written to in vain.
 *
 * <p><b>Threads.</b> Any.
 */
public final class FreeSpace {
    private static final long LEAST_LEFT = 16L << 20;
    private static final long MOST_LEFT = 1L << 30;
    private static final int PARTS = 100;
    private static final int PARTS_OF_A_SMALL_DISK = 8;
    private static final int PAGE_BYTES = 4096;

    private FreeSpace() {}

    /** Returns how many bytes of a disk this user may still write, 0 where that is not known. */
    public static long usable(Path directory) {
        return directory.toFile().getUsableSpace();
    }

    /**
     * Makes sure that a disk has room for so many bytes more, and the rest that is left to others.
     *
     * @throws NoSpaceException when it has not; nothing was written
     */
    public static void require(Path directory, long bytes) throws NoSpaceException {
        File disk = directory.toFile();
        String lacking = lacking(bytes, disk.getUsableSpace(), disk.getTotalSpace());
        if (lacking != null) {
            throw new NoSpaceException(lacking);
        }
    }

    /** Tells in words why {@code bytes} are too many for a disk, or null when they are not; a disk of no known size takes all. */
    static @Nullable String lacking(long bytes, long usable, long total) {
        long left = leftToOthers(total);
        if (total <= 0 || usable - bytes >= left) {
            return null;
        }
        return usable + " of " + total + " bytes are free, of which " + left + " are left to others";
    }

    /** Returns how many bytes of a disk of this size the store leaves to others. */
    static long leftToOthers(long total) {
        return Math.min(total / PARTS_OF_A_SMALL_DISK, Math.max(LEAST_LEFT, Math.min(MOST_LEFT, total / PARTS)));
    }

    /** Says what an I/O error means for whoever wanted to write: that the disk is full, or what else it is. */
    public static SpanStoreException explain(String subject, Path directory, IOException failure) {
        return isLacking(failure, directory)
                ? new SpanStoreException.DiskFull(
                        subject + ": " + failure.getMessage() + ". Free some space, or ask for less", failure)
                : new SpanStoreException(subject + ": " + failure + ". " + Remedy.of(failure), failure);
    }

    /** Tells a lack of room from everything else that a write may end with. */
    public static boolean isLacking(IOException failure, Path directory) {
        File disk = directory.toFile();
        String message = String.valueOf(failure.getMessage());
        // The text of the system may be in any language; a disk without a page left says the same in all of them.
        return failure instanceof NoSpaceException
                || message.contains("No space left on device")
                || message.contains("Disk quota exceeded")
                || message.contains("File too large")
                || (disk.getTotalSpace() > 0 && disk.getUsableSpace() < PAGE_BYTES);
    }
}
