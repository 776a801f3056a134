package io.offspan.bench.yardstick.chronicle;

import io.offspan.core.log.QueueRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/** Appends finished blocks to a plain Chronicle Queue, an excerpt each, with its default roll cycle. */
public final class QueueAppend implements AutoCloseable {
    private static final long CHUNK_BYTES = 64L << 20;

    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final List<BytesStore<?, ?>> blocks = new ArrayList<>();

    /** Makes a queue in a directory. The blocks are direct buffers. */
    public QueueAppend(Path directory, List<ByteBuffer> direct) throws IOException {
        QueueRuntime.configure(directory.resolveSibling("queue-native"));
        queue = SingleChronicleQueueBuilder.binary(directory)
                .blockSize(CHUNK_BYTES)
                .build();
        appender = queue.createAppender();
        for (ByteBuffer block : direct) {
            blocks.add(BytesStore.wrap(block));
        }
    }

    /** Appends one of the blocks. */
    public void append(int which) {
        BytesStore<?, ?> block = blocks.get(which);
        try (DocumentContext excerpt = appender.writingDocument()) {
            Bytes<?> bytes = excerpt.wire().bytes();
            bytes.write(block, 0L, block.readRemaining());
        }
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
