package io.offspan.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The disk space behind files, which is not their length where they have holes or are reserved. */
public final class DiskUse {
    private static final int KIB = 1024;

    private DiskUse() {}

    /** Returns the space that a directory takes. Java does not tell the blocks of a file; the du of POSIX does. */
    public static long bytes(Path directory) throws IOException {
        Process du = new ProcessBuilder("du", "-sk", "--", directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String digits = said.split("\\s", 2)[0];
        if (!digits.matches("\\d+")) {
            throw new IOException("'du -sk " + directory + "' said '" + said + "'; a number was expected");
        }
        return Long.parseLong(digits) * KIB;
    }
}
