package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The segment files in a directory, listed again only when the directory has changed.
 *
 * <p><b>Threads.</b> Guarded by its owner.
 */
final class SegmentListing {
    /** A directory changed less than this ago may change again without another time stamp. */
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path directory;
    private @Nullable TreeMap<Integer, Path> files;
    /** The names that were there the last time, and what number each has. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private long stamp;
    private boolean settled;

    SegmentListing(Path directory) {
        this.directory = directory;
    }

    /** Returns the files by segment number, or null when they are the same as the last time. */
    @Nullable
    TreeMap<Integer, Path> changed() throws IOException {
        long modified;
        try {
            modified = Files.getLastModifiedTime(directory).to(TimeUnit.NANOSECONDS);
        } catch (NoSuchFileException none) {
            return answer(new TreeMap<>());
        }
        if (settled && modified == stamp) {
            return null;
        }
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        settled = now - modified > SETTLED_NANOS;
        stamp = modified;
        return answer(list());
    }

    /** Makes the next question list the directory in any case; false when it would have anyway. */
    boolean invalidate() {
        boolean before = settled;
        settled = false;
        return before;
    }

    /** Tells whether the last answer holds until the directory changes again. */
    boolean isSettled() {
        return settled;
    }

    /** Returns the files of the last time. */
    TreeMap<Integer, Path> latest() {
        return files == null ? new TreeMap<>() : files;
    }

    /** Returns how many files there were the last time. */
    int size() {
        return files == null ? 0 : files.size();
    }

    /** Makes the next question answer with all files again, because the last answer was not taken in. */
    void forget() {
        files = null;
        settled = false;
    }

    private @Nullable TreeMap<Integer, Path> answer(TreeMap<Integer, Path> found) {
        if (found.equals(files)) {
            return null;
        }
        files = found;
        return found;
    }

    private TreeMap<Integer, Path> list() throws IOException {
        // Names only: a stream of paths costs a kilobyte an entry, and followers list while a segment rolls.
        String[] found = directory.toFile().list();
        if (found == null) {
            throw new IOException(directory + " cannot be listed");
        }
        TreeMap<Integer, Path> before = files;
        if (before != null && found.length == numbers.size() && numbers.keySet().containsAll(Arrays.asList(found))) {
            return before;
        }
        numbers.keySet().retainAll(Set.of(found));
        TreeMap<Integer, Path> numbered = new TreeMap<>();
        for (String name : found) {
            int number = numbers.computeIfAbsent(name, SegmentName::number);
            if (number == SegmentName.NONE || name.endsWith(SegmentName.PRECREATED)) {
                continue;
            }
            if (name.endsWith(SegmentName.LOG) || !numbered.containsKey(number)) {
                numbered.put(number, directory.resolve(name));
            }
        }
        return numbered;
    }
}
