package io.offspan.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.bench.codec.Slabs;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to take a span from OTLP and to give it back, in requests of 512 spans, beside protobuf-java. */
@State(Scope.Thread)
public class OtlpBenchmark extends FirstFigures {
    private final OtlpReader reader = new OtlpReader();
    private final OtlpWriter writer = new OtlpWriter();
    private final SpanDraft draft = new SpanDraft();
    private final BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
    private final BlockReader block = new BlockReader();
    private final Slabs slabs = new Slabs();
    private final byte[][] requests = new byte[SPANS / BLOCK_SPANS][];
    private Memory[] blocks = {};
    private byte[] copy = {};
    private int next;

    @Setup
    public void encode() {
        List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
        for (int i = 0; i < requests.length; i++) {
            requests[i] = W1Messages.request(spans.subList(i * BLOCK_SPANS, (i + 1) * BLOCK_SPANS));
            copy = new byte[Math.max(copy.length, requests[i].length)];
        }
        blocks = new Slabs().blocks(spans);
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public int requestToDrafts(Blackhole hole) {
        byte[] request = request();
        reader.wrap(request, 0, request.length);
        int spans = 0;
        while (reader.nextSpan(draft)) {
            hole.consume(draft);
            spans++;
        }
        return spans;
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public int requestToBlock() {
        byte[] request = request();
        reader.wrap(request, 0, request.length);
        builder.start(slabs.next(), Slabs.LAYOUT);
        while (reader.nextSpan(draft)) {
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new IllegalStateException("A span does not fit");
            }
        }
        return builder.count();
    }

    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public Object blockToRequest() {
        block.wrap(blocks[next = next + 1 & blocks.length - 1], 0);
        return writer.writeRequest(block, 0, block.count());
    }

    /** Yardstick: the same request as message objects. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public Object protobufParse() throws InvalidProtocolBufferException {
        return ExportTraceServiceRequest.parseFrom(request());
    }

    /** Yardstick: the same bytes copied. */
    @Benchmark
    @OperationsPerInvocation(BLOCK_SPANS)
    public byte[] copy() {
        byte[] request = request();
        System.arraycopy(request, 0, copy, 0, request.length);
        return copy;
    }

    private byte[] request() {
        next = next + 1 & requests.length - 1;
        return requests[next];
    }
}
