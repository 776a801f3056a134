package io.offspan.sample.policy;

import io.offspan.codec.span.SpanStatus;
import io.offspan.query.Query;
import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.traceql.TraceQl;
import io.offspan.sample.ratio.Threshold;
import io.offspan.sample.yaml.YamlFields;
import io.offspan.sample.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Reads policies in the shape that the tail sampling processor of collectors gave them. */
final class PolicyReader {
    /** How many policies a list may have. */
    private static final int MOST_POLICIES = 64;
    /** How many there may be in all lists together, each counted wherever it stands. */
    private static final int MOST_OF_ALL = 1_024;
    /** How many values a condition may compare with. */
    private static final int MOST_VALUES = 256;
    /** How deep policies may be nested. */
    private static final int DEEPEST = 8;

    private static final int PERCENT = 100;
    private static final long MOST_SPANS = 1_000_000_000L;
    private static final double LEAST_TARGET = 0.001;
    private static final long LEAST_WINDOW = TimeUnit.SECONDS.toNanos(1);
    private static final long DEFAULT_WINDOW = TimeUnit.SECONDS.toNanos(10);
    private static final long MOST_WINDOW = TimeUnit.HOURS.toNanos(1);
    private static final long MOST_MILLIS = 365L * 24 * 3_600_000;

    private final Conditions conditions;
    /** Reads what stands below the field that is named as the type. */
    private final Map<String, Kind> kinds = new TreeMap<>();

    private int read;

    /** How the rule of a type is read. */
    private interface Kind {
        Rule read(YamlValue section, int depth);
    }

    PolicyReader(Conditions conditions) {
        this.conditions = conditions;
        kinds.put("adaptive", (section, depth) -> adaptive(section));
        kinds.put("and", (section, depth) -> new All(nested(section, "and_sub_policy", depth), Verdict.KEEP));
        kinds.put("boolean_attribute", (section, depth) -> booleanAttribute(section));
        kinds.put("composite", this::composite);
        kinds.put("drop", (section, depth) -> new All(nested(section, "drop_sub_policy", depth), Verdict.DROP));
        kinds.put("latency", (section, depth) -> latency(section));
        kinds.put("not", this::opposite);
        kinds.put("numeric_attribute", (section, depth) -> numericAttribute(section));
        kinds.put("probabilistic", (section, depth) -> probabilistic(section));
        kinds.put("ratio", (section, depth) -> ratio(section));
        kinds.put("rate_limiting", (section, depth) -> rateLimiting(section));
        kinds.put("span_count", (section, depth) -> spanCount(section));
        kinds.put("status_code", (section, depth) -> statusCode(section));
        kinds.put("string_attribute", (section, depth) -> stringAttribute(section));
        kinds.put("trace_state", (section, depth) -> traceState(section));
        kinds.put("traceql", (section, depth) -> traceQl(section));
    }

    /** Reads a list of policies with names of their own. */
    List<Policy> policies(YamlValue list) {
        return policies(list, 1);
    }

