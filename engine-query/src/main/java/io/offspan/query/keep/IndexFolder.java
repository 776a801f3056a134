package io.offspan.query.keep;

import io.offspan.core.files.Disk;
import io.offspan.core.segment.SegmentName;
import io.offspan.query.index.SealWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The directory of the index files of a store, which only the process that writes the store changes.
 *
 * <p><b>Threads.</b> Any.
 */
public final class IndexFolder {
    private IndexFolder() {}

    /** Deletes what a writer that was killed has left: files that are not finished, and those of segments that are gone; returns how many. */
    public static int clean(Path store) throws IOException {
        int deleted = 0;
        Path log = store.resolve("log");
        for (File file : files(store)) {
            String name = file.getName();
            int number = SegmentName.numberOfIndex(name);
            boolean orphan = number != SegmentName.NONE
                    && !isThere(log.resolve(SegmentName.of(number)))
                    && !isThere(log.resolve(SegmentName.quarantined(number)));
            boolean unfinished = name.endsWith(SegmentName.INDEX + SealWriter.UNFINISHED);
            if (orphan || unfinished) {
                deleted += Disk.delete(file.toPath()) ? 1 : 0;
            }
        }
        return deleted;
    }

    /** Deletes all index files, so that they are made anew; returns how many. */
    public static int clear(Path store) throws IOException {
        int deleted = clean(store);
        for (File file : files(store)) {
            if (SegmentName.numberOfIndex(file.getName()) != SegmentName.NONE) {
                deleted += Disk.delete(file.toPath()) ? 1 : 0;
            }
        }
        return deleted;
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static File[] files(Path store) {
        File[] files = store.resolve("index").toFile().listFiles();
        return files == null ? new File[0] : files;
    }
}
