package io.offspan.cli.command;

import io.offspan.cli.terminal.Progress;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes all spans that stores have, each at one moment, as length-delimited requests, oldest first, one request for each block.
 *
 * @param spans how many spans are in them
 * @param batches how many requests
 * @param bytes how many bytes they take
 * @param damagedBlocks how many blocks could not be read and are left out
 * @param spansByStore how many of the spans each store had
 */
record Export(long spans, long batches, long bytes, long damagedBlocks, List<Long> spansByStore) {
    /** Writes them, store by store, and commits what takes them. */
    static Export write(Stores stores, OtlpSink out, Progress progress) throws IOException {
        OtlpWriter writer = new OtlpWriter();
        long spans = 0;
        long batches = 0;
        long damaged = 0;
        List<Long> spansByStore = new ArrayList<>();
        for (Stores.Named store : stores.all()) {
            long before = spans;
            try (StoreSnapshot snapshot = store.reader().snapshot()) {
                BlockCursor blocks = snapshot.blocksOldestFirst();
                while (blocks.next()) {
                    BlockReader block = blocks.open();
                    if (block == null) {
                        damaged++;
                    } else if (block.count() > 0) {
                        out.write(writer.writeRequest(block, 0, block.count()));
                        spans += block.count();
                        batches++;
                        progress.add(block.count());
                    }
                }
            }
            spansByStore.add(spans - before);
        }
        return new Export(spans, batches, out.commit(), damaged, List.copyOf(spansByStore));
    }
}
