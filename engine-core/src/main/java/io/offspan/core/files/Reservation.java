package io.offspan.core.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.PosixRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disk blocks, reserved before a file is mapped and given back when it is finished.
 *
 * <p>A store to a mapped page that the disk has no block for ends the JVM or surfaces as an error in somebody else's code; a
 * reservation that fails is an {@link IOException}, {@link NoSpaceException} where room is what is missing. Zeros are written only where
 * there is no {@code fallocate}: its refusal is an answer.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Reservation {
    private static final Logger LOG = LoggerFactory.getLogger(Reservation.class);
    private static final int READ_WRITE = 2;
    private static final int ZEROS_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private static final int FILE_TOO_LARGE = 27;
    private static final int NO_SPACE = 28;
    private static final int NO_SYSTEM_CALL = 38;
    private static final int NOT_SUPPORTED = 95;
    private static final int QUOTA_EXCEEDED = 122;
    /** A disk with less than this has no room, whatever the error number says. */
    private static final long NEXT_TO_NOTHING = 1 << 20;

    /** What the system says to a reservation. */
    private enum Answer {
        DONE,
        NO_ROOM,
        UNAVAILABLE
    }

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private Reservation() {}

    /** Creates a private file of {@code bytes} zero bytes that all have a place on the disk, in the place of a left-over. */
    public static void create(Path file, long bytes) throws IOException {
        Disk.delete(file);
        FreeSpace.require(directory(file), bytes);
        PrivateFiles.create(file);
        try {
            reserve(file, 0, bytes);
        } catch (IOException | RuntimeException e) {
            deleteInVain(file, e);
            throw e;
        }
    }

    /** Deletes what was begun in vain; where that fails too, the reason stays the one to tell. */
    public static void deleteInVain(Path file, Exception refused) {
        try {
            Disk.delete(file);
        } catch (IOException e) {
            refused.addSuppressed(e);
        }
    }

    /**
     * Gives every byte of a file a place on the disk, as a copy with holes does not have; its contents stay.
     *
     * @throws NoSpaceException when the disk has no room for the holes
     */
    public static void fillHoles(Path file) throws IOException {
        fillHoles(file, 0, Files.size(file));
    }

    /**
     * Gives the bytes from {@code from} to {@code to} of a file places on the disk; its contents stay.
     *
     * @throws NoSpaceException when the disk has no room for the holes among them
     */
    public static void fillHoles(Path file, long from, long to) throws IOException {
        switch (allocate(file, from, to - from)) {
            case NO_ROOM -> throw noRoom(file, to);
            case UNAVAILABLE -> rewriteZeros(file, from, to);
            case DONE -> {}
        }
    }

    /**
     * Gives the bytes from {@code from} to {@code to} of a file places on the disk; the file may be longer already, with a hole there.
     *
     * @throws NoSpaceException when there is no room; the file takes no more than before
     */
    public static void extend(Path file, long from, long to) throws IOException {
        FreeSpace.require(directory(file), to - from);
        long length = file.toFile().length();
        try {
            reserve(file, from, to);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (IOException e) {
            // It may come after a part of the blocks was given. Nobody uses what is cut off here and put back as a
            // hole.
            cut(file, from, length);
            throw e;
        }
    }

    /** Cuts a file at {@code used} and makes it {@code length} bytes long, the rest a hole, if that is more. */
    public static void cut(Path file, long used, long length) throws IOException {
        try (RandomAccessFile open = Disk.update(file)) {
            if (open.length() > used) {
                open.setLength(used);
            }
            if (open.length() < length) {
                open.setLength(length);
            }
        }
    }

    private static void reserve(Path file, long from, long to) throws IOException {
        switch (allocate(file, from, to - from)) {
            case NO_ROOM -> throw noRoom(file, to);
            case UNAVAILABLE -> {
                try (FileChannel channel = Disk.write(file)) {
                    writeZeros(channel, from, to);
                }
            }
            case DONE -> {}
        }
    }

    private static NoSpaceException noRoom(Path file, long bytes) {
        return new NoSpaceException(
                "the disk, a quota or a limit leaves no room for " + file + " of " + bytes + " bytes");
    }

    private static Answer allocate(Path file, long from, long bytes) throws IOException {
        Disk.about(Disk.Work.RESERVE, file);
        try {
            PosixAPI posix = PosixAPI.posix();
            int descriptor = posix.open(file.toString(), READ_WRITE, 0);
            if (descriptor < 0) {
                // The JDK says why.
                Disk.write(file).close();
                throw new IOException(file + " cannot be opened for writing (error " + posix.lastError() + ")");
            }
            try {
                return posix.fallocate(descriptor, 0, from, bytes) == 0
                        ? Answer.DONE
                        : refusal(posix, descriptor, file, from);
            } finally {
                posix.close(descriptor);
            }
        } catch (PosixRuntimeException | LinkageError noNativeLibrary) {
            if (!SAID.getAndSet(true)) {
                LOG.info(
                        "No native library loads here ({}), so that files are reserved by writing zeros, which takes longer",
                        noNativeLibrary.toString());
            }
            return Answer.UNAVAILABLE;
        }
    }

    /** Tells a lack of room from a missing call; the number may be that of an earlier call, and then one byte is tried. */
    private static Answer refusal(PosixAPI posix, int descriptor, Path file, long from) {
        return switch (posix.lastError()) {
            case NO_SPACE, QUOTA_EXCEEDED, FILE_TOO_LARGE -> Answer.NO_ROOM;
            case NOT_SUPPORTED, NO_SYSTEM_CALL -> Answer.UNAVAILABLE;
            default ->
                posix.fallocate(descriptor, 0, from, 1) == 0 || FreeSpace.usable(directory(file)) < NEXT_TO_NOTHING
                        ? Answer.NO_ROOM
                        : Answer.UNAVAILABLE;
        };
    }

    /** Writes zeros from {@code from} to {@code to}, so that what is there has its places on the disk. */
    public static void writeZeros(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, to - from));
        for (long at = from; at < to; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
            at += channel.write(zeros, at);
        }
    }

    /** Writes the pages again that may be holes, because they read as zeros. */
    private static void rewriteZeros(Path file, long from, long to) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        byte[] zeros = new byte[PAGE_BYTES];
        try (RandomAccessFile open = Disk.update(file)) {
            for (long at = from; at < to; at += PAGE_BYTES) {
                int bytes = (int) Math.min(PAGE_BYTES, to - at);
                open.seek(at);
                open.readFully(page, 0, bytes);
                if (Arrays.equals(page, 0, bytes, zeros, 0, bytes)) {
                    open.seek(at);
                    open.write(zeros, 0, bytes);
                }
            }
        }
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " has no directory");
        }
        return parent;
    }
}
