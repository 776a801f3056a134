package io.offspan.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.bench.codec.Slabs;
import io.offspan.bench.codec.SpanSum;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Messages;
import io.offspan.bench.w1.W1Span;
import io.offspan.bench.yardstick.MessageVisit;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Holds what a span costs beside what protobuf-java needs for the same span, by the best of many interleaved rounds of thread time.
 *
 * <p>Each bound lies about halfway, by ratio, between what was measured and twice as much: neither a busy machine nor another JDK
 * trips it, a doubling does.
 */
class CostGuardTest {
    private static final int SPANS = 4096;
    private static final int BLOCK_SPANS = Slabs.BLOCK_SPANS;
    private static final int WARM_UPS = 40;
    private static final int ROUNDS = 40;
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

    @Test
    void aSpanCostsAFractionOfWhatProtobufNeeds() throws Exception {
        for (int i = 0; i < requests.length; i++) {
            requests[i] = W1Messages.request(spans.subList(i * BLOCK_SPANS, (i + 1) * BLOCK_SPANS));
        }
        hold("encode and commit, of building and serializing", this::encode, this::build, 0.38);
        hold("visit, of parsing and visiting", this::visit, this::parseAndVisit, 0.185);
        hold("OTLP to block, of parsing", this::fromOtlp, this::parse, 1.05);
        hold("block to OTLP, of parsing", this::toOtlp, this::parse, 0.72);
        assertThat(consumed).isNotZero();
    }

    private void hold(String what, Work ours, Work theirs, double most) throws Exception {
        long best = Long.MAX_VALUE;
        long yardstick = Long.MAX_VALUE;
        for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
            long mine = nanos(ours);
            long other = nanos(theirs);
            if (round >= WARM_UPS) {
                best = Math.min(best, mine);
                yardstick = Math.min(yardstick, other);
            }
        }
        double ratio = (double) best / yardstick;
        System.out.printf(
                Locale.ROOT,
                "GUARD %s: %.0f of %.0f ns a span = %.3f (at most %.2f)%n",
                what,
                (double) best / SPANS,
                (double) yardstick / SPANS,
                ratio,
                most);
        assertThat(ratio).as("cost of %s", what).isLessThanOrEqualTo(most);
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

    private long build(int block) {
        return W1Messages.request(spans.subList(block * BLOCK_SPANS, (block + 1) * BLOCK_SPANS)).length;
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

    private long parseAndVisit(int block) throws Exception {
        return MessageVisit.sum(ExportTraceServiceRequest.parseFrom(requests[block]));
    }
}
