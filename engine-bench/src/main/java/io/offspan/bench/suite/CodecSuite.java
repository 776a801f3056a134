package io.offspan.bench.suite;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.bench.codec.Slabs;
import io.offspan.bench.codec.SpanSum;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Rounds;
import io.offspan.bench.measure.Subject;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Span;
import io.offspan.bench.yardstick.MessageVisit;
import io.offspan.bench.yardstick.OtelMarshaler;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures the codec on one thread, without store and disk, beside the libraries of OTLP. */
public final class CodecSuite implements Suite {
    public static final String GROUP = "codec";
    public static final String ENCODE = "offspan encode and commit";
    public static final String WITHOUT_SUMS = "offspan encode and commit, no sums";
    public static final String VISIT = "offspan visit all fields";
    public static final String ONE_FIELD = "offspan read one field";
    public static final String GATHER = "offspan gather and close";
    public static final String FROM_OTLP = "offspan OTLP to block";
    public static final String TO_OTLP = "offspan block to OTLP";
    public static final String PROTOBUF_BUILD = "protobuf-java build and serialize";
    public static final String PROTOBUF_PARSE = "Y1 protobuf-java parse";
    public static final String PROTOBUF_VISIT = "protobuf-java parse and visit";
    public static final String MARSHALER = "OpenTelemetry low-allocation marshaler";
    public static final String COPY = "copy of the request";

    private static final int SPANS = 4096;
    private static final int BLOCK_SPANS = Slabs.BLOCK_SPANS;
    private static final int WARM_UPS = 3;

    private final SpanDraft draft = new SpanDraft();
    private final BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
    private final BlockBuilder withoutSums = BlockBuilder.withoutSums(Slabs.MAX_SPAN_BYTES);
    private final BlockGather gather = new BlockGather(Slabs.BYTES);
    private final BlockReader reader = new BlockReader();
    private final OtlpReader otlpReader = new OtlpReader();
    private final OtlpWriter otlpWriter = new OtlpWriter();
    private final SpanSum sum = new SpanSum();
    private long consumed;

    @FunctionalInterface
    private interface Block {
        /** Handles block {@code number}, and returns something that depends on all of it. */
        long handle(int number) throws IOException;
    }

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Encoding, reading and converting spans on one thread, beside protobuf-java and OpenTelemetry.";
    }

    @Override
    public int steps(RunSize size) {
        return WARM_UPS + size.rounds();
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        Rounds rounds = subjects(size.seed(), size.mode().blocks());
        for (int i = 0; i < WARM_UPS; i++) {
            steps.next("codec, warming up");
            rounds.warmUp();
        }
        System.gc(); // a draft lives long, and G1 makes storing a reference into an old object dearer
        for (int i = 0; i < size.rounds(); i++) {
            steps.next("codec, round " + (i + 1));
            rounds.round(i);
        }
        if (consumed == 0) {
            throw new IllegalStateException("Nothing was read");
        }
        return new Outcome(rounds.rows(), rounds.noise());
    }

    private Rounds subjects(long seed, int blocks) throws IOException {
        List<W1Span> spans = new W1Generator(seed).spans(SPANS);
        Slabs slabs = new Slabs();
        Slabs unsummed = new Slabs();
        Memory[] closed = slabs.blocks(spans);
        List<byte[]> requests = new ArrayList<>();
        List<OtelMarshaler.Batch> batches = new ArrayList<>();
        for (int i = 0; i < SPANS; i += BLOCK_SPANS) {
            requests.add(W1Messages.request(spans.subList(i, i + BLOCK_SPANS)));
            batches.add(new OtelMarshaler.Batch(spans.subList(i, i + BLOCK_SPANS)));
        }
        byte[] copy = new byte[requests.stream().mapToInt(r -> r.length).max().orElseThrow()];
        OtelMarshaler marshaler = new OtelMarshaler();
        int count = SPANS / BLOCK_SPANS;
        return new Rounds(GROUP)
                .addTwins(ENCODE, over(blocks, i -> encode(builder, slabs, spans, i % count)))
                .compare(ENCODE, PROTOBUF_BUILD)
                .note(ENCODE, "draft filled from constants, one resource")
                .add(GATHER, over(blocks, i -> gather(slabs)))
                .add(WITHOUT_SUMS, over(blocks, i -> encode(withoutSums, unsummed, spans, i % count)))
                .compare(WITHOUT_SUMS, ENCODE)
                .add(VISIT, over(blocks, i -> visit(closed[i % count])))
                .compare(VISIT, PROTOBUF_VISIT)
                .add(ONE_FIELD, over(blocks, i -> durations(closed[i % count])))
                .compare(ONE_FIELD, PROTOBUF_VISIT)
                .add(FROM_OTLP, over(blocks, i -> fromOtlp(slabs, requests.get(i % count))))
                .compare(FROM_OTLP, PROTOBUF_PARSE)
                .add(TO_OTLP, over(blocks, i -> toOtlp(closed[i % count])))
                .compare(TO_OTLP, PROTOBUF_PARSE)
                .add(PROTOBUF_BUILD, over(blocks, i -> build(spans, i % count)))
                .add(
                        PROTOBUF_PARSE,
                        over(blocks, i -> parse(requests.get(i % count)).getResourceSpansCount()))
                .add(PROTOBUF_VISIT, over(blocks, i -> MessageVisit.sum(parse(requests.get(i % count)))))
                .add(MARSHALER, over(blocks, i -> marshaler.write(batches.get(i % count))))
                .add(COPY, over(blocks, i -> copy(requests.get(i % count), copy)));
    }

    private Subject over(int blocks, Block work) {
        return (Meter meter) -> {
            long total = 0;
            meter.start();
            for (int i = 0; i < blocks; i++) {
                total += work.handle(i);
            }
            meter.stop((long) blocks * BLOCK_SPANS);
            consumed += total;
        };
    }

    private long encode(BlockBuilder into, Slabs slabs, List<W1Span> spans, int block) {
        return slabs.build(into, draft, spans, block * BLOCK_SPANS, 1).length();
    }

    private long gather(Slabs slabs) {
        gather.gather(slabs.next(), Slabs.LAYOUT, 0, BLOCK_SPANS);
        return gather.close(1, 0, 0, 1);
    }

    private long visit(Memory block) {
        reader.wrap(block, 0);
        long total = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            total += sum.of(reader.span(i));
        }
        return total;
    }

    private long durations(Memory block) {
        reader.wrap(block, 0);
        long total = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            total += reader.span(i).durationNanos();
        }
        return total;
    }

    private long fromOtlp(Slabs slabs, byte[] request) {
        otlpReader.wrap(request, 0, request.length);
        builder.start(slabs.next(), Slabs.LAYOUT);
        while (otlpReader.nextSpan(draft)) {
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new IllegalStateException("A span does not fit into a slab of " + Slabs.BYTES + " bytes");
            }
        }
        return builder.count();
    }

    private long toOtlp(Memory block) {
        reader.wrap(block, 0);
        return otlpWriter.writeRequest(reader, 0, reader.count()).length();
    }

    private static long build(List<W1Span> spans, int block) {
        return W1Messages.request(spans.subList(block * BLOCK_SPANS, (block + 1) * BLOCK_SPANS)).length;
    }

    private static ExportTraceServiceRequest parse(byte[] request) throws InvalidProtocolBufferException {
        return ExportTraceServiceRequest.parseFrom(request);
    }

    private static long copy(byte[] request, byte[] target) {
        System.arraycopy(request, 0, target, 0, request.length);
        return target[request.length - 1] + 1;
    }
}