    private List<Policy> policies(YamlValue list, int depth) {
        if (depth > DEEPEST) {
            throw list.wrong("is nested deeper than " + DEEPEST + " policies; write it flatter");
        }
        List<Policy> policies = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlValue entry : list.list(MOST_POLICIES)) {
            Policy policy = policy(entry, depth);
            if (!names.add(policy.name())) {
                throw entry.wrong("has the name '" + policy.name() + "', as another has; give each its own");
            }
            policies.add(policy);
        }
        return List.copyOf(policies);
    }

    private Policy policy(YamlValue entry, int depth) {
        if (++read > MOST_OF_ALL) {
            throw entry.wrong("is policy " + read + ", allowed are " + MOST_OF_ALL
                    + ", aliases counted where they stand; write fewer, or join some by traceql");
        }
        YamlFields fields = entry.fields();
        YamlValue name = fields.require("name");
        if (name.text().isBlank()) {
            throw name.wrong("is empty; give the policy a name, by which it is counted");
        }
        YamlValue type = fields.require("type");
        Rule rule = rule(fields, type, depth);
        fields.end();
        return new Policy(name.text(), type.text(), rule);
    }

    private Rule rule(YamlFields fields, YamlValue type, int depth) {
        String word = type.text();
        if (word.equals("always_sample")) {
            return () -> (trace, nanos) -> Verdict.KEEP;
        }
        if (word.equals("trace_flags")) {
            return anySpan(type, new Condition.SampledFlag(), false);
        }
        Kind kind = kinds.get(word);
        if (kind == null) {
            throw type.wrong("is '" + word + "', which is not known here; known are always_sample, trace_flags, "
                    + String.join(", ", kinds.keySet()) + ". What a span has to be is said by traceql in general");
        }
        YamlValue section = fields.require(word);
        try {
            return kind.read(section, depth);
        } catch (QueryException refused) {
            throw section.wrong("cannot be asked: " + refused.getMessage(), refused);
        }
    }

    private List<Policy> nested(YamlValue section, String name, int depth) {
        YamlFields fields = section.fields();
        List<Policy> policies = policies(fields.require(name), depth + 1);
        fields.end();
        return policies;
    }

    private Rule opposite(YamlValue section, int depth) {
        YamlFields fields = section.fields();
        if (depth == DEEPEST) {
            throw section.wrong("is nested deeper than " + DEEPEST + " policies; write it flatter");
        }
        Policy policy = policy(fields.require("not_sub_policy"), depth + 1);
        fields.end();
        return new Opposite(policy);
    }

    private static Rule latency(YamlValue section) {
        YamlFields fields = section.fields();
        long least = fields.require("threshold_ms").whole(0, MOST_MILLIS);
        long most = fields.whole("upper_threshold_ms", 0, 0, MOST_MILLIS);
        fields.end();
        if (most != 0 && most <= least) {
            throw section.wrong("has upper_threshold_ms " + most + ", which is no more than threshold_ms " + least
                    + "; no trace would be between them");
        }
        return new Latency(least, most);
    }

    private static Rule spanCount(YamlValue section) {
        YamlFields fields = section.fields();
        long least = fields.whole("min_spans", 0, 0, MOST_SPANS);
        long most = fields.whole("max_spans", 0, 0, MOST_SPANS);
        fields.end();
        if (most != 0 && most < least) {
            throw section.wrong(
                    "has max_spans " + most + " below min_spans " + least + "; no trace would have so many");
        }
        return new SpanCount(least, most);
    }

    private static Rule probabilistic(YamlValue section) {
        YamlFields fields = section.fields();
        double percent = fields.require("sampling_percentage").number(0, PERCENT);
        YamlValue salt = fields.get("hash_salt");
        fields.end();
        String text = salt == null ? "" : salt.text();
        return new Probabilistic(text.isEmpty() ? Probabilistic.DEFAULT_SALT : text, percent);
    }

    private Rule ratio(YamlValue section) {
        YamlFields fields = section.fields();
        double probability = fields.require("probability").number(Threshold.LEAST, 1);
        fields.end();
        conditions.askRandomness();
        return Ratio.of(probability);
    }

    private Rule adaptive(YamlValue section) {
        YamlFields fields = section.fields();
        YamlValue spans = fields.get("spans_per_second");
        YamlValue traces = fields.get("traces_per_second");
        YamlValue window = fields.get("window");
        fields.end();
        if ((spans == null) == (traces == null)) {
            throw section.wrong("has " + (spans == null ? "neither" : "both")
                    + " spans_per_second and traces_per_second; give one of them");
        }
        YamlValue target = spans == null ? traces : spans;
        long nanos = window == null ? DEFAULT_WINDOW : Durations.nanos(window, LEAST_WINDOW, MOST_WINDOW);
        conditions.askRandomness();
        return new Adaptive(Objects.requireNonNull(target).number(LEAST_TARGET, MOST_SPANS), spans != null, nanos);
    }

    private static Rule rateLimiting(YamlValue section) {
        YamlFields fields = section.fields();
        long spans = fields.require("spans_per_second").whole(0, MOST_SPANS);
        long burst = fields.whole("burst_capacity", 0, 0, 2 * MOST_SPANS);
        fields.end();
        return new RateLimiting(spans, burst == 0 ? 2 * spans : burst);
    }

    private Rule statusCode(YamlValue section) {
        YamlFields fields = section.fields();
        List<Filter> any = new ArrayList<>();
        for (YamlValue code : fields.require("status_codes").list(MOST_VALUES)) {
            any.add(Filter.status(
                    switch (code.text()) {
                        case "OK" -> SpanStatus.OK;
                        case "ERROR" -> SpanStatus.ERROR;
                        case "UNSET" -> SpanStatus.UNSET;
                        default -> throw code.wrong("is '" + code.text() + "', allowed are OK, ERROR and UNSET");
                    }));
        }
        fields.end();
        return anySpan(section, any(any), false);
    }

    private Rule stringAttribute(YamlValue section) {
        YamlFields fields = section.fields();
        String key = key(fields);
        List<YamlValue> values = fields.require("values").list(MOST_VALUES);
        boolean patterns = fields.truth("enabled_regex_matching");
        // Matches are remembered by the string of a block, so that a size of a cache has nothing to say here.
        fields.whole("cache_max_size", 0, 0, Integer.MAX_VALUE);
        boolean inverted = fields.truth("invert_match");
        fields.end();
        List<Filter> any = new ArrayList<>();
        for (YamlValue value : values) {
            String text = value.text();
            if (text.isEmpty() && !patterns) {
                throw value.wrong("is empty; an empty text is no value to a collector either, so leave it out");
            }
            any.add(patterns ? anywhere(key, value) : eachPlace(key, field -> field.equalTo(text)));
        }
        return anySpan(section, any(any), inverted);
    }

    /** Returns the filter for a pattern somewhere in a text that is not empty, as Go finds it: the point matches no line break. */
    private static Filter anywhere(String key, YamlValue value) {
        try {
            AnchoredPattern.compile(value.text());
            String pattern = "(?s:.*)(?-s:" + value.text() + ")(?s:.*)";
            return eachPlace(key, field -> field.matches(pattern).and(field.matches("(?s:.+)")));
        } catch (QueryException refused) {
            throw value.wrong("cannot be used: " + refused.getMessage(), refused);
        }
    }

    private Rule numericAttribute(YamlValue section) {
        YamlFields fields = section.fields();
        String key = key(fields);
        YamlValue least = fields.get("min_value");
        YamlValue most = fields.get("max_value");
        boolean inverted = fields.truth("invert_match");
        fields.end();
        if (least == null && most == null) {
            throw section.wrong("has neither min_value nor max_value; give one of them, or both");
        }
        long from = least == null ? Long.MIN_VALUE : least.whole(Long.MIN_VALUE, Long.MAX_VALUE);
        long to = most == null ? Long.MAX_VALUE : most.whole(Long.MIN_VALUE, Long.MAX_VALUE);
        if (from > to) {
            throw section.wrong("has min_value " + from + " above max_value " + to + "; no number is between them");
        }
        return anySpan(section, new Condition.NumberWithin(key, from, to), inverted);
    }

    private Rule booleanAttribute(YamlValue section) {
        YamlFields fields = section.fields();
        String key = key(fields);
        boolean value = fields.require("value").truth();
        boolean inverted = fields.truth("invert_match");
        fields.end();
        return anySpan(section, eachPlace(key, field -> field.equalTo(value)), inverted);
    }

    private Rule traceState(YamlValue section) {
        YamlFields fields = section.fields();
        String key = key(fields);
        Set<String> values = new HashSet<>();
        for (YamlValue value : fields.require("values").list(MOST_VALUES)) {
            if (value.text().isEmpty() || key.length() + value.text().length() >= 256) {
                throw value.wrong("can be no value: an entry of a trace state has 1 to 256 characters with its key");
            }
            values.add(value.text());
        }
        fields.end();
        return anySpan(section, new Condition.TraceStateEntry(key, Set.copyOf(values)), false);
    }

    private Rule traceQl(YamlValue section) {
        Pipeline pipeline = TraceQl.parse(section.text());
        Query.of(pipeline).matcher();
        return anySpan(section, new Condition.Question(pipeline), false);
    }

    private Rule composite(YamlValue section, int depth) {
        YamlFields fields = section.fields();
        long most = fields.require("max_total_spans_per_second").whole(0, MOST_SPANS);
        YamlValue list = fields.require("composite_sub_policy");
        List<Policy> policies = policies(list, depth + 1);
        YamlValue order = fields.get("policy_order");
        YamlValue allocation = fields.get("rate_allocation");
        fields.end();
        Map<String, Policy> byName = new TreeMap<>();
        policies.forEach(policy -> byName.put(policy.name(), policy));
        List<Policy> ordered = order == null ? policies : ordered(order, byName);
        return new Composite(most, new Allocation(allocation, byName.keySet()).parts(ordered, most));
    }

    private static List<Policy> ordered(YamlValue order, Map<String, Policy> byName) {
        List<Policy> ordered = new ArrayList<>();
        for (YamlValue name : order.list(MOST_POLICIES)) {
            Policy policy = byName.get(name.text());
            if (policy == null || ordered.contains(policy)) {
                throw name.wrong("is '" + name.text() + "', which is " + (policy == null ? "none" : "named before")
                        + "; name each of composite_sub_policy once: " + String.join(", ", byName.keySet()));
            }
            ordered.add(policy);
        }
        if (ordered.size() < byName.size()) {
            throw order.wrong("names " + ordered.size() + " of " + byName.size()
                    + " policies; name each of composite_sub_policy once: " + String.join(", ", byName.keySet()));
        }
        return ordered;
    }

    private static String key(YamlFields fields) {
        YamlValue key = fields.require("key");
        if (key.text().isEmpty()) {
            throw key.wrong("is empty; name an attribute or entry");
        }
        return key.text();
    }

    private interface Compared {
        Filter with(Field field);
    }

    /** Asks for an attribute of the span or of its resource, each by itself. */
    private static Filter eachPlace(String key, Compared compared) {
        return compared.with(Filter.spanAttribute(key)).or(compared.with(Filter.resourceAttribute(key)));
    }

    private static Filter any(List<Filter> filters) {
        Filter any = filters.get(0);
        for (Filter filter : filters.subList(1, filters.size())) {
            any = any.or(filter);
        }
        return any;
    }

    private Rule anySpan(YamlValue section, Filter filter, boolean inverted) {
        return anySpan(section, new Condition.Question(Pipeline.of(filter)), inverted);
    }

    private Rule anySpan(YamlValue section, Condition condition, boolean inverted) {
        int number = conditions.number(condition);
        if (number < 0) {
            throw section.wrong("is condition " + (Conditions.MOST + 1) + ", allowed are " + Conditions.MOST
                    + "; join some by traceql");
        }
        return new AnySpan(number, inverted);
    }
}
