package io.offspan.core.segment;

import io.offspan.core.files.FileKey;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Looks how long a mapped file still is: a mapping does not get shorter with its file, and reading behind the end of one is an error of
 * the JVM, or its end.
 *
 * <p>A file whose name is gone, or leads to another one by now, is as long as it was.
 *
 * <p><b>Threads.</b> Any.
 */
final class FileLength {
    private final Path path;
    private final File file;
    private final @Nullable FileKey opened;

    FileLength(Path path) {
        this.path = path;
        file = path.toFile();
        opened = look();
    }

    /** Tells whether the file still has so many bytes, as far as can be told. */
    boolean reaches(long end) {
        // Asked for every block that is read, and so without an object; what stands under the name matters only where
        // it is too short.
        if (file.length() >= end) {
            return true;
        }
        FileKey now = look();
        return now == null || !now.isSameFile(opened) || now.bytes() >= end;
    }

    private @Nullable FileKey look() {
        try {
            return FileKey.of(path);
        } catch (IOException unknown) {
            return null;
        }
    }
}
