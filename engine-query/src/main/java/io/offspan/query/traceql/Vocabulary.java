package io.offspan.query.traceql;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The words of TraceQL, those that are answered and those that are not. */
final class Vocabulary {
    static final Map<String, AttributeScope> SCOPES = Map.of(
            "span", AttributeScope.SPAN,
            "resource", AttributeScope.RESOURCE,
            "event", AttributeScope.EVENT,
            "link", AttributeScope.LINK,
            "instrumentation", AttributeScope.INSTRUMENTATION);

    static final Map<String, Intrinsic> INTRINSICS = intrinsics();
    static final Map<String, Operand> CONSTANTS = constants();

    /** Fields that nobody answers. */
    static final Set<String> FOREIGN_FIELDS = Set.of("parent");

    static final Set<String> AGGREGATES = Set.of("count", "avg", "min", "max", "sum");
    static final Set<String> METRICS = Set.of(
            "rate",
            "count_over_time",
            "sum_over_time",
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "quantile_over_time",
            "histogram_over_time",
            "compare",
            "topk",
            "bottomk");
    /** Functions of metrics that go behind one. */
    static final Set<String> RANKS = Set.of("topk", "bottomk");

    static final Set<String> STAGES = Set.of("select", "by", "coalesce");

    /** What a query may ask for by the way. */
    static final List<String> HINTS =
            List.of("most_recent", "sample", "span_sample", "trace_sample", "exemplars", "extrapolate", "quantile");

    /** What other languages call it. */
    private static final Map<String, String> FOREIGN =
            Map.of("and", "&&", "or", "||", "not", "!", "null", "nil", "none", "nil", "like", "=~", "in", "=~");

    private Vocabulary() {}

    private static Map<String, Intrinsic> intrinsics() {
        Map<String, Intrinsic> words = new TreeMap<>();
        for (Intrinsic intrinsic : Intrinsic.values()) {
            if (intrinsic != Intrinsic.SERVICE) {
                words.put(intrinsic.toString(), intrinsic);
            }
        }
        for (Intrinsic bare : List.of(
                Intrinsic.NAME, Intrinsic.KIND, Intrinsic.STATUS, Intrinsic.STATUS_MESSAGE, Intrinsic.DURATION)) {
            words.put("span:" + bare, bare);
        }
        words.put("rootName", Intrinsic.TRACE_ROOT_NAME);
        words.put("rootServiceName", Intrinsic.TRACE_ROOT_SERVICE);
        words.put("traceDuration", Intrinsic.TRACE_DURATION);
        words.put("childCount", Intrinsic.CHILD_COUNT);
        return words;
    }

    private static Map<String, Operand> constants() {
        Map<String, Operand> words = new TreeMap<>();
        for (SpanStatus status : SpanStatus.values()) {
            words.put(status.toString(), new Operand.OfStatus(status));
        }
        for (SpanKind kind : SpanKind.values()) {
            words.put(kind.toString(), new Operand.OfKind(kind));
        }
        words.put("true", new Operand.Truth(true));
        words.put("false", new Operand.Truth(false));
        words.put("minInt", new Operand.Whole(Long.MIN_VALUE));
        words.put("maxInt", new Operand.Whole(Long.MAX_VALUE));
        return words;
    }

    /** Returns the field or constant that was probably meant by a word in a filter. */
    static @Nullable String nearestValue(String word) {
        List<String> words = new ArrayList<>(INTRINSICS.keySet());
        words.addAll(CONSTANTS.keySet());
        words.add("nil");
        return nearest(word, words);
    }

    /** Returns the stage that was probably meant by a word behind a bar. */
    static @Nullable String nearestStage(String word) {
        List<String> words = new ArrayList<>(AGGREGATES);
        words.addAll(STAGES);
        words.addAll(METRICS);
        String nearest = nearest(word, words);
        return nearest == null ? null : nearest + "(…)";
    }

    /** Returns the one of some words that differs least from another, or null when none is near. */
    static @Nullable String nearest(String word, Collection<String> words) {
        String foreign = FOREIGN.get(word.toLowerCase(java.util.Locale.ROOT));
        if (foreign != null) {
            return foreign;
        }
        String nearest = null;
        int least = Math.min(3, 1 + word.length() / 4) + 1;
        for (String candidate : words) {
            if (Math.abs(candidate.length() - word.length()) < least) {
                int distance = distance(word, candidate);
                if (distance < least || distance == least && nearest != null && candidate.compareTo(nearest) < 0) {
                    least = distance;
                    nearest = candidate;
                }
            }
        }
        return nearest;
    }

    /** Counts the letters to change, add, drop or exchange with a neighbour; the case of a letter does not count. */
    private static int distance(String one, String other) {
        int[] two = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] oldest = two;
            two = last;
            last = row;
            row = oldest;
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int same = same(one, i, other, j) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + same, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && same(one, i, other, j - 1) && same(one, i - 1, other, j)) {
                    row[j] = Math.min(row[j], two[j - 2] + 1);
                }
            }
        }
        return row[other.length()];
    }

    private static boolean same(String one, int i, String other, int j) {
        return Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
    }
}
