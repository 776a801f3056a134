package io.offspan.core.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's lock on a file of its own, held by one owner; it ends with the process, never by time.
 *
 * <p>A POSIX lock is given up when the process closes <em>any</em> descriptor of the file, so that this class opens it once and a
 * registry keeps a second owner of the same process, loaded by another class loader maybe, from opening it at all. A host may close one
 * all the same, or delete the file: {@link #lostTo} tells whether somebody else has got in since. The number in the file serves messages
 * and that question only.
 *
 * <p><b>Threads.</b> Any.
 */
public final class OwnerLock implements AutoCloseable {
    private static final int MAX_TEXT = 64;
    /** The registry is the JVM's, not this class's: an application server has one of these classes for each application. */
    private static final String HELD = "io.offspan.held:";

    private static final String UNKNOWN = "(unknown)";
    private static final String LOST_FILE = "whoever came after its file was deleted or replaced";

    private final Path key;
    private final Path file;
    private final FileChannel channel;
    /** What the name led to when the file was written last by this process. */
    private volatile Seen seen;

    private OwnerLock(Path key, Path file, FileChannel channel, Seen seen) {
        this.key = key;
        this.file = file;
        this.channel = channel;
        this.seen = seen;
    }

    /** Which file a name leads to, and when that was written to. */
    private record Seen(@Nullable Object key, FileTime written) {
        static Seen of(Path file) throws IOException {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Seen(found.fileKey(), found.lastModifiedTime());
        }
    }

    /** Says that another owner has the lock. */
    public static final class HeldException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String holder;
        private final boolean byThisProcess;

        private HeldException(Path file, String holder, boolean byThisProcess) {
            super(file + " is locked by process " + holder);
            this.holder = holder;
            this.byThisProcess = byThisProcess;
        }

        /** Returns the number of the process that has it, or says that it is not known. */
        public String holder() {
            return holder;
        }

        /** Tells whether that is this process. */
        public boolean byThisProcess() {
            return byThisProcess;
        }
    }

    /**
     * Takes the lock, making its file where there is none.
     *
     * @param key what is locked, without links, so that it has one name only in this process
     * @throws HeldException when another owner has it
     */
    public static OwnerLock acquire(Path file, Path key) throws IOException {
        if (System.getProperties().putIfAbsent(HELD + key, self()) != null) {
            throw new HeldException(file, self(), true);
        }
        try {
            return Uninterrupted.run(() -> open(file, key));
        } catch (IOException | RuntimeException | Error refused) {
            forget(key);
            throw refused;
        }
    }

    private static OwnerLock open(Path file, Path key) throws IOException {
        RegularFile.requireOrNone(file, "the lock is a regular file");
        RegularFile.requireOneName(file, "what is written into it would stand under all of them. Delete this one.");
        FileChannel channel = Disk.openOrCreate(file);
        try {
            if (channel.tryLock() == null) {
                throw new HeldException(file, holder(channel), false);
            }
            String text = self() + "\n";
            // Shortened afterwards: a full disk may not give back the page that an empty file has let go of.
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            channel.truncate(text.length());
            PrivateFiles.makePrivate(file);
            return new OwnerLock(key, file, channel, Seen.of(file));
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    /** Returns the file, which must be left alone while it is locked. */
    public Path file() {
        return file;
    }

    /**
     * Returns in words who may have got in since the lock was taken, or null. Costs a look at the file's attributes; its contents are read
     * only after they were written to.
     */
    public @Nullable String lostTo() throws IOException {
        Seen before = seen;
        Seen now;
        try {
            now = Seen.of(file);
        } catch (NoSuchFileException gone) {
            return LOST_FILE;
        }
        if (!Objects.equals(now.key, before.key)) {
            return LOST_FILE;
        }
        if (!now.written.equals(before.written)) {
            String found = Uninterrupted.run(() -> holder(channel));
            if (!found.equals(self())) {
                return "process " + found;
            }
            seen = now;
        }
        return null;
    }

    private static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        int bytes = channel.read(text, 0);
        String pid =
                new String(text.array(), 0, Math.max(0, bytes), StandardCharsets.US_ASCII).replaceAll("[^0-9]", "");
        return pid.isEmpty() ? UNKNOWN : pid;
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
