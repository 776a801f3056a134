package io.offspan.sample.policy;

import io.offspan.sample.yaml.YamlFields;
import io.offspan.sample.yaml.YamlValue;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a file, and how long and how many traces may wait for them.
 *
 * @param decisionWaitNanos how long a trace waits from its first span on
 * @param mostWaiting how many traces may wait
 * @param mostDecided how many decisions are remembered for spans that come late
 */
public record PolicySet(
        List<Policy> policies, Conditions conditions, long decisionWaitNanos, int mostWaiting, int mostDecided) {
    private static final String SECTION = "tail_sampling";
    private static final long DEFAULT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MOST_WAIT_NANOS = TimeUnit.HOURS.toNanos(24);
    private static final int DEFAULT_WAITING = 50_000;
    private static final int DEFAULT_DECIDED = 500_000;
    private static final int MOST = 1 << 24;

    /**
     * Reads the policies of a text: the section {@code tail_sampling}, by itself, below its name, or below {@code processors} among all else
     * that a collector is configured by.
     */
    public static PolicySet read(String text) {
        YamlFields section = section(YamlValue.parse(text));
        Conditions conditions = new Conditions();
        List<Policy> policies = new PolicyReader(conditions).policies(section.require("policies"));
        YamlValue wait = section.get("decision_wait");
        long waitNanos = wait == null ? DEFAULT_WAIT_NANOS : Durations.nanos(wait, LEAST_WAIT_NANOS, MOST_WAIT_NANOS);
        long waiting = section.whole("num_traces", DEFAULT_WAITING, 1, MOST);
        long decided = decided(section.get("decision_cache"));
        // Memory is made as it is needed, so that this has nothing to say here.
        section.whole("expected_new_traces_per_sec", 0, 0, Integer.MAX_VALUE);
        YamlValue first = section.get("sample_on_first_match");
        if (first != null && first.truth()) {
            throw first.wrong("is true, but every policy is asked here, so that each can be counted; leave it out");
        }
        section.end();
        return new PolicySet(policies, conditions, waitNanos, (int) waiting, (int) decided);
    }

    private static long decided(@Nullable YamlValue cache) {
        if (cache == null) {
            return DEFAULT_DECIDED;
        }
        YamlFields fields = cache.fields();
        long kept = fields.whole("sampled_cache_size", 0, 0, MOST);
        long left = fields.whole("non_sampled_cache_size", 0, 0, MOST);
        fields.end();
        return kept + left;
    }

    private static YamlFields section(YamlValue root) {
        YamlFields fields = root.fields();
        YamlValue processors = fields.get("processors");
        if (processors != null) {
            return named(processors.fields());
        }
        return fields.names().stream().anyMatch(PolicySet::isSection) ? alone(fields) : fields;
    }

    private static YamlFields alone(YamlFields fields) {
        YamlFields section = named(fields);
        fields.end();
        return section;
    }

    /** Returns the one section of its name, {@code tail_sampling/NAME} included. */
    private static YamlFields named(YamlFields fields) {
        List<String> names =
                fields.names().stream().filter(PolicySet::isSection).toList();
        if (names.size() != 1) {
            throw fields.wrong("has " + names.size() + " sections " + SECTION + ", allowed is 1");
        }
        return fields.require(names.get(0)).fields();
    }

    private static boolean isSection(String name) {
        return name.equals(SECTION) || name.startsWith(SECTION + "/");
    }
}
