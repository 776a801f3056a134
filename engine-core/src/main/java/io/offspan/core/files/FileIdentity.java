package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which file stands under a name: its device and inode, and beside them how many names it has and how long it is.
 *
 * @param device the file system
 * @param inode the file within it
 * @param names how many hard links it has
 * @param bytes its length
 */
public record FileIdentity(long device, long inode, int names, long bytes) {
    /**
     * Looks a name up without following a link and without opening the file.
     *
     * @return null when nothing has that name
     */
    public static @Nullable FileIdentity of(Path path) throws IOException {
        try {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:dev,ino,nlink,size", LinkOption.NOFOLLOW_LINKS);
            return new FileIdentity(
                    number(found, "dev"), number(found, "ino"), (int) number(found, "nlink"), number(found, "size"));
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static long number(Map<String, Object> attributes, String name) throws FileSystemException {
        if (attributes.get(name) instanceof Number value) {
            return value.longValue();
        }
        throw new FileSystemException("The file system does not tell " + name);
    }

    /** Tells whether both are the same file, whatever its length and names are by now. */
    public boolean isSameFile(@Nullable FileIdentity other) {
        return other != null && device == other.device && inode == other.inode;
    }
}
