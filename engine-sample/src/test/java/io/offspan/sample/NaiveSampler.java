package io.offspan.sample;

import io.offspan.codec.span.SpanStatus;
import io.offspan.sample.policy.Verdict;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Decides about traces as {@link TailSampler} has to, by lists of spans and policies as maps, with a thought for nothing but being right. */
final class NaiveSampler {
    private static final long SECOND = 1_000_000_000L;
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private final List<Map<String, Object>> policies;
    private final long wait;
    private final int mostWaiting;
    private final Map<Long, List<ModelSpan>> waiting = new LinkedHashMap<>();
    private final Map<Long, Long> arrivals = new HashMap<>();
    /** Of each rate: what is left, and when that was; of each composite: the second, and what its parts used in it. */
    private final Map<Object, double[]> memory = new IdentityHashMap<>();

    final Map<Long, Boolean> decisions = new LinkedHashMap<>();
    final long[][] keeps;
    final long[][] drops;
    long early;
    long lateKept;
    long lateDropped;
    private long now;
    private long last;
    private long setBack;

    NaiveSampler(List<Map<String, Object>> policies, long wait, int mostWaiting) {
        this.policies = policies;
        this.wait = wait;
        this.mostWaiting = mostWaiting;
        keeps = new long[policies.size()][2];
        drops = new long[policies.size()][2];
    }

    void take(ModelBlock block) {
        setBack += Math.max(0, last - block.arrival());
        last = block.arrival();
        now = Math.max(now, last + setBack);
        for (long trace : List.copyOf(waiting.keySet())) {
            if (arrivals.get(trace) + wait <= now) {
                decide(trace, arrivals.get(trace) + wait);
            }
        }
        for (ModelSpan span : block.spans()) {
            Boolean decided = decisions.get(span.trace());
            if (decided != null) {
                lateKept += decided ? 1 : 0;
                lateDropped += decided ? 0 : 1;
                continue;
            }
            if (!waiting.containsKey(span.trace())) {
                if (waiting.size() == mostWaiting) {
                    early++;
                    decide(waiting.keySet().iterator().next(), now);
                }
                arrivals.put(span.trace(), now);
            }
            waiting.computeIfAbsent(span.trace(), trace -> new ArrayList<>()).add(span);
        }
    }

    void end() {
        for (long trace : List.copyOf(waiting.keySet())) {
            decide(trace, Math.max(now, arrivals.get(trace) + wait));
        }
    }

