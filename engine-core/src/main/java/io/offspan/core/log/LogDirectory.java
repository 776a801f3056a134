package io.offspan.core.log;

import io.offspan.core.files.Disk;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.files.RegularFile;
import io.offspan.core.files.Reservation;
import io.offspan.core.segment.OpenSegment;
import io.offspan.core.segment.SegmentName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    /** The segment that is to be continued and therefore gets no end mark, if its end is where that is known to be. */
    private final @Nullable OpenSegment wanted;
    /** A number that a segment had which may be gone, and which therefore no other gets; 0 for none. */
    private final int begun;
    /** The segments that the queue may open, by number, and how many bytes of each are used. */
    private final TreeMap<Integer, Long> used = new TreeMap<>();

    private int highest;
    private long keptEnd;

    LogDirectory(Path directory, @Nullable OpenSegment wanted, int begun) {
        this.directory = directory;
        this.wanted = wanted;
        this.begun = begun;
    }

    /**
     * Prepares a directory without loading a class of the queue, creating it when it is not there; may be repeated. The newest segment
     * is left as it is, so that it may be continued.
     *
     * @throws LogDirectoryException for links and special files
     */
    public static LogDirectory prepare(Path directory) throws IOException {
        LogDirectory prepared = new LogDirectory(directory, null, 0);
        prepared.prepare(false);
        return prepared;
    }

    /**
     * Compares how a log file begins with what the queue may be shown, without changing it or loading a class of the queue.
     *
     * @return what is different, or null; a file that its writer has not begun yet is no different
     */
    public static @Nullable String deviation(Path file) throws IOException {
        return new LogHeaders().deviation(file);
    }

    /** Returns the lengths of all files of a directory, which need not exist, added up. */
    public static long bytes(Path directory) throws IOException {
        long bytes = 0;
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : new LogDirectory(directory, null, 0).list()) {
                bytes += file.toFile().length();
            }
        }
        return bytes;
    }

    /** Prepares the directory for the queue: each segment but the wanted one gets its end mark, the newest included. */
    void prepareForQueue() throws IOException {
        prepare(true);
    }

    private void prepare(boolean endNewest) throws IOException {
        PrivateFiles.makeDirectory(directory);
        PrivateFiles.makeDirectoryPrivate(directory);
        for (Path file : list()) {
            requireRegular(file);
        }
        List<Path> files = list();
        int newest = 0;
        for (Path file : files) {
            newest = Math.max(newest, SegmentName.number(nameOf(file)));
        }
        for (Path file : files) {
            String name = nameOf(file);
            int number = SegmentName.number(name);
            if (name.equals(SegmentPages.WAITING)) {
                Disk.delete(file);
            } else if (number == SegmentName.NONE) {
                requireNoSegment(file);
            } else if (name.endsWith(SegmentName.PRECREATED)) {
                Disk.delete(file);
            } else if (name.endsWith(SegmentName.LOG) && !unusable(file, number, endNewest || number < newest)) {
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
        if (begun - sound < MAX_GAP) {
            highest = Math.max(highest, begun);
        }
        if (!LogMetadata.write(directory, keptEnd > 0 ? highest : highest + 1)) {
            findings.add(directory.resolve(LogMetadata.NAME)
                    + " did not begin as this engine writes it; it was replaced without being opened");
        }
    }

    /** Returns the highest segment number in use, 0 when there is none. */
    public int highest() {
        return highest;
    }

    /** Returns what was put aside and why, one sentence each. */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    /** Returns where the wanted segment is continued, 0 when it cannot be. */
    long keptEnd() {
        return keptEnd;
    }

    /** Cuts the two newest segments before one again, which the queue makes longer when it looks for the last end mark. */
    void cutBefore(int number) throws IOException {
        int left = 2;
        for (Map.Entry<Integer, Long> file :
                used.headMap(number, false).descendingMap().entrySet()) {
            Path path = directory.resolve(SegmentName.of(file.getKey()));
            if (left-- > 0 && Files.exists(path)) {
                Reservation.cut(path, file.getValue(), 0);
            }
        }
    }

    /** Puts a file out of the queue's way unless it may be shown to it. */
    private boolean unusable(Path file, int number, boolean mayEnd) throws IOException {
        String reason = headers.check(file);
        if (reason == null) {
            PrivateFiles.makePrivate(file);
            end(file, number, mayEnd);
            return false;
        }
        if (headers.isUnborn(file)) {
            // As a precreated file it keeps its number from being used again, and the next preparation deletes it.
            Disk.rename(file, directory.resolve(SegmentName.precreated(number)));
            return true;
        }
        Path aside = directory.resolve(SegmentName.quarantined(number));
        if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
            throw new LogDirectoryException(
                    file + " cannot be put aside: " + aside + " is already there. Move one of them away.", null);
        }
        Disk.rename(file, aside);
        findings.add(file + " was put aside as " + aside.getFileName() + " and is read without the queue: " + reason);
        return true;
    }

    /** Gives a sound file its end mark unless it is to be continued, and cuts off what nobody has used. */
    private void end(Path file, int number, boolean mayEnd) throws IOException {
        boolean open = !headers.ended();
        boolean kept = open && wanted != null && wanted.number() == number && wanted.end() <= headers.end();
        if (kept) {
            keptEnd = headers.end();
        } else if (open && mayEnd) {
            headers.writeEnd(file);
        }
        // What an unfinished excerpt has left is cut off to the byte, so that whoever continues finds zeros there.
        Reservation.cut(file, headers.ended() ? headers.usedBytes() : headers.end(), headers.usedBytes());
        used.put(number, headers.usedBytes());
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
        if (RegularFile.isSomethingElse(file)) {
            throw new LogDirectoryException(
                    file + RegularFile.IS_NONE + "; a log holds regular files only. Move it away.", null);
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
