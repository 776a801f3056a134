package io.offspan.it.space;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own, mounted below a directory, that another file can fill.
 *
 * <p><b>Owns</b> the mount until {@link #close()}. Needs root and the right to mount.
 */
final class SmallDisk implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path root;

    private SmallDisk(Path root) {
        this.root = root;
    }

    /** The kinds that are tried. */
    enum Kind {
        TMPFS,
        TMPFS_NOEXEC,
        EXT4
    }

    /** Says why no disk can be mounted here, or returns null when one can. */
    static String unavailable(Path scratch) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "only root mounts file systems";
        }
        try (SmallDisk disk = mount(Kind.TMPFS, 1, scratch)) {
            return disk.free() > 0 ? null : "a mounted tmpfs says it has no room";
        } catch (IOException refused) {
            return "mounting is refused: " + refused.getMessage();
        }
    }

    /** Mounts a new disk of so many MiB. */
    static SmallDisk mount(Kind kind, int mebibytes, Path scratch) throws IOException {
        Path root = Files.createTempDirectory(scratch, "disk");
        String size = mebibytes + "m";
        switch (kind) {
            case TMPFS -> run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", root.toString());
            case TMPFS_NOEXEC -> run("mount", "-t", "tmpfs", "-o", "noexec,size=" + size, "tmpfs", root.toString());
            case EXT4 -> {
                Path image = scratch.resolve(root.getFileName() + ".img");
                try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                    file.setLength((long) mebibytes << 20);
                }
                run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
                run("mount", "-o", "loop", image.toString(), root.toString());
            }
        }
        return new SmallDisk(root);
    }

    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Returns a path on the disk. */
    Path resolve(String name) {
        return root.resolve(name);
    }

    /** Returns how many bytes are free. */
    long free() {
        return root.toFile().getUsableSpace();
    }

    /** Returns how many bytes are taken. */
    long taken() {
        return root.toFile().getTotalSpace() - free();
    }

    /** Takes all but so many bytes. */
    void fill(long left) throws IOException {
        byte[] zeros = new byte[BUFFER_BYTES];
        try (RandomAccessFile filler = new RandomAccessFile(resolve("filler").toFile(), "rw")) {
            filler.seek(filler.length());
            for (long bytes = free() - left; bytes > 0; bytes = Math.min(bytes - zeros.length, free() - left)) {
                filler.write(zeros, 0, (int) Math.min(zeros.length, bytes));
            }
        } catch (IOException full) {
            if (free() > left) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} has taken. */
    void empty() throws IOException {
        Files.deleteIfExists(resolve("filler"));
    }

    /** Returns the names of what stands on the disk below a directory. */
    List<String> names(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (var files = Files.list(resolve(directory))) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", root.toString());
        Files.deleteIfExists(root.resolveSibling(root.getFileName() + ".img"));
        Files.deleteIfExists(root);
    }
}
