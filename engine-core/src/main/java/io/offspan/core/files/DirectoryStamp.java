package io.offspan.core.files;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells by the time stamp of a directory whether files in it have come, gone or been replaced since it was looked at last. A directory that
 * does not change is asked about without making an object.
 *
 * <p><b>Threads.</b> Guarded by its owner.
 */
public final class DirectoryStamp {
    /** A directory changed less than this ago may change again without another time stamp. */
    private static final long SETTLED_MILLIS = 100;

    private final Path directory;
    private final File file;
    private long millis;
    private boolean settled;

    public DirectoryStamp(Path directory) {
        this.directory = directory;
        file = directory.toFile();
    }

    /**
     * Tells whether the directory is as it was when this was asked before; false, too, when that cannot be told.
     *
     * @throws IOException when there is no such directory, or it cannot be asked
     */
    public boolean isSame() throws IOException {
        long now = file.lastModified();
        if (now == 0) {
            // The one answer to a failure, which the other way names.
            now = Files.getLastModifiedTime(directory).toMillis();
        }
        if (settled && now == millis) {
            return true;
        }
        settled = System.currentTimeMillis() - now > SETTLED_MILLIS;
        millis = now;
        return false;
    }

    /** Tells whether the last answer holds until the directory changes again. */
    public boolean isSettled() {
        return settled;
    }

    /** Makes the next answer a no; false when it would have been anyway. */
    public boolean invalidate() {
        boolean before = settled;
        settled = false;
        return before;
    }
}
