package io.offspan.it.hostile;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Span;
import io.offspan.core.BlockCursor;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Fuzz target: a store directory whose files were changed, through catalog, snapshot, follower and verification.
 *
 * <p>Allowed is a {@link SpanStoreException} of the reader as a whole, and {@link FormatException} and {@link
 * IndexOutOfBoundsException} of a span. As long as no checksum was repaired, every span that is read from the log must be one that was
 * stored, unchanged.
 *
 * <p>An input is a list of {@link Patches}; the region of each says which part of {@link StoreImage} it counts from, and may repair the
 * checksums of a block or cut the file off. The property {@code offspan.image} names the directory of the image.
 */
public final class RecordReadFuzz {
    private static final StoreImage IMAGE = StoreImage.open(Path.of(System.getProperty("offspan.image")));
    private static final Map<Long, Span> STORED = IMAGE.spans();

    private RecordReadFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        boolean repaired = false;
        try {
            for (Patches change = new Patches(input, 0); change.next(); ) {
                repaired |= IMAGE.apply(change);
            }
            IMAGE.write();
            read(!repaired);
        } finally {
            IMAGE.restore();
        }
    }

    private static void read(boolean faithful) {
        try (StoreReader reader = StoreReader.open(IMAGE.directory())) {
            try (StoreSnapshot snapshot = reader.snapshot()) {
                for (BlockCursor blocks = snapshot.blocks(); blocks.next(); ) {
                    blocks.maxDurationNanos();
                    BlockReader block = blocks.open();
                    if (block != null) {
                        BlockReadFuzz.visit(block);
                        compare(block, faithful && blocks.segmentNumber() != BlockCursor.OPEN_SLABS);
                    }
                }
            }
            follow(reader, faithful);
            reader.stats();
            reader.verify(damage -> {
                if (damage.reason().isEmpty()) {
                    throw new AssertionError("Damage without a reason");
                }
            });
        } catch (SpanStoreException declared) {
            if (declared.getMessage() == null || declared.getMessage().isEmpty()) {
                throw new AssertionError("A refusal without a message", declared);
            }
        }
    }

    private static void follow(StoreReader reader, boolean faithful) {
        LogFollower follower = reader.follower(Position.START);
        while (follower.poll(block -> compare(block, faithful)) > 0) {
            continue;
        }
    }

    private static void compare(BlockReader block, boolean faithful) {
        if (!faithful) {
            return;
        }
        for (int i = 0; i < block.count(); i++) {
            Span span;
            try {
                span = Span.of(block.span(i));
            } catch (FormatException | IndexOutOfBoundsException damaged) {
                throw new AssertionError(
                        "A damaged block came out of the log, with spans that were never stored", damaged);
            }
            if (!span.equals(STORED.get(span.spanIdBits()))) {
                throw new AssertionError("A span came out of the log that was never stored: " + span);
            }
        }
    }
}
