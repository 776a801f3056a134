package io.offspan.query.keep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What tells a file from the one that was under its name before, also where somebody wrote into it.
 *
 * @param key what the file system knows the file by, null where it does not say
 * @param bytes its length
 * @param modified when it was written to the last time
 */
record FileStamp(@Nullable Object key, long bytes, FileTime modified) {
    /** Looks a name up without following a link and without opening the file; null when nothing has that name. */
    static @Nullable FileStamp of(Path path) throws IOException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new FileStamp(found.fileKey(), found.size(), found.lastModifiedTime());
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Tells what {@link #equals} does, which of a record costs a fresh JVM more to look up than the file to map. */
    boolean isSameAs(@Nullable FileStamp other) {
        return other != null
                && bytes == other.bytes
                && Objects.equals(key, other.key)
                && modified.equals(other.modified);
    }
}
