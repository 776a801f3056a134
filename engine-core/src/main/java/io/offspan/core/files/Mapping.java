package io.offspan.core.files;

import io.offspan.codec.wire.Memory;
import io.offspan.codec.wire.RawAccess;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A whole file, mapped into memory and unmapped on request.
 *
 * <p><b>Threads.</b> The window may be read by many threads as long as none of them wraps or releases it; whoever closes the
 * mapping makes sure that nobody uses it any more, because a read of unmapped memory ends the JVM.
 *
 * <p><b>Owns</b> the mapped pages until {@link #close}. The file itself is closed at once and may be deleted, but never be
 * made shorter.
 *
 * <p><b>Fails</b> with {@link IOException} for a file that is a link, is not regular or has not the expected length.
 */
public final class Mapping implements AutoCloseable {
    private final Memory memory = new Memory();
    private @Nullable MappedByteBuffer buffer;

    private Mapping(MappedByteBuffer buffer) {
        this.buffer = buffer;
        memory.wrap(buffer);
    }

    /** Maps the present length of a file for reading; of a file beyond 2 GiB, which no file of ours is, that much. */
    public static Mapping readOnly(Path file) throws IOException {
        return Uninterrupted.run(new Uninterrupted.FileWork<>() {
            @Override
            public Mapping run() throws IOException {
                try (FileChannel channel = open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                    return new Mapping(mapWhole(file, channel));
                }
            }
        });
    }

    /** Maps the present length of a file that the caller has opened for reading, so that it is this one whatever its name leads to by now. */
    public static Mapping readOnly(Path file, FileChannel channel) throws IOException {
        return new Mapping(mapWhole(file, channel));
    }

    /** Maps a file that its writer may cut to the length of its contents meanwhile. */
    private static MappedByteBuffer mapWhole(Path file, FileChannel channel) throws IOException {
        long length = channel.size();
        while (true) {
            try {
                return map(file, channel, FileChannel.MapMode.READ_ONLY, Math.min(length, Integer.MAX_VALUE));
            } catch (IOException refused) {
                long now = channel.size();
                if (now >= length) {
                    throw refused;
                }
                length = now;
            }
        }
    }

    /** Maps a file of exactly {@code bytes} bytes, all of them backed by the disk, for reading and writing. */
    public static Mapping readWrite(Path file, long bytes) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = open(file, options)) {
            if (channel.size() != bytes) {
                throw new IOException(file + " has " + channel.size() + " bytes, " + bytes + " were expected");
            }
            return new Mapping(map(file, channel, FileChannel.MapMode.READ_WRITE, bytes));
        }
    }

    /** Returns the window on the whole file; after {@link #close} it refuses every access. */
    public Memory memory() {
        return memory;
    }

    /** Returns how many bytes are mapped, 0 after {@link #close}. */
    public long length() {
        return memory.length();
    }

    /** Unmaps the file at once where the JDK allows it, and else when the garbage collector finds the buffer. */
    @Override
    public void close() {
        MappedByteBuffer mapped = buffer;
        if (mapped == null) {
            return;
        }
        buffer = null;
        memory.release();
        RawAccess.unmap(mapped);
    }

    private static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        RegularFile.require(file);
        return Disk.open(file, options);
    }

    private static MappedByteBuffer map(Path file, FileChannel channel, FileChannel.MapMode mode, long bytes)
            throws IOException {
        if (bytes > Integer.MAX_VALUE) {
            throw new IOException(file + " has " + bytes + " bytes; at most " + Integer.MAX_VALUE + " can be mapped");
        }
        Disk.about(Disk.Work.MAP, file);
        return channel.map(mode, 0, bytes);
    }
}
