package io.offspan.it.hostile;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Span;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import java.util.Arrays;

/**
 * Fuzz target: arbitrary bytes and changed blocks and slabs through the block reader, with every span visited in every way.
 *
 * <p>The reader runs without checksums here, so that no byte is beyond the fuzzer's reach. Allowed are {@link FormatException} and
 * {@link IndexOutOfBoundsException}, as the reader and its flyweights declare.
 *
 * <p>The first byte of an input says what the others are: {@link #BYTES}, or {@link Patches} of a good block or slab.
 */
public final class BlockReadFuzz {
    static final int BYTES = 0;
    static final int BLOCK = 1;
    static final int SLAB = 2;

    private static final int SPANS = 24;
    private static final int SLAB_BYTES = 16 << 10;
    private static final SlabLayout LAYOUT = new SlabLayout(SLAB_BYTES, 32, 256);
    private static final byte[] GOOD_SLAB;
    private static final byte[] GOOD_BLOCK;
    private static final BlockGather GATHER = new BlockGather(SLAB_BYTES);
    private static final BlockReader READER = new BlockReader();
    private static final OtlpWriter WRITER = new OtlpWriter();

    static {
        Memory slab = Memory.allocate(SLAB_BYTES);
        BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
        builder.start(slab, LAYOUT);
        for (int i = 1; i <= SPANS; i++) {
            if (builder.add(Samples.fill(new SpanDraft(), i)) != BlockBuilder.ADDED) {
                throw new AssertionError("The slab is too small for span " + i);
            }
        }
        GOOD_SLAB = new byte[SLAB_BYTES];
        slab.getBytes(0, GOOD_SLAB, 0, SLAB_BYTES);
        int length = GATHER.gather(slab, LAYOUT, 0, SPANS);
        GATHER.close(1, 0, 0, 0);
        GOOD_BLOCK = new byte[length];
        GATHER.memory().getBytes(0, GOOD_BLOCK, 0, length);
    }

    private BlockReadFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        switch (input[0] % 3) {
            case BLOCK -> readBlock(memory(patched(GOOD_BLOCK, input)));
            case SLAB -> readSlab(memory(patched(GOOD_SLAB, input)), 1 + (input[0] & 0xff) % LAYOUT.maxSpans());
            default -> readBlock(memory(Arrays.copyOfRange(input, 1, input.length)));
        }
    }

    private static byte[] patched(byte[] good, byte[] input) {
        byte[] copy = good.clone();
        for (Patches change = new Patches(input, 1); change.next(); ) {
            change.apply(copy, change.place() % copy.length, copy.length);
        }
        return copy;
    }

    private static Memory memory(byte[] bytes) {
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        return memory;
    }

    private static void readBlock(Memory memory) {
        try {
            READER.wrap(memory, 0);
        } catch (FormatException | IndexOutOfBoundsException declared) {
            return;
        }
        visit(READER);
    }

    private static void readSlab(Memory slab, int committed) {
        try {
            visit(READER.wrapSlab(slab, LAYOUT, committed));
        } catch (FormatException | IndexOutOfBoundsException declared) {
            // A mark that points nowhere.
        }
        try {
            if (GATHER.gather(slab, LAYOUT, committed / 2, committed) == BlockGather.DAMAGED) {
                return;
            }
        } catch (IndexOutOfBoundsException declared) {
            return;
        }
        GATHER.close(1, 0, 0, 0);
        readBlock(GATHER.memory());
    }

    /** Reads all there is of every span, in all the ways there are. */
    static void visit(BlockReader block) {
        for (int i = 0; i < block.count(); i++) {
            SpanView span = block.span(i);
            attempt(span::validate);
            attempt(() -> sink = Span.of(span).toString().length());
            attempt(() -> touch(span));
        }
        attempt(() -> WRITER.writeRequest(block, 0, block.count()));
        WRITER.begin();
        for (int i = 0; i < block.count(); i++) {
            SpanView span = block.span(i);
            attempt(() -> WRITER.add(span));
        }
        attempt(WRITER::end);
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (FormatException | IndexOutOfBoundsException declared) {
            // One span, or one way of reading it, refused.
        }
    }

    private static void touch(SpanView span) {
        int sum = span.kind() + span.statusCode() + span.flags() + span.droppedLinks();
        sum += span.traceIdHex().length();
        touch(span.attributes());
        for (EventCursor event = span.events(); event.next(); ) {
            sum += event.name().length() + event.droppedAttributes() + (int) event.timeNanos();
            touch(event.attributes());
        }
        for (LinkCursor link = span.links(); link.next(); ) {
            sum += link.traceState().length() + link.flags() + (link.hasSpanId() ? (int) link.spanId() : 0);
            touch(link.attributes());
        }
        sink = sum;
    }

    private static void touch(AttributeCursor attribute) {
        int sum = attribute.count();
        while (attribute.next()) {
            sum += attribute.key().length();
            if (attribute.isString()) {
                sum += attribute.stringValue().length() + attribute.bytesValue().length + attribute.stringIndex();
            } else if (attribute.isLong()) {
                sum += (int) attribute.longValue();
            }
        }
        sink = sum;
    }

    private static volatile int sink;
}
