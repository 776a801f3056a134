package io.offspan.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanStatus;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SpanSampler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When traces are decided, which verdict counts, and what is counted. */
class TailSamplerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String ERRORS = "{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}";

    private final List<String> decisions = new ArrayList<>();

    private TailSampler sampler(String settings, String... policies) {
        String text = "{" + settings + "policies: [" + String.join(", ", policies) + "]}";
        return new TailSampler(
                SamplingPolicies.parse(text), (high, low, kept) -> decisions.add(low + (kept ? " kept" : " dropped")));
    }

    @Test
    void aTraceIsDecidedWhenTheLogIsAsMuchLater() {
        TailSampler sampler = sampler("decision_wait: 10s, ", ERRORS);
        ModelBlock.of(100 * SECOND, ModelSpan.of(1)).show(sampler);
        ModelBlock.of(109 * SECOND, ModelSpan.of(1).with(SpanStatus.ERROR), ModelSpan.of(2))
                .show(sampler);
        assertThat(decisions).isEmpty();
        ModelBlock.of(110 * SECOND, ModelSpan.of(3)).show(sampler);
        assertThat(decisions).containsExactly("1 kept");
        ModelBlock.of(119 * SECOND, ModelSpan.of(3)).show(sampler);
        assertThat(decisions).containsExactly("1 kept", "2 dropped");
        sampler.end();
        assertThat(decisions).containsExactly("1 kept", "2 dropped", "3 dropped");
    }

    @Test
    void spansThatComeLateFollowTheirTraceAsLongAsItIsRemembered() {
        TailSampler sampler = sampler(
                "decision_wait: 1s, decision_cache: {sampled_cache_size: 1, non_sampled_cache_size: 1}, ", ERRORS);
        ModelBlock.of(SECOND, ModelSpan.of(1).with(SpanStatus.ERROR), ModelSpan.of(2))
                .show(sampler);
        ModelBlock.of(3 * SECOND, ModelSpan.of(1), ModelSpan.of(2).with(SpanStatus.ERROR), ModelSpan.of(3))
                .show(sampler);
        assertThat(decisions).containsExactly("1 kept", "2 dropped");
        assertThat(sampler.tally().lateKept()).isEqualTo(1);
        assertThat(sampler.tally().lateDropped()).isEqualTo(1);
        ModelBlock.of(6 * SECOND, ModelSpan.of(1)).show(sampler);
        sampler.end();
        assertThat(decisions).containsExactly("1 kept", "2 dropped", "3 dropped", "1 dropped");
        assertThat(sampler.tally().lateKept()).isEqualTo(1);
    }

    @Test
    void theOldestIsDecidedEarlyWhereTooManyWait() {
        TailSampler sampler = sampler("num_traces: 2, ", ERRORS);
        ModelBlock.of(
                        SECOND,
                        ModelSpan.of(1),
                        ModelSpan.of(2),
                        ModelSpan.of(3),
                        ModelSpan.of(1).with(SpanStatus.ERROR))
                .show(sampler);
        assertThat(decisions).containsExactly("1 dropped");
        assertThat(sampler.tally().early()).isEqualTo(1);
        assertThat(sampler.tally().lateDropped()).isEqualTo(1);
    }

    private static String ratio(String name, double probability) {
        return "{name: " + name + ", type: ratio, ratio: {probability: " + probability + "}}";
    }

    /** Returns the threshold by which a trace of the highest randomness is kept, -1 where it is dropped. */
    private long threshold(String... policies) {
        TailSampler sampler = sampler("", policies);
        BlockReader block =
                ModelBlock.of(SECOND, ModelSpan.of(-1), ModelSpan.of(-1)).reader();
        sampler.enterBlock(block, SECOND);
        long trace = sampler.take(block.span(0));
        assertThat(trace).isEqualTo(sampler.firstWaiting());
        sampler.end();
        assertThat(sampler.firstWaiting()).isEqualTo(trace + 1);
        long decision = sampler.decision(trace);
        assertThat(sampler.take(block.span(1))).as("what comes late").isEqualTo(decision);
        return decision == SpanSampler.DROP ? -1 : SpanSampler.threshold(decision);
    }

    @Test
    void aTraceHasTheThresholdOfTheRatioThatIsTheOneReasonToKeepIt() {
        String always = "{name: all, type: always_sample}";
        long half = 1L << 55;
        assertThat(threshold(ratio("half", 0.5))).isEqualTo(half);
        assertThat(threshold(ratio("half", 0.5), ratio("quarter", 0.25))).isEqualTo(half);
        assertThat(threshold(ratio("half", 0.5), ERRORS)).isEqualTo(half);
        assertThat(threshold(ratio("half", 0.5), always)).isZero();
        assertThat(threshold(always)).isZero();
        assertThat(threshold(ERRORS)).isEqualTo(-1);
        assertThat(threshold("{name: both, type: and, and: {and_sub_policy: [" + ratio("half", 0.5) + ", "
                        + ratio("quarter", 0.25) + ", " + always + "]}}"))
                .isEqualTo(half + half / 2);
    }

    @Test
    void theOldestIsDecidedEarlyWhereTooManySpansWait() {
        TailSampler sampler = sampler("num_traces: 2, ", ERRORS);
        BlockReader block =
                ModelBlock.of(SECOND, ModelSpan.of(1), ModelSpan.of(2)).reader();
        sampler.enterBlock(block, SECOND);
        sampler.take(block.span(1));
        for (int i = 0; i < (1 << 20) - 1; i++) {
            sampler.take(block.span(0));
        }
        assertThat(sampler.tally().early()).isZero();
        sampler.take(block.span(0));
        assertThat(sampler.tally().early()).isEqualTo(1);
        sampler.take(block.span(0));
        assertThat(sampler.tally().early()).isEqualTo(2);
        assertThat(sampler.tally().lateDropped()).isEqualTo(1);
        assertThat(decisions).containsExactly("2 dropped", "1 dropped");
    }

    @Test
    void timeGoesOnWhereTheClockWasSetBack() {
        TailSampler sampler = sampler("decision_wait: 10s, ", ERRORS);
        ModelBlock.of(100 * SECOND, ModelSpan.of(1)).show(sampler);
        ModelBlock.of(50 * SECOND, ModelSpan.of(2)).show(sampler);
        ModelBlock.of(59 * SECOND, ModelSpan.of(3)).show(sampler);
        assertThat(decisions).isEmpty();
        ModelBlock.of(60 * SECOND, ModelSpan.of(4)).show(sampler);
        assertThat(decisions).containsExactly("1 dropped", "2 dropped");
    }

    /** What four policies say of the one trace, by its attribute: drop it, inverted, keep it, or nothing. */
    @ParameterizedTest
    @CsvSource({
        "drop always inverted-kept none, dropped",
        "inverted-left always none none, dropped",
        "always inverted-kept none none, kept",
        "inverted-kept inverted-kept inverted-kept inverted-kept, kept",
        "inverted-kept none inverted-kept inverted-kept, dropped",
        "none none none none, dropped",
        "not-inverted-kept none always none, kept",
        "not-inverted-left always always always, dropped",
    })
    void theStrongestVerdictCounts(String words, String decision) {
        List<String> policies = new ArrayList<>();
        for (String word : words.split(" ")) {
            policies.add(policy(word, policies.size()));
        }
        TailSampler sampler = sampler("", policies.toArray(String[]::new));
        ModelBlock.of(SECOND, ModelSpan.of(1).with("k", "v")).show(sampler);
        sampler.end();
        assertThat(decisions).containsExactly("1 " + decision);
    }

    private static String policy(String word, int number) {
        String type = switch (word) {
            case "drop" -> "drop, drop: {drop_sub_policy: [{name: a, type: always_sample}]}";
            case "always" -> "always_sample";
            case "inverted-kept" -> string("other", true);
            case "inverted-left" -> string("v", true);
            case "not-inverted-kept" -> "not, not: {not_sub_policy: {name: a, type: " + string("other", true) + "}}";
            case "not-inverted-left" -> "not, not: {not_sub_policy: {name: a, type: " + string("v", true) + "}}";
            default -> string("other", false);
        };
        return "{name: p" + number + ", type: " + type + "}";
    }

    private static String string(String value, boolean inverted) {
        return "string_attribute, string_attribute: {key: k, values: [" + value + "], invert_match: " + inverted + "}";
    }

    @Test
    void everyPolicyIsCountedAndTheFirstOfTheStrongestDecides() {
        TailSampler sampler = sampler(
                "",
                "{name: all, type: always_sample}",
                ERRORS,
                "{name: health, type: drop, drop: {drop_sub_policy: [{name: h, type: traceql, traceql: '{ span.k = 1 }'}]}}");
        ModelBlock.of(
                        SECOND,
                        ModelSpan.of(1).with(SpanStatus.ERROR),
                        ModelSpan.of(1),
                        ModelSpan.of(2).with("k", 1L),
                        ModelSpan.of(3))
                .show(sampler);
        sampler.end();
        SamplingTally tally = sampler.tally();
        assertThat(tally.kept()).isEqualTo(new Amount(2, 3));
        assertThat(tally.dropped()).isEqualTo(new Amount(1, 1));
        assertThat(tally.policies())
                .extracting(policy -> policy.name() + " " + policy.keeps().traces() + " "
                        + policy.drops().traces() + " " + policy.decides())
                .containsExactly("all 3 0 2", "errors 1 0 0", "health 0 1 1");
    }

    @Test
    void aTraceLastsFromItsFirstStartToItsLastEnd() {
        TailSampler sampler = sampler("", "{name: slow, type: latency, latency: {threshold_ms: 100}}");
        ModelBlock.of(
                        SECOND,
                        ModelSpan.of(1).lasting(1_000_000, 2_000_000),
                        ModelSpan.of(1).lasting(100_000_000, 101_000_000),
                        ModelSpan.of(2).lasting(1_000_000, 100_999_999),
                        ModelSpan.of(3).lasting(5_000_000, 0))
                .show(sampler);
        sampler.end();
        assertThat(decisions).containsExactly("1 kept", "2 dropped", "3 dropped");
    }
}
