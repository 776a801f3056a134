package io.offspan.it.hostile;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Span;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.offspan.testkit.otlp.SpanBag;
import java.util.Arrays;

/**
 * Fuzz target: bytes through the OTLP reader into a slab and a block, and out again as values and as OTLP.
 *
 * <p>Allowed is a {@link FormatException} of the reader. What was accepted must come out, and where protobuf-java accepts the request
 * and our reader refuses nothing of it, what comes out must equal what protobuf-java sees in it.
 *
 * <p>The first byte of an input says what the others are: {@link #REQUEST}, the content of a span, or a value to be nested.
 */
public final class OtlpDecodeFuzz {
    static final int REQUEST = 0;
    static final int SPAN = 1;
    /** Two bytes of depth, one of kind, and the innermost value. */
    static final int NESTED = 2;

    private static final int SLAB_BYTES = 1 << 20;
    private static final SlabLayout LAYOUT = new SlabLayout(SLAB_BYTES, 256, 4096);
    private static final Memory SLAB = Memory.allocate(SLAB_BYTES);
    private static final BlockBuilder BUILDER = new BlockBuilder(SLAB_BYTES);
    private static final BlockGather GATHER = new BlockGather(SLAB_BYTES);
    private static final BlockReader READER = new BlockReader();
    private static final OtlpReader OTLP = new OtlpReader();
    private static final OtlpWriter WRITER = new OtlpWriter();
    private static final SpanDraft DRAFT = new SpanDraft();

    private static SpanBag came = new SpanBag();
    private static boolean legible;

    private OtlpDecodeFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            check(request(input));
        }
    }

    static byte[] request(byte[] input) {
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (input[0] & 3) {
            case SPAN:
                return ProtoBytes.request(ProtoBytes.span(1).append(rest));
            case NESTED:
                if (rest.length < 3) {
                    return rest;
                }
                int depth = (rest[0] & 0xff) << 8 | rest[1] & 0xff;
                ProtoBytes.Nesting[] kinds = ProtoBytes.Nesting.values();
                byte[] value = ProtoBytes.nested(
                        kinds[(rest[2] & 0xff) % kinds.length], depth, Arrays.copyOfRange(rest, 3, rest.length));
                return ProtoBytes.request(ProtoBytes.span(1)
                        .field(9, ProtoBytes.message().text(1, "deep").field(2, value)));
            default:
                return rest;
        }
    }

    private static void check(byte[] request) {
        SpanBag wanted;
        try {
            wanted = new SpanBag().add(request);
            legible = true;
        } catch (InvalidProtocolBufferException refused) {
            wanted = null;
            legible = false;
        }
        came = new SpanBag();
        OTLP.wrap(request, 0, request.length);
        BUILDER.start(SLAB, LAYOUT);
        int refused = 0;
        while (true) {
            try {
                if (!OTLP.nextSpan(DRAFT)) {
                    break;
                }
            } catch (FormatException declared) {
                refused++;
                continue;
            }
            if (!add()) {
                refused++;
            }
        }
        drain();
        if (wanted != null && refused == 0 && !wanted.equals(came)) {
            throw new AssertionError("Came out as " + came + " and should be " + wanted);
        }
    }

    private static boolean add() {
        if (BUILDER.add(DRAFT) == BlockBuilder.ADDED) {
            return true;
        }
        drain();
        BUILDER.start(SLAB, LAYOUT);
        return BUILDER.add(DRAFT) == BlockBuilder.ADDED;
    }

    private static void drain() {
        int count = BUILDER.count();
        if (count == 0) {
            return;
        }
        if (GATHER.gather(SLAB, LAYOUT, 0, count) <= 0) {
            throw new AssertionError("A slab of " + count + " good spans cannot be gathered");
        }
        GATHER.close(1, 0, 0, 0);
        READER.wrap(GATHER.memory(), 0);
        for (int i = 0; i < count; i++) {
            READER.span(i).validate();
            if (Span.of(READER.span(i)).toString().isEmpty()) {
                throw new AssertionError("A span without a text");
            }
        }
        byte[] again = WRITER.writeRequest(READER, 0, count).toByteArray();
        if (legible) {
            try {
                came.add(again);
            } catch (InvalidProtocolBufferException refused) {
                throw new AssertionError("protobuf-java reads what came in, and not what came out", refused);
            }
        }
    }
}
