package io.offspan.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanStatus;
import io.offspan.export.sampling.SpanSampler;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spans that are kept or not at once. */
class HeadSamplerTest {
    private static final long HALF = 1L << 55;

    /** Returns what is decided about spans that come in one block. */
    private static long[] decide(SpanSampler sampler, ModelSpan... spans) {
        BlockReader block = ModelBlock.of(1, spans).reader();
        sampler.enterBlock(block, 1);
        return LongStream.range(0, spans.length)
                .map(i -> sampler.take(block.span((int) i)))
                .toArray();
    }

    private static SpanSampler sampler(String section) {
        return SamplingPolicies.parse("head_sampling: " + section).newSampler();
    }

    @Test
    void aSpanIsKeptByTheRandomnessOfItsTraceAndCarriesTheThreshold() {
        SpanSampler sampler = sampler("{probability: 0.5}");
        assertThat(decide(sampler, ModelSpan.of(HALF), ModelSpan.of(HALF - 1), ModelSpan.of(-1)))
                .containsExactly(SpanSampler.KEEP - HALF, SpanSampler.DROP, SpanSampler.KEEP - HALF);
        assertThat(sampler.tally().kept().spans()).isEqualTo(2);
        assertThat(sampler.tally().dropped().spans()).isEqualTo(1);
        assertThat(sampler.tally().waiting()).isZero();
    }

    @Test
    void theRandomnessThatASpanNamesGoesBeforeThatOfItsId() {
        assertThat(decide(
                        sampler("{probability: 0.5}"),
                        named(-1, "ot=rv:7fffffffffffff"),
                        named(1, "ot=rv:80000000000000")))
                .containsExactly(SpanSampler.DROP, SpanSampler.KEEP - HALF);
    }

    private static ModelSpan named(long trace, String state) {
        return new ModelSpan(trace, 1, 2, SpanStatus.UNSET, Map.of(), "any", state);
    }

    @Test
    void whatWasNotSampledWhenItBeganIsLeftOutWhereTheParentCounts() {
        SpanSampler sampler = sampler("{probability: 1, parent_based: true}");
        ModelSpan sampled = ModelSpan.of(1).lasting(2_000_000, 3_000_000);
        ModelSpan unsampled = ModelSpan.of(2).lasting(1_000_000, 3_000_000);
        assertThat(decide(sampler, sampled, unsampled)).containsExactly(SpanSampler.KEEP, SpanSampler.DROP);
        assertThat(sampler.tally().policies().get(1).droppedBy().spans()).isEqualTo(1);
    }

    @Test
    void allAreKeptByTheProbabilityOneWithoutAThreshold() {
        assertThat(decide(sampler("{probability: 1}"), ModelSpan.of(0))).containsExactly(SpanSampler.KEEP);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                 | has no field 'probability'",
                "{probability: 0}                   | is '0', allowed are numbers from",
                "{probability: 2}                   | is '2', allowed are numbers from",
                "{probability: 1, parent: true}     | head_sampling.parent is not known here",
                "{probability: 1, parent_based: no} | is 'no', allowed are true and false"
            })
    void whatIsNotUnderstoodIsRefused(String section, String why) {
        assertThatThrownBy(() -> sampler(section))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining(why);
    }

    @Test
    void policiesBesideItAreRefused() {
        assertThatThrownBy(() -> SamplingPolicies.parse("head_sampling: {probability: 1}\npolicies: []"))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining("line 2: policies is not known here; known are head_sampling");
    }
}
