package io.offspan.it.otel;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;

/** The numbers of the spans of an {@link SdkService} that a store holds. */
final class NumberedSpans {
    private static final byte[] THREAD = SdkService.THREAD.getKey().getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NUMBER = SdkService.NUMBER.getKey().getBytes(StandardCharsets.US_ASCII);

    private final BitSet[] numbers = new BitSet[SdkService.THREADS];
    private long spans;
    private long twice;

    private NumberedSpans() {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = new BitSet();
        }
    }

    static NumberedSpans of(Path store) {
        NumberedSpans found = new NumberedSpans();
        try (StoreReader reader = StoreReader.open(store);
                StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next()) {
                BlockReader block = blocks.open();
                if (block == null) {
                    throw new AssertionError("a damaged block in " + store);
                }
                for (int i = 0; i < block.count(); i++) {
                    found.add(block.span(i));
                }
            }
        }
        return found;
    }

    private void add(SpanView span) {
        long thread = -1;
        long number = -1;
        AttributeCursor attributes = span.attributes();
        while (attributes.next()) {
            if (attributes.keyEquals(THREAD)) {
                thread = attributes.longValue();
            } else if (attributes.keyEquals(NUMBER)) {
                number = attributes.longValue();
            }
        }
        spans++;
        if (numbers[(int) thread].get((int) number)) {
            twice++;
        }
        numbers[(int) thread].set((int) number);
    }

    long spans() {
        return spans;
    }

    long twice() {
        return twice;
    }

    /**
     * Returns how many of the spans whose end has returned are not there.
     *
     * @param open by thread the numbers that a killed process had begun to end, and may have or not
     */
    long lost(EndLedger ledger, BitSet[] open) {
        long lost = 0;
        for (int i = 0; i < numbers.length; i++) {
            BitSet missing = new BitSet();
            missing.set(1, (int) ledger.returned(i) + 1);
            missing.andNot(numbers[i]);
            missing.andNot(open[i]);
            lost += missing.cardinality();
        }
        return lost;
    }

    /** Returns how many spans are there that no thread had begun to end. */
    long invented(EndLedger ledger) {
        long invented = 0;
        for (int i = 0; i < numbers.length; i++) {
            invented +=
                    numbers[i].get((int) ledger.begun(i) + 1, Integer.MAX_VALUE).cardinality();
        }
        return invented;
    }
}
