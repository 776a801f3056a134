package io.offspan.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.offspan.sample.policy.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How policies are read, and how they are refused. */
class SamplingPoliciesTest {
    /** A section as one stands in the configuration of a collector, with every type that both know. */
    private static final String MOVED = """
            receivers:
              otlp: {protocols: {grpc: {}}}
            processors:
              batch: {}
              tail_sampling/errors:
                decision_wait: 1m30s
                num_traces: 100
                expected_new_traces_per_sec: 10
                sample_on_first_match: false
                decision_cache:
                  sampled_cache_size: 100_000
                  non_sampled_cache_size: 100_000
                policies:
                  [
                    {name: all, type: always_sample},
                    {name: long, type: latency, latency: {threshold_ms: 5000, upper_threshold_ms: 10000}},
                    {name: high, type: numeric_attribute, numeric_attribute: {key: k, min_value: 50, max_value: 100}},
                    {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}},
                    {name: wrong, type: status_code, status_code: {status_codes: [ERROR, UNSET]}},
                    {name: eu, type: string_attribute, string_attribute: {key: region, values: [eu-1, eu-2]}},
                    {
                      name: us,
                      type: string_attribute,
                      string_attribute: {key: region, values: [us-.*], enabled_regex_matching: true, cache_max_size: 10}
                    },
                    {name: few, type: rate_limiting, rate_limiting: {spans_per_second: 35}},
                    {name: wide, type: span_count, span_count: {min_spans: 2, max_spans: 20}},
                    {name: vendor, type: trace_state, trace_state: {key: v, values: [a, b]}},
                    {name: forced, type: boolean_attribute, boolean_attribute: {key: force, value: true}},
                  ]
            exporters:
              debug: {}
            """;

    @TempDir
    Path scratch;

    private static SamplingPolicies with(String policy) {
        return SamplingPolicies.parse("policies:\n  - " + policy + "\n");
    }

