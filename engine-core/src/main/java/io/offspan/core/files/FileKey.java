package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Which file stands under a name and how long it is: what of a {@link FileIdentity} is cheap enough to be asked at every search.
 *
 * @param key what the file system knows the file by
 * @param bytes its length
 */
public record FileKey(Object key, long bytes) {
    /**
     * Looks a name up without following a link and without opening the file.
     *
     * @return null when nothing has that name
     */
    public static @Nullable FileKey of(Path path) throws IOException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object key = found.fileKey();
            if (key == null) {
                throw new FileSystemException("The file system does not tell which file " + path + " is");
            }
            return new FileKey(key, found.size());
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Tells whether both are the same file, whatever its length is by now. */
    public boolean isSameFile(@Nullable FileKey other) {
        return other != null && key.equals(other.key);
    }
}
