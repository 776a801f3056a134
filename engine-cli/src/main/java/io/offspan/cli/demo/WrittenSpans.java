package io.offspan.cli.demo;

import io.offspan.cli.terminal.Units;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Which of the numbered spans of one writing child a store has. */
final class WrittenSpans {
    private static final byte[] RUN = DemoWriterCommand.RUN.getBytes(StandardCharsets.UTF_8);
    private static final byte[] SEQUENCE = DemoWriterCommand.SEQUENCE.getBytes(StandardCharsets.UTF_8);

    private final BitSet sequences = new BitSet();
    private int twice;

    private WrittenSpans() {}

    /** Looks at every span of a store for those of a run. */
    static WrittenSpans find(StoreReader reader, String run) {
        WrittenSpans written = new WrittenSpans();
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                for (int i = 0; block != null && i < block.count(); i++) {
                    written.add(block.span(i).attributes(), run);
                }
            }
        }
        return written;
    }

    private void add(AttributeCursor attributes, String run) {
        boolean ours = false;
        int sequence = 0;
        while (attributes.next()) {
            if (attributes.keyEquals(RUN)) {
                ours = attributes.stringValue().equals(run);
            } else if (attributes.keyEquals(SEQUENCE)) {
                sequence = (int) attributes.longValue();
            }
        }
        if (ours && sequences.get(sequence)) {
            twice++;
        } else if (ours) {
            sequences.set(sequence);
        }
    }

    /** Returns how many different spans there are. */
    int found() {
        return sequences.cardinality();
    }

    /** Returns how many spans there are once more. */
    int twice() {
        return twice;
    }

    /** Returns how many of the first so many are not there. */
    long missing(long acknowledged) {
        return acknowledged - sequences.get(1, (int) acknowledged + 1).cardinality();
    }

    /** Tells whether the first so many are there and none came twice. */
    boolean keeps(long acknowledged) {
        return missing(acknowledged) == 0 && twice == 0;
    }

    /** Says how this compares with what was acknowledged. */
    String compare(long acknowledged) {
        long beyond = found() - (acknowledged - missing(acknowledged));
        return Units.count(found()) + " found, " + missing(acknowledged) + " lost, " + twice + " twice, " + beyond
                + " stored whose acknowledgement the kill cut off";
    }
}
