package io.offspan.core.files;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a file of the store has to be before it is opened: a regular file, because a link leads elsewhere and opening a pipe waits for
 * whoever writes to it; and one with a single name before it is written to, because its bytes would change under all of them.
 */
public final class RegularFile {
    /** What is said of a name that does not lead to a regular file. */
    public static final String IS_NONE = " is a link, a directory or a special file";

    private RegularFile() {}

    /** Tells whether a name leads to something else than a regular file. */
    public static boolean isSomethingElse(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Refuses a name that does not lead to a regular file, whatever it leads to. */
    public static void require(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(file.toString());
            }
            throw new IOException(file + IS_NONE + "; only a regular file is read");
        }
    }

    /**
     * Refuses something else under the name of a file that has to be regular where it exists.
     *
     * @param rule what it has to be, as in "the lock is a regular file"
     */
    public static void requireOrNone(Path file, String rule) {
        if (isSomethingElse(file)) {
            throw new SpanStoreException.NotAStore(file + IS_NONE + "; " + rule + ". Move it away.");
        }
    }

    /**
     * Refuses a file with more names than one.
     *
     * @param otherwise what would happen, and what to do
     */
    public static void requireOneName(Path file, String otherwise) throws IOException {
        FileIdentity found = FileIdentity.of(file);
        if (found != null && found.names() > 1 && !isSomethingElse(file)) {
            throw new SpanStoreException.NotAStore(
                    file + " has " + found.names() + " names (hard links), and " + otherwise);
        }
    }
}
