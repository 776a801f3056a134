package io.offspan.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanStatus;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.testkit.gate.Gate;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How much memory it takes that a million traces wait at once, and how much processor time to decide about them. */
class OpenTracesTest {
    private static final boolean AT_LENGTH = Gate.size(0, 1) == 1;
    private static final int TRACES = Gate.size(20_000, 1_000_000);
    private static final int SPANS_OF_EACH = 4;
    private static final int BLOCK = 500;
    private static final long MOST_HEAP = 64L << 20;
    private static final double LEAST_RATE = 200_000;

    private static final String POLICIES = """
            num_traces: %d
            decision_cache: {sampled_cache_size: 0}
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - {name: slow, type: latency, latency: {threshold_ms: 500}}
              - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 5}}
              - {name: cart, type: string_attribute, string_attribute: {key: k, values: ['^a.*t$'], enabled_regex_matching: true}}
              - {name: eight, type: traceql, traceql: '{ duration > 1s && span.k = "8" }'}
            """;

    @Test
    void manyOpenTracesTakeLittleMemoryAndLittleTime() {
        TailSampler sampler = new TailSampler(SamplingPolicies.parse(String.format(Locale.ROOT, POLICIES, TRACES)));
        BlockReader block = block();
        long heap = usedHeap();
        long time = threadNanos();
        for (int each = 0; each < SPANS_OF_EACH; each++) {
            for (int first = 0; first < TRACES; first += BLOCK) {
                show(block, first, sampler);
            }
        }
        time = threadNanos() - time;
        heap = usedHeap() - heap;
        time -= threadNanos();
        sampler.end();
        time += threadNanos();

        SamplingTally tally = sampler.tally();
        double rate = (double) TRACES * SPANS_OF_EACH * 1e9 / time;
        boolean pass = rate >= LEAST_RATE && heap <= MOST_HEAP || !AT_LENGTH;
        new Gate("open-traces", 0)
                .put("traces", TRACES)
                .put("spans", TRACES * SPANS_OF_EACH)
                .put("spans_per_cpu_second", (long) rate)
                .put("heap_mib", heap >> 20)
                .report(pass);
        assertThat(tally.kept().traces() + tally.dropped().traces()).isEqualTo(TRACES);
        assertThat(tally.kept().spans() + tally.dropped().spans()).isEqualTo((long) TRACES * SPANS_OF_EACH);
        assertThat(tally.kept().traces()).isBetween(TRACES / 50L, TRACES / 2L);
        assertThat(tally.early()).isZero();
        assertThat(pass)
                .as("%.0f spans a second of processor time, %d bytes of heap", rate, heap)
                .isTrue();
    }

    /** Returns a block whose spans have attributes of two kinds; one in a hundred has an error. */
    private static BlockReader block() {
        List<ModelSpan> spans = new ArrayList<>();
        for (int i = 0; i < BLOCK; i++) {
            ModelSpan span = ModelSpan.of(i).with("k", "v" + i % 7);
            spans.add(i % 100 == 0 ? span.with(SpanStatus.ERROR) : span);
        }
        return new ModelBlock(0, spans).reader();
    }

    /** Shows a block as if its spans were of other traces, one of each from a number on. */
    private static void show(BlockReader block, int first, TailSampler sampler) {
        for (int i = 0; i < BLOCK; i++) {
            block.memory().putLong(block.line(i) + LineLayout.TRACE_ID + Long.BYTES, (first + i) * 0x9e3779b97f4a7c15L);
        }
        sampler.enterBlock(block, 0);
        for (int i = 0; i < BLOCK; i++) {
            sampler.take(block.span(i));
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
