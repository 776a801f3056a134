package io.offspan.bench.child;

import io.offspan.codec.block.BlockReader;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.nio.file.Path;

/** Opens a store for reading and reads its first span, in a fresh JVM. Argument: directory. */
public final class OpenChild {
    private OpenChild() {}

    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        try (StoreReader reader = StoreReader.open(Path.of(arguments[0]));
                StoreSnapshot snapshot = reader.snapshot()) {
            long opened = System.nanoTime();
            BlockCursor blocks = snapshot.blocks();
            BlockReader block = blocks.next() ? blocks.open() : null;
            if (block == null) {
                throw new IllegalStateException("There is no block in " + arguments[0]);
            }
            long id = block.span(0).spanId();
            long answered = System.nanoTime();
            Figures.print("openNanos", opened - begin, "answerNanos", answered - begin, "span", id == 0 ? 0 : 1);
        }
    }
}
