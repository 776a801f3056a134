package io.offspan.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is decided about generated traces, held against {@link NaiveSampler}. */
class TailSamplerModelTest {
    private static final long SECOND = 1_000_000_000L;

    @Property(tries = 300)
    void everyPolicyDecidesAsTheModelDoes(@ForAll long seed) {
        RandomPolicies given = new RandomPolicies(seed);
        List<Map<String, Object>> policies = given.policies();
        List<ModelBlock> blocks = given.blocks();
        long wait = 1 + given.number(5);
        int waiting = 1 + given.number(12);
        String text = Json.of(Map.of("decision_wait", wait + "s", "num_traces", waiting, "policies", policies));

        Map<Long, Boolean> decisions = new LinkedHashMap<>();
        TailSampler sampler = new TailSampler(
                SamplingPolicies.parse(text),
                (high, low, kept) -> assertThat(decisions.put(low, kept))
                        .as("an earlier decision about trace %d", low)
                        .isNull());
        NaiveSampler model = new NaiveSampler(policies, wait * SECOND, waiting);
        for (ModelBlock block : blocks) {
            block.show(sampler);
            model.take(block);
        }
        sampler.end();
        model.end();

        assertThat(List.copyOf(decisions.entrySet())).as(text).isEqualTo(List.copyOf(model.decisions.entrySet()));
        SamplingTally tally = sampler.tally();
        assertThat(new long[] {tally.early(), tally.lateKept(), tally.lateDropped()})
                .as(text)
                .containsExactly(model.early, model.lateKept, model.lateDropped);
        for (int i = 0; i < policies.size(); i++) {
            OfPolicy policy = tally.policies().get(i);
            assertThat(new long[] {
                        policy.keeps().traces(),
                        policy.keeps().spans(),
                        policy.drops().traces(),
                        policy.drops().spans()
                    })
                    .as("policy %d of %s", i, text)
                    .containsExactly(model.keeps[i][0], model.keeps[i][1], model.drops[i][0], model.drops[i][1]);
        }
        long spans = blocks.stream().mapToLong(block -> block.spans().size()).sum();
        assertThat(tally.kept().spans() + tally.dropped().spans() + tally.lateKept() + tally.lateDropped())
                .as("spans that something was decided about")
                .isEqualTo(spans);
        assertThat(tally.kept().traces() + tally.dropped().traces()).isEqualTo(decisions.size());
    }
}
