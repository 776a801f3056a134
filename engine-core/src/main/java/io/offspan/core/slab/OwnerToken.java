package io.offspan.core.slab;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FileIdentity;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The writer's name in the header page of the slab file: the second guard beside the operating system's lock, which a process loses
 * when anything in it closes the lock file, and which says nothing once that file is deleted or replaced.
 *
 * <p>It names a process, so that a killed writer keeps nobody out, and the slab file it was written into, so that a copy of a store is
 * not held by the writer of the original. A writer in another container cannot be looked up by its number; it is taken for alive while
 * its heartbeat moves.
 *
 * <pre>
 * header page (little-endian):  128 u64 token, random; 0 without a writer   136 u64 process   144 u64 its start, clock ticks since boot
 *                               152 u64 x 2 boot id   168 u64 inode of its namespace of processes
 *                               176 u64 device and 184 u64 inode of this file   192 u64 heartbeat, the kernel's monotonic clock
 * </pre>
 *
 * <p><b>Threads.</b> The agent's, but for {@link #claim} and {@link #release}, which come before and after it.
 */
public final class OwnerToken {
    static final int TOKEN_OFFSET = 128;
    private static final int PID_OFFSET = 136;
    private static final int START_OFFSET = 144;
    private static final int BOOT_OFFSET = 152;
    private static final int NAMESPACE_OFFSET = 168;
    private static final int DEVICE_OFFSET = 176;
    private static final int INODE_OFFSET = 184;
    private static final int BEAT_OFFSET = 192;
    private static final int END_OFFSET = 200;

    /** How often a writer moves its heartbeat. */
    public static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A heartbeat that has not moved for so long is that of a dead writer, where nothing else tells. */
    private static final long SILENT_NANOS = 4 * BEAT_NANOS;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final SlabFile slabs;
    private final Memory page;
    private final long token;

    private OwnerToken(SlabFile slabs, long token) {
        this.slabs = slabs;
        page = slabs.page();
        this.token = token;
    }

    /** What a header page says of its writer. */
    private record Claim(long token, LiveProcess process, long device, long inode, long beat) {}

    /**
     * Refuses a store whose writer is known to live; before anything in the store is touched.
     *
     * @throws SpanStoreException.Locked when a process that can be seen from here has it
     */
    public static void refuseLiving(Path directory, Path slabs) throws IOException {
        Claim found = read(slabs);
        if (found != null && found.process.life() == LiveProcess.Life.ALIVE) {
            throw locked(directory, found);
        }
    }

    /**
     * Refuses a store whose writer lives where this process cannot see it, which takes up to two seconds to find out.
     *
     * @throws SpanStoreException.Locked when any process has it
     */
    public static void refuseHidden(Path directory, Path slabs) throws IOException {
        refuseLiving(directory, slabs);
        Claim first = read(slabs);
        if (first == null || first.process.life() == LiveProcess.Life.DEAD) {
            return;
        }
        long silent = System.nanoTime() - first.beat;
        long wait = silent < 0 ? SILENT_NANOS : SILENT_NANOS - silent;
        long deadline = System.nanoTime() + wait;
        boolean interrupted = false;
        try {
            while (System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(POLL_NANOS);
                interrupted |= Thread.interrupted();
                Claim now = read(slabs);
                if (now == null || now.token != first.token) {
                    return;
                }
                if (now.beat != first.beat) {
                    throw locked(directory, now);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static SpanStoreException.Locked locked(Path directory, Claim found) {
        long pid = found.process.pid();
        if (found.process.isSelf()) {
            return new SpanStoreException.Locked("The store in " + directory + " is already open in this process ("
                    + pid + "); share one SpanStore, or read with StoreReader");
        }
        boolean hidden = found.process.life() == LiveProcess.Life.OUT_OF_SIGHT;
        return new SpanStoreException.Locked("The store in " + directory + " is being written by process " + pid
                + (hidden ? " of another container" : "")
                + "; stop it, use another directory, or read with StoreReader");
    }

    private static @Nullable Claim read(Path slabs) throws IOException {
        if (!Files.isRegularFile(slabs, LinkOption.NOFOLLOW_LINKS)) {
            // Opening a pipe would wait for whoever writes to it.
            return null;
        }
        FileIdentity file = FileIdentity.of(slabs);
        byte[] page = new byte[END_OFFSET];
        try {
            int read = Uninterrupted.run(() -> readPage(slabs, page));
            if (file == null || read < page.length) {
                return null;
            }
        } catch (NoSuchFileException none) {
            return null;
        }
        Claim found = decode(page);
        // A copy brings the token of its original along, and is nobody's.
        boolean ofThisFile = found.device == file.device() && found.inode == file.inode();
        return found.token == 0 || !ofThisFile ? null : found;
    }

    private static int readPage(Path slabs, byte[] page) throws IOException {
        try (FileChannel channel = Disk.read(slabs)) {
            return channel.read(ByteBuffer.wrap(page), 0);
        }
    }

    private static Claim decode(byte[] page) {
        LiveProcess process = new LiveProcess(
                HeapBytes.getLong(page, PID_OFFSET),
                HeapBytes.getLong(page, START_OFFSET),
                new UUID(HeapBytes.getLong(page, BOOT_OFFSET), HeapBytes.getLong(page, BOOT_OFFSET + 8)),
                HeapBytes.getLong(page, NAMESPACE_OFFSET));
        return new Claim(
                HeapBytes.getLong(page, TOKEN_OFFSET),
                process,
                HeapBytes.getLong(page, DEVICE_OFFSET),
                HeapBytes.getLong(page, INODE_OFFSET),
                HeapBytes.getLong(page, BEAT_OFFSET));
    }

    /**
     * Writes this process into the header page of a mapped slab file, over the name of one that is gone.
     *
     * @throws SpanStoreException.Locked when another process did so at the same instant
     */
    public static OwnerToken claim(Path directory, SlabFile slabs, FileIdentity file) {
        Memory page = slabs.page();
        long before = page.getLongAcquire(TOKEN_OFFSET);
        long token = new SecureRandom().nextLong() | 1;
        if (!slabs.compareAndSetInPage(TOKEN_OFFSET, before, token)) {
            throw new SpanStoreException.Locked("The store in " + directory
                    + " was opened by another process at this moment; use another directory, or read with StoreReader");
        }
        LiveProcess self = LiveProcess.self();
        page.putLong(PID_OFFSET, self.pid());
        page.putLong(START_OFFSET, self.startTicks());
        page.putLong(BOOT_OFFSET, self.boot().getMostSignificantBits());
        page.putLong(BOOT_OFFSET + 8, self.boot().getLeastSignificantBits());
        page.putLong(NAMESPACE_OFFSET, self.namespace());
        page.putLong(DEVICE_OFFSET, file.device());
        page.putLong(INODE_OFFSET, file.inode());
        OwnerToken owner = new OwnerToken(slabs, token);
        owner.beat(System.nanoTime());
        return owner;
    }

    /** Moves the heartbeat. */
    public void beat(long nanos) {
        page.putLongRelease(BEAT_OFFSET, nanos);
    }

    /** Tells whether the header page still names this writer. */
    public boolean isOurs() {
        return page.getLongAcquire(TOKEN_OFFSET) == token;
    }

    /** Returns the process that the header page names. */
    public long pid() {
        return page.getLong(PID_OFFSET);
    }

    /** Takes the name out, unless it is another's by now. */
    public void release() {
        slabs.compareAndSetInPage(TOKEN_OFFSET, token, 0);
    }
}
