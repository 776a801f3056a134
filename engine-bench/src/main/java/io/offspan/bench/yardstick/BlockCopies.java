package io.offspan.bench.yardstick;

import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.measure.Subject;
import io.offspan.bench.yardstick.chronicle.QueueAppend;
import io.offspan.codec.wire.Memory;
import io.offspan.core.files.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The least that storing can cost: finished blocks copied, one after the other, to memory, to mapped files, to a file, to a queue.
 *
 * <p><b>Threads.</b> One.
 */
public final class BlockCopies {
    private static final int PAGE_BYTES = 4096;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path scratch;
    private final int spansPerBlock;
    private final int repeats;
    private final long totalBytes;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final List<Memory> windows = new ArrayList<>();

    /** @param totalBytes about as many bytes are copied in a round */
    public BlockCopies(Path scratch, Memory[] blocks, int spansPerBlock, long totalBytes) {
        this.scratch = scratch;
        this.spansPerBlock = spansPerBlock;
        long once = 0;
        for (Memory block : blocks) {
            byte[] bytes = new byte[(int) block.length()];
            block.getBytes(0, bytes, 0, bytes.length);
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            buffers.add(direct);
            windows.add(new Memory().wrap(direct));
            once += bytes.length;
        }
        repeats = (int) Math.max(1, totalBytes / once);
        this.totalBytes = repeats * once;
    }

    private long spans() {
        return (long) repeats * buffers.size() * spansPerBlock;
    }

    /** Copies to memory that was touched before. */
    public Subject memory() {
        Memory target = Memory.allocate((int) totalBytes);
        return meter -> {
            meter.start();
            copy(target);
            meter.stop(spans());
        };
    }

    /** Copies to a mapped file whose pages were never touched. */
    public Subject freshMapping() {
        return meter -> mapped(meter, false);
    }

    /** Copies to a mapped file whose blocks are reserved and whose pages were touched. */
    public Subject touchedMapping() {
        return meter -> mapped(meter, true);
    }

    private void mapped(Meter meter, boolean touched) throws IOException {
        Path file = scratch.resolve("mapped");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (touched) {
                ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
                for (long at = 0; at < totalBytes; at += zeros.limit()) {
                    zeros.clear().limit((int) Math.min(CHUNK_BYTES, totalBytes - at));
                    channel.write(zeros);
                }
            } else {
                channel.write(ByteBuffer.wrap(new byte[1]), totalBytes - 1);
            }
        }
        try (Mapping mapping = Mapping.readWrite(file, totalBytes)) {
            Memory target = mapping.memory();
            for (long at = 0; touched && at < totalBytes; at += PAGE_BYTES) {
                target.putByte(at, 0);
            }
            meter.start();
            copy(target);
            meter.stop(spans());
        } finally {
            Files.delete(file);
        }
    }

    private void copy(Memory target) {
        long at = 0;
        for (int i = 0; i < repeats; i++) {
            for (Memory block : windows) {
                target.putBytes(at, block, 0, block.length());
                at += block.length();
            }
        }
    }

    /** Appends to a file. */
    public Subject channel() {
        return meter -> {
            Path file = scratch.resolve("appended");
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                meter.start();
                for (int i = 0; i < repeats; i++) {
                    for (ByteBuffer block : buffers) {
                        channel.write(block.duplicate());
                    }
                }
                meter.stop(spans());
            } finally {
                Files.delete(file);
            }
        };
    }

    /** Appends to a Chronicle Queue. */
    public Subject queue() {
        return meter -> {
            Path directory = scratch.resolve("queue");
            try (QueueAppend queue = new QueueAppend(directory, buffers)) {
                queue.append(0); // makes the file
                meter.start();
                for (int i = 0; i < repeats; i++) {
                    for (int block = 0; block < buffers.size(); block++) {
                        queue.append(block);
                    }
                }
                meter.stop(spans());
            } finally {
                Scratch.delete(directory);
            }
        };
    }
}
