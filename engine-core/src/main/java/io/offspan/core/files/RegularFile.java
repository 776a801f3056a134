package io.offspan.core.files;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

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
        try {
            return !isRegular(file);
        } catch (IOException nothingToBeSeen) {
            return false;
        }
    }

    /** Refuses a name that does not lead to a regular file, whatever it leads to. */
    public static void require(Path file) throws IOException {
        if (!isRegular(file)) {
            throw new IOException(file + IS_NONE + "; only a regular file is read");
        }
    }

    /** Asks once: between two questions another process may delete the file or give it another name. */
    private static boolean isRegular(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile();
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
