package io.offspan.core.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which the engine opens, makes, forces, renames and deletes files; {@link Reservation} and {@link Mapping} do the rest.
 * A test can look on, let any of it fail, and note what was forced before what.
 *
 * <p>Links are never followed in the last part of a name.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Disk {
    private static volatile @Nullable Watch watch;

    private Disk() {}

    /** What is done to a file. */
    enum Work {
        OPEN,
        CREATE,
        RESERVE,
        MAP,
        FORCE,
        RENAME,
        DELETE
    }

    /** Is told of each piece of work before it is done, on the thread that does it; what it throws is the outcome of that work. */
    interface Watch {
        void before(Work work, Path file) throws IOException;
    }

    /** Lets a test look on, in place of the one before; null for none. */
    static void watch(@Nullable Watch next) {
        watch = next;
    }

    static void about(Work work, Path file) throws IOException {
        Watch told = watch;
        if (told != null) {
            told.before(work, file);
        }
    }

    /** Opens a file for reading. */
    public static FileChannel read(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Opens a file that is there for writing. */
    public static FileChannel write(Path file) throws IOException {
        return open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        about(Work.OPEN, file);
        return FileChannel.open(file, options);
    }

    /** Opens a file for reading in a way that an interrupt of one reading thread does not close it for the others. */
    public static RandomAccessFile readShared(Path file) throws IOException {
        about(Work.OPEN, file);
        try {
            return new RandomAccessFile(file.toFile(), "r");
        } catch (FileNotFoundException e) {
            throw Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? e : new NoSuchFileException(file.toString());
        }
    }

    static RandomAccessFile update(Path file) throws IOException {
        about(Work.OPEN, file);
        return new RandomAccessFile(file.toFile(), "rw");
    }

    /** Makes a file with the mode of its store and opens it for writing; nothing may have that name. */
    public static FileChannel create(Path file) throws IOException {
        about(Work.CREATE, file);
        return PrivateFiles.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    }

    /** Opens a file for reading and writing, making it with the mode of its store where there is none. */
    static FileChannel openOrCreate(Path file) throws IOException {
        about(Work.CREATE, file);
        return PrivateFiles.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS));
    }

    /** Reads from a position on until the buffer is full or the file ends. */
    public static void readFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        int start = bytes.position();
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position() - start) >= 0) {
            continue;
        }
    }

    /** Writes what a buffer has left to a position. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        int start = bytes.position();
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position() - start);
        }
    }

    /** Forces what was written to a file to the disk, and its length with it where {@code metadata} says so. */
    public static void force(Path file, FileChannel channel, boolean metadata) throws IOException {
        about(Work.FORCE, file);
        channel.force(metadata);
    }

    /** Forces the names in a directory to the disk. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = open(directory, Set.of(StandardOpenOption.READ))) {
            force(directory, channel, true);
        }
    }

    /** Gives a file another name at once, in the place of whatever file has it. */
    public static void rename(Path file, Path to) throws IOException {
        about(Work.RENAME, file);
        Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a file; false when there is none. */
    public static boolean delete(Path file) throws IOException {
        about(Work.DELETE, file);
        return Files.deleteIfExists(file);
    }
}
