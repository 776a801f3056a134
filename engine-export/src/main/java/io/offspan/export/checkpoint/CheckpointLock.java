package io.offspan.export.checkpoint;

import io.offspan.core.memory.Uninterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The operating system's lock on a checkpoint's name, held by its one exporter; it ends with the process, never by time.
 *
 * <p>It is a file of its own, {@code <name>.lock}: a POSIX lock is given up when the process closes <em>any</em> descriptor of the
 * file, and retention reads checkpoints in the process that may also export them. The number in the file serves the message only.
 */
final class CheckpointLock implements AutoCloseable {
    static final String SUFFIX = ".lock";

    private static final int MAX_TEXT = 64;
    /** The registry is the JVM's, not this class's: an application server has one of these classes for each application. */
    private static final String HELD = "io.offspan.held:";

    private final Path key;
    private final FileChannel channel;

    private CheckpointLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws CheckpointException.Locked when another exporter has it
     */
    static CheckpointLock acquire(Path directory, String name) throws IOException {
        Path key = directory.toRealPath().resolve(name);
        String pid = Long.toString(ProcessHandle.current().pid());
        if (System.getProperties().putIfAbsent(HELD + key, pid) != null) {
            throw new CheckpointException.Locked("The checkpoint '" + name + "' of " + directory
                    + " is used by another exporter of this process (" + pid
                    + "); give each destination a name of its own");
        }
        try {
            return Uninterrupted.run(() -> open(key, directory, name));
        } catch (IOException | RuntimeException | Error refused) {
            forget(key);
            throw refused;
        }
    }

    private static CheckpointLock open(Path key, Path directory, String name) throws IOException {
        Path file = directory.resolve(name + SUFFIX);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CheckpointException(
                    file + " is a link, a directory or a special file; a lock is a regular file. Move it away.", null);
        }
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(file, options, mode);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new CheckpointException.Locked("The checkpoint '" + name + "' of " + directory
                        + " is used by the exporter in process " + holder(channel)
                        + "; stop it, or give this destination another name");
            }
            String text = ProcessHandle.current().pid() + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            return new CheckpointLock(key, channel);
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        int bytes = Math.max(0, channel.read(text, 0));
        String pid = new String(text.array(), 0, bytes, StandardCharsets.US_ASCII).replaceAll("[^0-9]", "");
        return pid.isEmpty() ? "(unknown)" : pid;
    }

    private static void forget(Path key) {
        System.getProperties().remove(HELD + key);
    }

    /** Gives the lock back; it ends with the descriptor. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            forget(key);
        }
    }
}
