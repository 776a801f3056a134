package io.offspan.core.log;

import io.offspan.codec.block.BlockLayout;
import io.offspan.core.segment.SegmentName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the log, made safe for the queue to open: links refused, foreign files put aside, leftovers removed.
 *
 * <p><b>Threads.</b> One thread, under the lock of the store.
 *
 * <p><b>Fails</b> with {@link LogDirectoryException} for links and special files, which are never followed, renamed or removed.
 */
public final class LogDirectory {
    /** Numbers farther beyond the last sound segment belong to foreign files; the queue walks over every number between. */
    private static final int MAX_GAP = 10_000;

    /** How many bytes at the start of a log file are the queue's. */
    public static final int HEADER_BYTES = LogHeaders.LOG_HEADER_BYTES;

    private final Path directory;
    private final LogHeaders headers = new LogHeaders();
    private final List<String> findings = new ArrayList<>();
    private int highest;

    LogDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Prepares a directory without loading a class of the queue, creating it when it is not there; may be repeated.
     *
     * @return what was put aside and why, one sentence each
     * @throws LogDirectoryException for links and special files
     */
    public static List<String> prepare(Path directory) throws IOException {
        LogDirectory prepared = new LogDirectory(directory);
        prepared.prepare();
        return List.copyOf(prepared.findings);
    }

    /**
     * Compares how a log file begins with what the queue may be shown, without changing it or loading a class of the queue.
     *
     * @return what is different, or null; a file that its writer has not begun yet is no different
     */
    public static @Nullable String deviation(Path file) throws IOException {
        return new LogHeaders().deviation(file);
    }

    void prepare() throws IOException {
        FilePermissions.createPrivateDirectory(directory);
        for (Path file : list()) {
            requireRegular(file);
        }
        List<Path> files = list();
        for (Path file : files) {
            String name = nameOf(file);
            int number = SegmentName.number(name);
            if (number == SegmentName.NONE) {
                requireNoSegment(file);
            } else if (name.endsWith(SegmentName.PRECREATED)) {
                Files.delete(file);
            } else if (name.endsWith(SegmentName.LOG) && !unusable(file, number)) {
                highest = Math.max(highest, number);
            }
        }
        int sound = highest;
        for (Path file : files) {
            int number = SegmentName.number(nameOf(file));
            if (number - sound < MAX_GAP) {
                highest = Math.max(highest, number);
            }
        }
        if (!LogMetadata.replace(directory)) {
            findings.add(directory.resolve(LogMetadata.NAME)
                    + " did not begin as this engine writes it; it was replaced without being opened");
        }
    }

    /** Returns the highest segment number in use, 0 when there is none. */
    int highest() {
        return highest;
    }

    /** Returns what was put aside and why, one sentence each. */
    List<String> findings() {
        return findings;
    }

    /** Puts a file out of the queue's way unless it may be shown to it. */
    private boolean unusable(Path file, int number) throws IOException {
        String reason = headers.check(file);
        if (reason == null) {
            FilePermissions.makePrivate(file);
            if (headers.endedAt() >= 0) {
                Reservation.releaseBehind(file, headers.endedAt() + BlockLayout.ALIGNMENT);
            }
            return false;
        }
        if (headers.isUnborn(file)) {
            // As a precreated file it keeps its number from being used again, and the next preparation deletes it.
            Files.move(file, directory.resolve(SegmentName.precreated(number)), StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
        Path aside = directory.resolve(SegmentName.quarantined(number));
        if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
            throw new LogDirectoryException(
                    file + " cannot be put aside: " + aside + " is already there. Move one of them away.", null);
        }
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        findings.add(file + " was put aside as " + aside.getFileName() + " and is read without the queue: " + reason);
        return true;
    }

    private static void requireNoSegment(Path file) {
        if (nameOf(file).endsWith(SegmentName.LOG)) {
            throw new LogDirectoryException(
                    file + " ends like a segment and is not named like one. Move it away.", null);
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void requireRegular(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new LogDirectoryException(
                    file + " is a link, a directory or a special file; a log holds regular files only. Move it away.",
                    null);
        }
    }

    private List<Path> list() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(files::add);
        }
        return files;
    }
}
