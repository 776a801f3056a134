package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What to do about a file that could not be made or opened, for a reason other than a lack of room. */
public final class Remedy {
    private Remedy() {}

    /** Returns a sentence without its full stop: what kind of refusal it was, and what helps. */
    public static String of(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof AccessDeniedException
                || message.contains("Permission denied")
                || message.contains("Operation not permitted")
                || message.contains("Read-only file system")) {
            return "This process may not do that; run it as the owner of the directory, or give it the right to write there";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "Something else has that name; move it away";
        }
        if (message.contains("Too many open files")) {
            return "That is no lack of room; allow this process more open files (ulimit -n)";
        }
        // The JDK's older classes say with a FileNotFoundException whatever keeps a file from being opened.
        if (failure instanceof NoSuchFileException || message.contains("No such file")) {
            return "It is not there, or a directory above it is not: put back what was moved or deleted, or mount its disk";
        }
        return failure instanceof FileSystemException || message.contains("Input/output error")
                ? "That is no lack of room; see what the system's log says of the disk"
                : "That is no lack of room; look at the limits of this process and at the disk";
    }
}
