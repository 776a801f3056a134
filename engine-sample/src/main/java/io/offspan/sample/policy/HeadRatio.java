package io.offspan.sample.policy;

import io.offspan.sample.ratio.Threshold;
import io.offspan.sample.yaml.YamlFields;
import io.offspan.sample.yaml.YamlValue;
import org.jspecify.annotations.Nullable;

/**
 * What is said of head sampling: each span is kept or not by itself, at once, by the randomness of its trace.
 *
 * @param threshold below which randomness is not kept
 * @param parentBased whether spans are left out that were not sampled when they began
 */
public record HeadRatio(long threshold, boolean parentBased) {
    private static final String SECTION = "head_sampling";

    /** Reads the section {@code head_sampling} of a text that has nothing else; null where there is no such section. */
    public static @Nullable HeadRatio read(String text) {
        YamlValue root = YamlValue.parse(text);
        if (!root.isMapping()) {
            return null;
        }
        YamlFields all = root.fields();
        YamlValue section = all.get(SECTION);
        if (section == null) {
            return null;
        }
        all.end();
        YamlFields fields = section.fields();
        double probability = fields.require("probability").number(Threshold.LEAST, 1);
        boolean parentBased = fields.truth("parent_based");
        fields.end();
        return new HeadRatio(Threshold.of(probability), parentBased);
    }
}
