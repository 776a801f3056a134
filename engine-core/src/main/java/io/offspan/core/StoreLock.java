package io.offspan.core;

import io.offspan.core.memory.FileIdentity;
import io.offspan.core.value.SpanStoreException;
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
 * The operating system's lock on a store, held for life by its one writer; it ends with the process, never by time.
 *
 * <p>A POSIX lock is given up when the process closes <em>any</em> descriptor of the file, so that this class opens it once and a
 * registry keeps a second store of the same process, loaded by another class loader maybe, from opening it at all. A host may close one
 * all the same, or delete the file; the writer's name in the slab file is the guard against that. The number in the file serves the
 * message only.
 */
final class StoreLock implements AutoCloseable {
    private static final String NAME = "lock";
    private static final int MAX_TEXT = 64;
    /** The registry is the JVM's, not this class's: an application server has one of these classes for each application. */
    private static final String HELD = "io.offspan.held:";

    private final Path key;
    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private StoreLock(Path key, Path file, FileChannel channel, FileLock lock) {
        this.key = key;
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock.
     *
     * @throws SpanStoreException.Locked when another writer has it
     */
    static StoreLock acquire(Path directory) throws IOException {
        Path key = directory.toRealPath();
        String pid = Long.toString(ProcessHandle.current().pid());
        if (System.getProperties().putIfAbsent(HELD + key, pid) != null) {
            throw new SpanStoreException.Locked("The store in " + directory + " is already open in this process (" + pid
                    + "); share one SpanStore, or read with StoreReader");
        }
        try {
            return open(key, directory);
        } catch (IOException | RuntimeException | Error refused) {
            forget(key);
            throw refused;
        }
    }

    private static StoreLock open(Path key, Path directory) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path file = directory.resolve(NAME);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SpanStoreException.NotAStore(
                    file + " is a link, a directory or a special file; the lock is a regular file. Move it away.");
        }
        requireOneName(file);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                mode);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new SpanStoreException.Locked("The store in " + directory + " is being written by process "
                        + holder(channel) + "; stop it, use another directory, or read with StoreReader");
            }
            String text = ProcessHandle.current().pid() + "\n";
            // Shortened afterwards: a full disk may not give back the page that an empty file has let go of.
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            channel.truncate(text.length());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return new StoreLock(key, file, channel, lock);
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    /** The number of the process is written into the file, which would be into another one that shares its bytes. */
    private static void requireOneName(Path file) throws IOException {
        FileIdentity found = FileIdentity.of(file);
        if (found != null && found.names() > 1) {
            throw new SpanStoreException.NotAStore(
                    file + " has " + found.names()
                            + " names (hard links), and what is written into it would stand under all of them. Delete this one.");
        }
    }

    /** Returns the file, which must be left alone while the store is open. */
    Path file() {
        return file;
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        int bytes = channel.read(text, 0);
        String pid =
                new String(text.array(), 0, Math.max(0, bytes), StandardCharsets.US_ASCII).replaceAll("[^0-9]", "");
        return pid.isEmpty() ? "(unknown)" : pid;
    }

    private static void forget(Path key) {
        System.getProperties().remove(HELD + key);
    }

    @Override
    public void close() {
        try (channel) {
            lock.release();
        } catch (IOException gone) {
            // The lock ends with the descriptor, which is closed in any case.
            throw new SpanStoreException("The lock of the store could not be given back: " + gone.getMessage(), gone);
        } finally {
            forget(key);
        }
    }
}
