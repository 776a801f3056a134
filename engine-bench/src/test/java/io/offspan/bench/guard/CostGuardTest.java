package io.offspan.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.bench.codec.Slabs;
import io.offspan.bench.codec.SpanSum;
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
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Holds what a span costs beside what protobuf-java needs to parse the same span, by the best of many interleaved rounds of thread
 * time. Parsing is the steadiest yardstick there is: building messages varies by half with what the compiler makes of it.
 *
 * <p>Each bound lies about halfway, by ratio, between what was measured and twice as much: neither a busy machine nor another JDK
 * trips it, a doubling does.
 */
@Tag("gates")
class CostGuardTest {
    private static final int SPANS = 4096;
    private static final int BLOCK_SPANS = Slabs.BLOCK_SPANS;
    private static final int WARM_UPS = 60;
    private static final int ROUNDS = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
    private final Slabs slabs = new Slabs();
    private final BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
    private final SpanDraft draft = new SpanDraft();
    private final SpanDraft otlpDraft = new SpanDraft();
    private final BlockReader reader = new BlockReader();
    private final SpanSum sum = new SpanSum();
    private final OtlpReader otlpReader = new OtlpReader();
    private final OtlpWriter otlpWriter = new OtlpWriter();
    private final Memory[] blocks = new Slabs().blocks(spans);
    private final byte[][] requests = new byte[SPANS / BLOCK_SPANS][];
    private long consumed;

    @FunctionalInterface
    private interface Work {
        long block(int number) throws Exception;
    }

    /** What costs at most {@code most} of what parsing costs. */
    private record Bound(String what, Work work, double most) {}

    @Test
    void aSpanCostsAFractionOfWhatProtobufNeedsToParseIt() throws Exception {
        for (int i = 0; i < requests.length; i++) {
            requests[i] = W1Messages.request(spans.subList(i * BLOCK_SPANS, (i + 1) * BLOCK_SPANS));
        }
        // Drafts come first: the compiler makes slower code of an encoder that has seen texts of OTLP requests as well.
        List<String> tripped = new ArrayList<>();
        tripped.addAll(hold(new Bound("encode and commit", this::encode, 0.48), new Bound("visit", this::visit, 0.22)));
        tripped.addAll(
                hold(new Bound("OTLP to block", this::fromOtlp, 1.15), new Bound("block to OTLP", this::toOtlp, 0.80)));
        assertThat(tripped).as("costs beyond their bounds").isEmpty();
        assertThat(consumed).isNotZero();
    }

    /** Measures interleaved, and returns what lies beyond its bound. */
    private List<String> hold(Bound... bounds) throws Exception {
        long[] best = new long[bounds.length];
        Arrays.fill(best, Long.MAX_VALUE);
        long yardstick = Long.MAX_VALUE;
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
            long parse = nanos(this::parse);
            yardstick = round < 0 ? yardstick : Math.min(yardstick, parse);
            for (int i = 0; i < best.length; i++) {
                long mine = nanos(bounds[i].work());
                best[i] = round < 0 ? best[i] : Math.min(best[i], mine);
            }
        }
        List<String> tripped = new ArrayList<>();
        for (int i = 0; i < best.length; i++) {
            String line = line(bounds[i], best[i], yardstick);
            System.out.println(line);
            if (best[i] > bounds[i].most() * yardstick) {
                tripped.add(line);
            }
        }
        return tripped;
    }

    private static String line(Bound bound, long best, long yardstick) {
        return String.format(
                Locale.ROOT,
                "GUARD %s: %.0f ns a span, parse %.0f ns: %.3f (at most %.2f)",
                bound.what(),
                (double) best / SPANS,
                (double) yardstick / SPANS,
                (double) best / yardstick,
                bound.most());
    }

    private long nanos(Work work) throws Exception {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < SPANS / BLOCK_SPANS; i++) {
            consumed += work.block(i);
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }

    private long encode(int block) {
        return slabs.build(builder, draft, spans, block * BLOCK_SPANS, 1).length();
    }

    private long visit(int block) {
        reader.wrap(blocks[block], 0);
        long total = 0;
        for (int i = 0; i < BLOCK_SPANS; i++) {
            total += sum.of(reader.span(i));
        }
        return total;
    }

    private long fromOtlp(int block) {
        otlpReader.wrap(requests[block], 0, requests[block].length);
        builder.start(slabs.next(), Slabs.LAYOUT);
        while (otlpReader.nextSpan(otlpDraft)) {
            builder.add(otlpDraft);
        }
        return builder.count();
    }

    private long toOtlp(int block) {
        reader.wrap(blocks[block], 0);
        return otlpWriter.writeRequest(reader, 0, reader.count()).length();
    }

    private long parse(int block) throws Exception {
        return ExportTraceServiceRequest.parseFrom(requests[block]).getResourceSpansCount();
    }
}
