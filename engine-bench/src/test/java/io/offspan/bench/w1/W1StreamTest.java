package io.offspan.bench.w1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The workload is always the one that the published figures are stated for. */
class W1StreamTest {
    private static final long MILLION = 1_000_000;

    @Test
    void streamsSpansInTheOrderInWhichTheyEnd() {
        int count = 200_000;
        List<W1Span> sorted = new W1Generator(W1Generator.SEED).spans(count);
        W1Stream stream = new W1Stream(W1Generator.SEED, count);
        List<W1Span> streamed = new ArrayList<>(count);
        for (W1Span span = stream.next(); span != null; span = stream.next()) {
            streamed.add(span);
        }
        assertThat(streamed.equals(sorted))
                .as("the stream equals the sorted list")
                .isTrue();
    }

    @Tag("gates")
    @Test
    void makesTheMillionSpansOfThePublishedFigures() {
        W1Stream stream = new W1Stream(W1Generator.SEED, MILLION);
        CRC32C checksum = new CRC32C();
        long bytes = 0;
        long spans = 0;
        for (List<W1Span> batch = stream.nextBatch(); !batch.isEmpty(); batch = stream.nextBatch()) {
            byte[] request = W1Messages.request(batch);
            checksum.update(request);
            bytes += request.length;
            spans += batch.size();
        }
        assertThat(spans).isEqualTo(MILLION);
        assertThat(stream.traces()).isEqualTo(125_700);
        assertThat(stream.largestTrace()).isEqualTo(350);
        assertThat(bytes).isEqualTo(500_262_549);
        assertThat(checksum.getValue()).isEqualTo(2137920750L);
    }

    @Tag("gates")
    @Test
    void asksTheMillionSpansTheSameQuestions() {
        W1Oracle oracle = W1Oracle.of(W1Generator.SEED, MILLION);
        assertThat(oracle.traceCount()).isEqualTo(125_700);
        assertThat(List.of(oracle.traceSpans(), oracle.searchSpans(), oracle.countedSpans()))
                .containsExactly(7_921L, 2_336L, 4_102_656L);
    }
}
