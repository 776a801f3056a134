package io.offspan.sample;

import io.offspan.codec.span.SpanStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Policies as maps, and spans that they are about, by chance. */
final class RandomPolicies {
    private static final List<String> SIMPLE = List.of(
            "always_sample",
            "latency",
            "span_count",
            "status_code",
            "string_attribute",
            "numeric_attribute",
            "boolean_attribute",
            "trace_state",
            "traceql",
            "probabilistic",
            "rate_limiting",
            "ratio",
            "trace_flags");
    private static final List<String> NESTED = List.of("and", "drop", "not", "composite");
    private static final List<String> TEXTS = List.of("cart", "checkout", "a\nb", "", "Cart 7");
    private static final long SECOND = 1_000_000_000L;

    private final Random random;
    private int names;

    RandomPolicies(long seed) {
        random = new Random(seed);
    }

    List<Map<String, Object>> policies() {
        List<Map<String, Object>> policies = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            policies.add(policy(2));
        }
        return policies;
    }

    private Map<String, Object> policy(int depth) {
        boolean nested = depth > 0 && random.nextInt(3) == 0;
        String type = one(nested ? NESTED : SIMPLE);
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("name", "p" + names++);
        policy.put("type", type);
        if (!type.equals("always_sample") && !type.equals("trace_flags")) {
            policy.put(type, section(type, depth));
        }
        return policy;
    }

    private Object section(String type, int depth) {
        long from = random.nextInt(8);
        return switch (type) {
            case "latency" ->
                random.nextBoolean()
                        ? Map.of("threshold_ms", from)
                        : Map.of("threshold_ms", from, "upper_threshold_ms", from + 2);
            case "span_count" ->
                random.nextBoolean() ? Map.of("min_spans", from) : Map.of("min_spans", 1L, "max_spans", from + 1);
            case "status_code" -> Map.of("status_codes", some("OK", "ERROR", "UNSET"));
            case "string_attribute" -> stringAttribute();
            case "numeric_attribute" ->
                Map.of(
                        "key",
                        key(),
                        "min_value",
                        from,
                        "max_value",
                        from + random.nextInt(4),
                        "invert_match",
                        random.nextInt(3) == 0);
            case "boolean_attribute" ->
                Map.of("key", key(), "value", random.nextBoolean(), "invert_match", random.nextInt(3) == 0);
            case "trace_state" -> Map.of("key", one(List.of("a", "b")), "values", some("1", "2", "1=1"));
            case "traceql" -> "{ status = error && resource.service.name = \"cart\" }";
            case "probabilistic" ->
                random.nextBoolean()
                        ? Map.of("sampling_percentage", random.nextInt(101) / 1.0)
                        : Map.of("sampling_percentage", 12.5 * random.nextInt(9), "hash_salt", "salt " + from);
            case "ratio" -> Map.of("probability", one(List.of(1.0, 0.5, 0.25, 0.0625)));
            case "rate_limiting" ->
                random.nextBoolean()
                        ? Map.of("spans_per_second", from)
                        : Map.of("spans_per_second", from, "burst_capacity", from + 1 + random.nextInt(9));
            case "and" -> Map.of("and_sub_policy", List.of(policy(depth - 1), policy(depth - 1)));
            case "drop" -> Map.of("drop_sub_policy", List.of(policy(depth - 1)));
            case "not" -> Map.of("not_sub_policy", policy(depth - 1));
            default -> composite(depth);
        };
    }

    private Map<String, Object> stringAttribute() {
        boolean patterns = random.nextBoolean();
        return Map.of(
                "key",
                key(),
                "values",
                patterns ? some("ar", "^c.*t$", "a.b", "[0-9]", "x*") : some("cart", "a\nb", "7"),
                "enabled_regex_matching",
                patterns,
                "cache_max_size",
                10,
                "invert_match",
                random.nextInt(3) == 0);
    }

    private Map<String, Object> composite(int depth) {
        Map<String, Object> first = policy(depth - 1);
        Map<String, Object> second = policy(depth - 1);
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("max_total_spans_per_second", 2L * random.nextInt(12));
        section.put(
                "policy_order",
                random.nextBoolean()
                        ? List.of(first.get("name"), second.get("name"))
                        : List.of(second.get("name"), first.get("name")));
        section.put("composite_sub_policy", List.of(first, second));
        section.put("rate_allocation", List.of(Map.of("policy", first.get("name"), "percent", 50)));
        return section;
    }

    /** Returns blocks that come some seconds after each other, of spans of a few traces. */
    List<ModelBlock> blocks() {
        List<ModelBlock> blocks = new ArrayList<>();
        long seconds = 1_000;
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            seconds += random.nextInt(5) - 1;
            List<ModelSpan> spans = new ArrayList<>();
            for (int j = random.nextInt(20); j > 0; j--) {
                spans.add(span(1 + random.nextInt(6) + 3L * blocks.size()));
            }
            if (!spans.isEmpty()) {
                blocks.add(new ModelBlock(seconds * SECOND, spans));
            }
        }
        return blocks;
    }

    private ModelSpan span(long trace) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            attributes.put("k1", random.nextInt(3) == 0 ? List.of(value(), value()) : value());
        }
        if (random.nextInt(3) == 0) {
            attributes.put("service.name", one(TEXTS));
        }
        long start = SECOND + 1_000_000L * random.nextInt(5);
        return new ModelSpan(
                trace,
                start,
                start + 500_000L * random.nextInt(14),
                one(List.of(SpanStatus.values())),
                attributes,
                one(List.of("cart", "checkout", "other")),
                one(List.of("", "a=1", "b=2,a=1=1", "c=1", "ot=rv:d29d6a7215ced0", "ot=rv:4000000000000f")));
    }

    private Object value() {
        return switch (random.nextInt(4)) {
            case 0 -> one(TEXTS);
            case 1 -> (long) random.nextInt(10);
            case 2 -> random.nextInt(20) / 2.0;
            default -> random.nextBoolean();
        };
    }

    int number(int below) {
        return random.nextInt(below);
    }

    private String key() {
        return one(List.of("k1", "service.name", "missing"));
    }

    private List<Object> some(String... values) {
        List<Object> some = new ArrayList<>();
        for (String value : values) {
            if (random.nextBoolean()) {
                some.add(value);
            }
        }
        return some.isEmpty() ? List.of(values[0]) : some;
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
