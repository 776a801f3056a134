package io.offspan.core.segment;

import io.offspan.core.files.DirectoryStamp;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The segment files in a directory, listed again only when the directory has changed.
 *
 * <p><b>Threads.</b> Guarded by its owner.
 */
final class SegmentListing {
    private final Path directory;
    private final DirectoryStamp stamp;
    private @Nullable TreeMap<Integer, Path> files;
    /** The names that were there the last time, and what number each has. */
    private final Map<String, Integer> numbers = new HashMap<>();

    SegmentListing(Path directory) {
        this.directory = directory;
        stamp = new DirectoryStamp(directory);
    }

    /** Returns the files by segment number, or null when they are the same as the last time. */
    @Nullable
    TreeMap<Integer, Path> changed() throws IOException {
        try {
            return stamp.isSame() ? null : answer(list());
        } catch (NoSuchFileException none) {
            stamp.invalidate();
            numbers.clear();
            return answer(new TreeMap<>());
        } catch (IOException unlisted) {
            stamp.invalidate();
            throw unlisted;
        }
    }

    /** Makes the next question list the directory in any case; false when it would have anyway. */
    boolean invalidate() {
        return stamp.invalidate();
    }

    /** Tells whether the last answer holds until the directory changes again. */
    boolean isSettled() {
        return stamp.isSettled();
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
        stamp.invalidate();
    }

    private @Nullable TreeMap<Integer, Path> answer(TreeMap<Integer, Path> found) {
        if (found.equals(files)) {
            return null;
        }
        files = found;
        return found;
    }

    private int number(String name) {
        Integer known = numbers.get(name);
        int number = known == null ? SegmentName.number(name) : known;
        if (known == null) {
            numbers.put(name, number);
        }
        return number;
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
            int number = number(name);
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
