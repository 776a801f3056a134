package io.offspan.otel;

import io.offspan.core.SpanStore;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Finds the directory for one of the JVMs that share a configured path: {@code <path>/0}, {@code <path>/1} and so on, the first
 * that no other JVM holds.
 *
 * <p>Which is free is decided by the store's own lock, so that JVMs that start at the same instant cannot both get one; a restart
 * takes the lowest number again, so that directories do not grow in number with the restarts.
 */
final class DataDirectories {
    private DataDirectories() {}

    /**
     * Opens the first store that is free.
     *
     * @throws SpanStoreException when none can be used, with what to do
     */
    static SpanStore open(OtelSettings settings) {
        Path path = settings.path();
        prepare(path);
        SpanStoreException.Locked last = null;
        for (int i = 0; i < settings.maxDirectories(); i++) {
            Path directory = path.resolve(Integer.toString(i));
            try {
                make(directory);
                return SpanStore.open(directory, settings.store());
            } catch (SpanStoreException.Locked taken) {
                last = taken;
            }
        }
        throw new SpanStoreException.Locked("All " + settings.maxDirectories() + " directories of " + path
                + " are in use; raise " + OtelSettings.MAX_DIRECTORIES + " or set another " + OtelSettings.PATH
                + (last == null ? "" : ". " + last.getMessage()));
    }

    private static void prepare(Path path) {
        if (Files.exists(path.resolve("slabs"), LinkOption.NOFOLLOW_LINKS)) {
            throw new SpanStoreException.NotAStore(path + " is a store itself; set " + OtelSettings.PATH
                    + " to a directory for stores, in which each JVM gets one of its own");
        }
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new SpanStoreException.NotAStore(
                    path + " is not a directory; set " + OtelSettings.PATH + " to another one");
        }
        try {
            Files.createDirectories(path);
        } catch (IOException refused) {
            throw unusable(path, refused);
        }
    }

    /** Makes a directory, unless another JVM does so at this instant. */
    private static void make(Path directory) {
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException present) {
            // Opening it tells whether it is one of ours.
        } catch (IOException refused) {
            throw unusable(directory, refused);
        }
    }

    private static SpanStoreException unusable(Path path, IOException refused) {
        return new SpanStoreException(
                path + " cannot be made (" + refused + "); set " + OtelSettings.PATH
                        + " to a directory that this process may write",
                refused);
    }
}
