package io.offspan.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a directory takes: the lengths of its files, and the disk space behind them, which is less where files have holes.
 *
 * @param apparentBytes the lengths
 * @param realBytes the disk space, or {@link #UNKNOWN}
 */
record DiskUse(long apparentBytes, long realBytes) {
    /** Stands for a number that this system does not tell. */
    static final long UNKNOWN = -1;

    private static final int KIB = 1024;

    static DiskUse of(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long apparent = files.mapToLong(DiskUse::length).sum();
            return new DiskUse(apparent, spaceOf(directory));
        }
    }

    private static long length(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException deletedMeanwhile) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Java does not tell the blocks of a file; the du of POSIX does. */
    private static long spaceOf(Path directory) throws IOException {
        try {
            Process du = new ProcessBuilder("du", "-sk", "--", directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            du.waitFor();
            return Long.parseLong(said.split("\\s", 2)[0]) * KIB;
        } catch (IOException | NumberFormatException withoutDu) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
