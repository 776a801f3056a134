package io.offspan.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Standard output, which keeps in mind why it failed: a {@link java.io.PrintStream} tells only that it did. */
final class StandardOutput extends FilterOutputStream {
    private static final String READER_GONE = "Broken pipe";

    private @Nullable String failure;

    StandardOutput() {
        super(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** Returns why bytes could not be written, or null when they were or nobody reads them any more. */
    @Nullable
    String failure() {
        return READER_GONE.equals(failure) ? null : failure;
    }
}
