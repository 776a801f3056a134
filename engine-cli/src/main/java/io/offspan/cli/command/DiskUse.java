package io.offspan.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

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
        Lengths lengths = new Lengths();
        Files.walkFileTree(directory, lengths);
        return new DiskUse(lengths.sum, spaceOf(directory));
    }

    /** The sum of the lengths of all files that may be looked at: not of the lost+found of a mount point, nor of what is deleted meanwhile. */
    private static final class Lengths extends SimpleFileVisitor<Path> {
        private long sum;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException unreadable) {
            return FileVisitResult.CONTINUE;
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
