package io.offspan.sample.policy;

import io.offspan.sample.yaml.YamlFields;
import io.offspan.sample.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the spans of a second are parted among the policies of a composite: by percent, those without one share what is left evenly.
 */
final class Allocation {
    private static final int WHOLE = 100;

    private final Map<String, Double> percents = new HashMap<>();
    private double left = WHOLE;

    Allocation(@Nullable YamlValue list, Set<String> names) {
        if (list == null) {
            return;
        }
        for (YamlValue entry : list.list(names.size())) {
            YamlFields fields = entry.fields();
            YamlValue policy = fields.require("policy");
            YamlValue percent = fields.require("percent");
            fields.end();
            if (!names.contains(policy.text())) {
                throw policy.wrong("is '" + policy.text() + "', which is none of composite_sub_policy: "
                        + String.join(", ", names));
            }
            if (percents.put(policy.text(), percent.number(0, WHOLE)) != null) {
                throw policy.wrong("stands there twice; leave one of them");
            }
            left -= percents.getOrDefault(policy.text(), 0.0);
        }
        if (left < 0) {
            throw list.wrong("adds up to " + (WHOLE - left) + " percent, allowed are " + WHOLE);
        }
    }

    /** Returns the policies with their parts. */
    List<Composite.Part> parts(List<Policy> policies, long mostSpans) {
        long without = policies.stream()
                .filter(policy -> !percents.containsKey(policy.name()))
                .count();
        List<Composite.Part> parts = new ArrayList<>();
        for (Policy policy : policies) {
            Double own = percents.get(policy.name());
            double percent = own == null ? left / without : own;
            parts.add(new Composite.Part(policy, (long) (percent * mostSpans / WHOLE)));
        }
        return List.copyOf(parts);
    }
}