    private void decide(long trace, long nanos) {
        List<ModelSpan> spans = waiting.remove(trace);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            Verdict verdict = verdict(policies.get(i), spans, nanos);
            verdicts.add(verdict);
            count(keeps[i], verdict == Verdict.KEEP || verdict == Verdict.INVERTED_KEEP, spans);
            count(drops[i], verdict == Verdict.DROP || verdict == Verdict.INVERTED_LEAVE, spans);
        }
        boolean keep;
        if (verdicts.contains(Verdict.DROP) || verdicts.contains(Verdict.INVERTED_LEAVE)) {
            keep = false;
        } else if (verdicts.contains(Verdict.KEEP)) {
            keep = true;
        } else {
            keep = verdicts.contains(Verdict.INVERTED_KEEP) && !verdicts.contains(Verdict.LEAVE);
        }
        decisions.put(trace, keep);
    }

    private static void count(long[] amount, boolean counts, List<ModelSpan> spans) {
        amount[0] += counts ? 1 : 0;
        amount[1] += counts ? spans.size() : 0;
    }

    private Verdict verdict(Map<String, Object> policy, List<ModelSpan> spans, long nanos) {
        String type = (String) policy.get("type");
        Map<String, Object> section = policy.get(type) instanceof Map<?, ?> ? map(policy.get(type)) : Map.of();
        return switch (type) {
            case "always_sample" -> Verdict.KEEP;
            case "latency" -> plain(latency(section, spans));
            case "span_count" -> plain(spanCount(section, spans.size()));
            case "status_code" -> {
                List<Object> codes = list(section, "status_codes");
                yield plain(spans.stream()
                        .anyMatch(span -> codes.contains(span.status().name())));
            }
            case "string_attribute" -> inverted(section, any(section, spans, texts(section)));
            case "numeric_attribute" -> inverted(section, any(section, spans, value -> isWithin(section, value)));
            case "boolean_attribute" -> inverted(section, any(section, spans, section.get("value")::equals));
            case "trace_state" -> plain(spans.stream().anyMatch(span -> hasEntry(section, span.state())));
            case "traceql" ->
                plain(spans.stream()
                        .anyMatch(span -> span.status() == SpanStatus.ERROR
                                && span.service().equals("cart")));
            case "probabilistic" -> plain(probabilistic(section, spans.get(0).trace()));
            case "trace_flags" -> plain(spans.stream().anyMatch(span -> span.start() / 1_000_000 % 2 == 0));
            case "ratio" -> plain(isWithin(((Number) section.get("probability")).doubleValue(), spans));
            case "rate_limiting" -> plain(rate(section, spans.size(), nanos));
            case "and" -> all(list(section, "and_sub_policy"), spans, nanos) ? Verdict.KEEP : Verdict.LEAVE;
            case "drop" -> all(list(section, "drop_sub_policy"), spans, nanos) ? Verdict.DROP : Verdict.LEAVE;
            case "not" -> {
                Verdict other = verdict(map(section.get("not_sub_policy")), spans, nanos);
                yield other == Verdict.KEEP ? Verdict.LEAVE : other == Verdict.LEAVE ? Verdict.KEEP : other;
            }
            case "composite" -> plain(composite(section, spans, nanos));
            default -> throw new AssertionError(type);
        };
    }

    private static Verdict plain(boolean keep) {
        return keep ? Verdict.KEEP : Verdict.LEAVE;
    }

    private static Verdict inverted(Map<String, Object> section, boolean met) {
        if (!Boolean.TRUE.equals(section.get("invert_match"))) {
            return plain(met);
        }
        return met ? Verdict.INVERTED_LEAVE : Verdict.INVERTED_KEEP;
    }

    private static boolean latency(Map<String, Object> section, List<ModelSpan> spans) {
        long start = spans.stream().mapToLong(ModelSpan::start).min().orElseThrow();
        long end = spans.stream().mapToLong(ModelSpan::end).max().orElseThrow();
        long millis = (end - start) / 1_000_000;
        long least = number(section, "threshold_ms", 0);
        long most = number(section, "upper_threshold_ms", 0);
        return most == 0 ? millis >= least : least < millis && millis <= most;
    }

    private static boolean spanCount(Map<String, Object> section, long spans) {
        long most = number(section, "max_spans", 0);
        return spans >= number(section, "min_spans", 0) && (most == 0 || spans <= most);
    }

    private static boolean any(Map<String, Object> section, List<ModelSpan> spans, Predicate<Object> test) {
        String key = (String) section.get("key");
        return spans.stream().flatMap(span -> span.values(key).stream()).anyMatch(test);
    }

    private static Predicate<Object> texts(Map<String, Object> section) {
        boolean patterns = Boolean.TRUE.equals(section.get("enabled_regex_matching"));
        return value -> value instanceof String text
                && !text.isEmpty()
                && list(section, "values").stream()
                        .anyMatch(wanted -> patterns
                                ? Pattern.compile((String) wanted).matcher(text).find()
                                : wanted.equals(text));
    }

    private static boolean isWithin(Map<String, Object> section, Object value) {
        return value instanceof Number number
                && number.doubleValue() >= number(section, "min_value", Long.MIN_VALUE)
                && number.doubleValue() <= number(section, "max_value", Long.MAX_VALUE);
    }

    private static boolean hasEntry(Map<String, Object> section, String state) {
        return list(section, "values").stream()
                .anyMatch(value -> Arrays.asList(state.split(",")).contains(section.get("key") + "=" + value));
    }

    private static boolean probabilistic(Map<String, Object> section, long trace) {
        Object salt = section.getOrDefault("hash_salt", "default-hash-seed");
        StringBuilder text = new StringBuilder((String) salt);
        for (long half : new long[] {0x1111, trace}) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                text.append((char) (half >>> shift & 0xff));
            }
        }
        BigInteger hash = new BigInteger("cbf29ce484222325", 16);
        for (byte each : text.toString().getBytes(StandardCharsets.ISO_8859_1)) {
            hash = hash.xor(BigInteger.valueOf(each & 0xff))
                    .multiply(new BigInteger("100000001b3", 16))
                    .mod(TWO_TO_64);
        }
        double share = ((Number) section.get("sampling_percentage")).doubleValue() / 100;
        return hash.doubleValue() < share * 0x1p64 || share == 1;
    }

    private static boolean isWithin(double probability, List<ModelSpan> spans) {
        String named = spans.stream()
                .map(ModelSpan::state)
                .filter(state -> state.startsWith("ot=rv:"))
                .findFirst()
                .orElse("ot=rv:" + String.format("%014x", spans.get(0).trace()));
        long randomness = Long.parseLong(named.substring("ot=rv:".length()), 16);
        return randomness / 0x1p56 >= 1 - probability;
    }

    private boolean rate(Map<String, Object> section, long spans, long nanos) {
        long perSecond = number(section, "spans_per_second", 0);
        long burst = number(section, "burst_capacity", 2 * perSecond);
        double[] bucket = memory.computeIfAbsent(section, any -> new double[] {burst, nanos});
        bucket[0] = Math.min(burst, bucket[0] + (nanos - bucket[1]) / SECOND * perSecond);
        bucket[1] = nanos;
        if (spans > bucket[0]) {
            return false;
        }
        bucket[0] -= spans;
        return true;
    }

    private boolean all(List<Object> sub, List<ModelSpan> spans, long nanos) {
        for (Object policy : sub) {
            Verdict said = verdict(map(policy), spans, nanos);
            if (said == Verdict.LEAVE || said == Verdict.INVERTED_LEAVE) {
                return false;
            }
        }
        return true;
    }

    private boolean composite(Map<String, Object> section, List<ModelSpan> spans, long nanos) {
        List<Object> sub = list(section, "composite_sub_policy");
        long most = number(section, "max_total_spans_per_second", 0);
        double[] used = memory.computeIfAbsent(section, any -> new double[sub.size() + 1]);
        if (used[sub.size()] != nanos / SECOND) {
            Arrays.fill(used, 0);
            used[sub.size()] = nanos / SECOND;
        }
        for (Object name : list(section, "policy_order")) {
            int at = indexOf(sub, name);
            Verdict said = verdict(map(sub.get(at)), spans, nanos);
            if (said == Verdict.KEEP || said == Verdict.INVERTED_KEEP) {
                // The tests give half of it to the first, so that the others share the other half.
                double percent = at == 0 ? 50 : 50.0 / (sub.size() - 1);
                if (used[at] + spans.size() > (long) (percent * most / 100)) {
                    return false;
                }
                used[at] += spans.size();
                return true;
            }
        }
        return false;
    }

    private static int indexOf(List<Object> policies, Object name) {
        for (int i = 0; i < policies.size(); i++) {
            if (map(policies.get(i)).get("name").equals(name)) {
                return i;
            }
        }
        throw new AssertionError(name);
    }

    private static long number(Map<String, Object> section, String key, long missing) {
        Object value = section.get(key);
        return value == null ? missing : ((Number) value).longValue();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Map<String, Object> section, String key) {
        return (List<Object>) section.get(key);
    }
}
