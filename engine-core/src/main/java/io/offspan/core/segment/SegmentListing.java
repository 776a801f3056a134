package io.offspan.core.segment;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    private @Nullable TreeMap<Integer, Path> answer(TreeMap<Integer, Path> found) {
        if (found.equals(files)) {
            return null;
        }
        files = found;
        return found;
    }

    private TreeMap<Integer, Path> list() throws IOException {
        TreeMap<Integer, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path file : stream) {
                String name = String.valueOf(file.getFileName());
                int number = SegmentName.number(name);
                if (number == SegmentName.NONE || name.endsWith(SegmentName.PRECREATED)) {
                    continue;
                }
                if (name.endsWith(SegmentName.LOG) || !found.containsKey(number)) {
                    found.put(number, file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }
}