    @Test
    void aSectionOfACollectorIsReadAsItStands() {
        SamplingPolicies policies = SamplingPolicies.parse(MOVED);
        assertThat(policies.set().policies())
                .extracting(Policy::name)
                .containsExactly(
                        "all", "long", "high", "tenth", "wrong", "eu", "us", "few", "wide", "vendor", "forced");
        assertThat(policies.set().decisionWaitNanos()).isEqualTo(90_000_000_000L);
        assertThat(policies.set().mostWaiting()).isEqualTo(100);
        assertThat(policies.set().mostDecided()).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tail_sampling:\n  ", "processors:\n  tail_sampling:\n    "})
    void theSectionStandsByItselfOrBelowItsName(String above) {
        assertThat(SamplingPolicies.parse(above + "policies: [{name: a, type: always_sample}]")
                        .set()
                        .policies())
                .hasSize(1);
    }

    @Test
    void aFileIsNamedWithWhatIsWrongInIt() throws Exception {
        Path file = Files.writeString(scratch.resolve("p.yaml"), "policies:\n- name: a\n  type: never_sample\n");
        assertThatThrownBy(() -> SamplingPolicies.read(file))
                .isInstanceOf(SamplingException.class)
                .hasMessageContainingAll("p.yaml", "line 3", "policies[0].type", "never_sample", "always_sample");
        Path missing = scratch.resolve("none.yaml");
        assertThatThrownBy(() -> SamplingPolicies.read(missing))
                .isInstanceOf(SamplingException.class)
                .hasMessageContainingAll("none.yaml", "NoSuchFileException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{type: always_sample} | has no field 'name'",
                "{name: ' ', type: always_sample} | policies[0].name is empty",
                "{name: a} | has no field 'type'",
                "{name: a, type: ottl_condition, ottl_condition: {}} | 'ottl_condition', which is not known here",
                "{name: a, type: latency} | has no field 'latency'",
                "{name: a, type: always_sample, latency: {}} | policies[0].latency is not known here",
                "{name: a, type: latency, latency: {threshold_ms: -1}} | '-1', allowed are whole numbers from 0",
                "{name: a, type: latency, latency: {threshold_ms: 9, upper_threshold_ms: 9}} | no trace would be between",
                "{name: a, type: latency, latency: {threshold: 9}} | has no field 'threshold_ms'",
                "{name: a, type: latency, latency: {threshold_ms: 9, lower: 1}} | policies[0].latency.lower is not known",
                "{name: a, type: span_count, span_count: {min_spans: 3, max_spans: 2}} | max_spans 2 below min_spans 3",
                "{name: a, type: status_code, status_code: {status_codes: [error]}} | 'error', allowed are OK, ERROR",
                "{name: a, type: status_code, status_code: {status_codes: []}} | has 0 entries, allowed are 1 to",
                "{name: a, type: string_attribute, string_attribute: {key: k, values: ['']}} | values[0] is empty",
                "{name: a, type: string_attribute, string_attribute: {key: k, values: ['('], enabled_regex_matching: true}} | not valid for RE2",
                "{name: a, type: string_attribute, string_attribute: {key: k, values: ['a)(b'], enabled_regex_matching: true}} | not valid for RE2",
                "{name: a, type: string_attribute, string_attribute: {key: k, values: ['(a{1000}){1000}'], enabled_regex_matching: true}} | repeats itself",
                "{name: a, type: numeric_attribute, numeric_attribute: {key: k}} | neither min_value nor max_value",
                "{name: a, type: numeric_attribute, numeric_attribute: {key: k, min_value: 2, max_value: 1}} | min_value 2 above max_value 1",
                "{name: a, type: numeric_attribute, numeric_attribute: {key: k, min_value: 99999999999999999999}} | allowed are whole numbers",
                "{name: a, type: boolean_attribute, boolean_attribute: {key: k, value: yes}} | 'yes', allowed are true and false",
                "{name: a, type: boolean_attribute, boolean_attribute: {key: '', value: true}} | key is empty",
                "{name: a, type: trace_state, trace_state: {key: k, values: ['']}} | can be no value",
                "{name: a, type: probabilistic, probabilistic: {sampling_percentage: 100.1}} | '100.1', allowed are numbers from 0.0 to 100.0",
                "{name: a, type: probabilistic, probabilistic: {sampling_percentage: NaN}} | 'NaN', allowed are numbers",
                "{name: a, type: ratio, ratio: {probability: 0}} | '0', allowed are numbers from",
                "{name: a, type: adaptive, adaptive: {}} | has neither spans_per_second and traces_per_second",
                "{name: a, type: adaptive, adaptive: {spans_per_second: 1, traces_per_second: 1}} | has both spans_per_second",
                "{name: a, type: adaptive, adaptive: {spans_per_second: 1, window: 1ms}} | '1ms', allowed are durations",
                "{name: a, type: rate_limiting, rate_limiting: {spans_per_second: 1.5}} | '1.5', allowed are whole numbers",
                "{name: a, type: traceql, traceql: '{ status = }'} | policies[0].traceql cannot be asked",
                "{name: a, type: traceql, traceql: '{ true } >> { true }'} | takes whole traces",
                "{name: a, type: and, and: {and_sub_policy: [{name: b, type: nothing}]}} | and.and_sub_policy[0].type is 'nothing'",
                "{name: a, type: composite, composite: {max_total_spans_per_second: 9, policy_order: [c], composite_sub_policy: [{name: b, type: always_sample}]}} | policy_order[0] is 'c', which is none",
                "{name: a, type: composite, composite: {max_total_spans_per_second: 9, rate_allocation: [{policy: b, percent: 101}], composite_sub_policy: [{name: b, type: always_sample}]}} | '101', allowed are numbers from 0.0 to 100.0",
                "{name: a, type: composite, composite: {max_total_spans_per_second: 9, rate_allocation: [{policy: b, percent: 60}, {policy: c, percent: 60}], composite_sub_policy: [{name: b, type: always_sample}, {name: c, type: always_sample}]}} | adds up to 120.0 percent",
            })
    void whatIsWrongIsNamedWithItsPlace(String policy, String words) {
        assertThatThrownBy(() -> with(policy))
                .isInstanceOf(SamplingException.class)
                .hasMessageContainingAll("line 2", words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | is empty",
                "policies | the document is no mapping",
                "policies: | policies is no list",
                "policies: [{name: a, type: always_sample}, {name: a, type: always_sample}] | has the name 'a', as another has",
                "{policies: [{name: a, type: always_sample}], num_shards: 2} | num_shards is not known here",
                "{policies: [{name: a, type: always_sample}], decision_wait: 30} | '30', allowed are durations",
                "{policies: [{name: a, type: always_sample}], decision_wait: 30s later} | '30s later', allowed are durations",
                "{policies: [{name: a, type: always_sample}], decision_wait: 25h} | '25h', allowed are durations",
                "{policies: [{name: a, type: always_sample}], num_traces: 0} | '0', allowed are whole numbers from 1",
                "{policies: [{name: a, type: always_sample}], sample_on_first_match: true} | every policy is asked here",
                "{policies: [], policies: []} | stands there twice",
                "{processors: {batch: {}}} | has 0 sections tail_sampling",
                "{tail_sampling: {}, tail_sampling/b: {}} | has 2 sections tail_sampling",
                "policies: [ | No YAML",
                "policies: &a [{name: b, type: and, and: {and_sub_policy: *a}}] | deeper",
            })
    void aFileThatIsNoneIsRefused(String text, String words) {
        assertThatThrownBy(() -> SamplingPolicies.parse(text))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining(words);
    }

    @Test
    void moreConditionsThanATraceHasBitsAreRefusedAndEqualOnesShareOne() {
        StringBuilder many = new StringBuilder("policies:\n");
        for (int i = 0; i < 64; i++) {
            many.append("- {name: p").append(i).append(", type: and, and: {and_sub_policy: [");
            many.append("{name: a, type: traceql, traceql: '{ span.k = ")
                    .append(i)
                    .append(" }'},");
            many.append("{name: b, type: traceql, traceql: '{ span.k = 0 }'}]}}\n");
        }
        assertThat(SamplingPolicies.parse(many.toString()).set().conditions().askers())
                .hasSize(64);
        String oneMore = many.toString().replaceFirst("span.k = 0 \\}'\\}\\]", "span.k = 64 }'}]");
        assertThatThrownBy(() -> SamplingPolicies.parse(oneMore))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining("condition 65, allowed are 64");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatTheParserCannotTakeIsRefused(String text, String words) {
        assertThatThrownBy(() -> SamplingPolicies.parse(text))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining(words);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("policies: " + "[".repeat(5_000) + "]".repeat(5_000), "line 1: deeper than 256 levels"),
                arguments("policies: !%1", "No YAML"),
                arguments("policies: \"a\\U", "No YAML"));
    }

    @Test
    void policiesAreCountedWhereverAnAliasStands() {
        assertThatThrownBy(() -> SamplingPolicies.parse("policies: " + aliases(3)))
                .isInstanceOf(SamplingException.class)
                .hasMessageContaining("is policy 1025, allowed are 1024, aliases counted where they stand");
        assertThat(SamplingPolicies.parse("policies: " + aliases(2)).set().policies())
                .hasSize(8);
    }

    /** Returns a list of eight policies, each of which has all eight of the level below. */
    private static String aliases(int levels) {
        StringBuilder list = new StringBuilder("[");
        for (int i = 0; i < 8; i++) {
            list.append("{name: p").append(i).append(", type: ");
            if (levels == 0) {
                list.append("always_sample}, ");
            } else {
                list.append("and, and: {and_sub_policy: ");
                list.append(i == 0 ? "&l" + levels + " " + aliases(levels - 1) : "*l" + levels);
                list.append("}}, ");
            }
        }
        return list.append("]").toString();
    }

    @Test
    void oneElementOfAListHasToLieBetweenBothBounds() {
        TailSampler sampler = new TailSampler(
                with("{name: a, type: numeric_attribute, numeric_attribute: {key: k, min_value: 50, max_value: 60}}"));
        ModelBlock.of(
                        1_000_000_000L,
                        ModelSpan.of(1).with("k", List.of(49L, 61.0)),
                        ModelSpan.of(2).with("k", List.of("55", 61L, 60L)),
                        ModelSpan.of(3).with("k", List.of(1L, 50.5)),
                        ModelSpan.of(4).with("k", 50L))
                .show(sampler);
        sampler.end();
        assertThat(sampler.tally().kept().traces()).isEqualTo(3);
    }

    @Test
    void anEmptyTextInAListHidesNoneThatAPatternFinds() {
        TailSampler sampler = new TailSampler(
                with(
                        "{name: a, type: string_attribute, string_attribute: {key: k, values: ['x*'], enabled_regex_matching: true}}"));
        ModelBlock.of(
                        1_000_000_000L,
                        ModelSpan.of(1).with("k", List.of("", "x")),
                        ModelSpan.of(2).with("k", List.of("")),
                        ModelSpan.of(3).with("k", ""))
                .show(sampler);
        sampler.end();
        assertThat(sampler.tally().kept().traces()).isEqualTo(1);
    }

    @Test
    void whatIsLeftOfACompositeIsSharedByThoseWithoutAPart() {
        TailSampler sampler = new TailSampler(
                with(
                        "{name: c, type: composite, composite: {max_total_spans_per_second: 4,"
                                + " rate_allocation: [{policy: e, percent: 50}], composite_sub_policy: ["
                                + "{name: e, type: status_code, status_code: {status_codes: [ERROR]}}, {name: rest, type: always_sample}]}}"));
        List<ModelSpan> one = List.of(ModelSpan.of(1), ModelSpan.of(2), ModelSpan.of(3));
        new ModelBlock(1_000_000_000L, one).show(sampler);
        sampler.end();
        assertThat(sampler.tally().kept().traces()).isEqualTo(2);
    }
}
