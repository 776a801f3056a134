package io.offspan.query;

import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Contrast;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricFunction;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.MetricsQuery.QuantileRule;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Sampling;
import io.offspan.query.discover.ValueOrder;
import io.offspan.query.series.Label;
import io.offspan.query.series.Steps;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What a metric means, said with maps from labels to numbers by the time at which an interval ends. */
final class NaiveSeries {
    private final NaiveTraces traces;
    private final Steps steps;
    private final QuantileRule rule;

    NaiveSeries(NaiveTraces traces, Steps steps, QuantileRule rule) {
        this.traces = traces;
        this.steps = steps;
        this.rule = rule;
    }

    /** Returns the numbers by labels and interval; series without any are not there. */
    static Map<List<Label>, Map<Integer, Double>> answer(NaiveTraces traces, MetricsQuery query, Steps steps) {
        return new NaiveSeries(traces, steps, query.quantiles()).series(query.metric());
    }

    private Map<List<Label>, Map<Integer, Double>> series(Metric metric) {
        Map<List<Label>, Map<Integer, Double>> found = all(metric);
        found.values().forEach(values -> values.values().removeIf(value -> Double.isNaN(value)));
        found.entrySet()
                .removeIf(series -> series.getValue().isEmpty()
                        && !series.getKey().get(0).key().equals("__meta_error"));
        return found;
    }

    private Map<List<Label>, Map<Integer, Double>> all(Metric metric) {
        if (metric instanceof Sampling sampling) {
            return sampled(sampling);
        }
        if (metric instanceof Contrast contrast) {
            return compared(contrast);
        }
        if (metric instanceof Metric.Threshold threshold) {
            Map<List<Label>, Map<Integer, Double>> of = series(threshold.of());
            double seconds = threshold.number() instanceof Operand.Whole whole && whole.duration()
                    ? whole.value() / 1e9
                    : number(threshold.number());
            of.values()
                    .forEach(values -> values.values().removeIf(value -> !holds(value, threshold.operator(), seconds)));
            return of;
        }
        if (metric instanceof Metric.Ranked ranked) {
            return ranked(series(ranked.of()), ranked);
        }
        return calculated((Metric.Calculated) metric);
    }

    private static double number(Operand operand) {
        return operand instanceof Operand.Whole whole ? whole.value() : ((Operand.Fraction) operand).value();
    }

    private static boolean holds(double value, Operator operator, double number) {
        return NaiveExpressions.holds(operator, Double.compare(value + 0.0, number + 0.0));
    }

    private Map<List<Label>, Map<Integer, Double>> ranked(
            Map<List<Label>, Map<Integer, Double>> of, Metric.Ranked ranked) {
        for (int i = 0; i < steps.count(); i++) {
            int at = i;
            List<Double> values = of.values().stream()
                    .map(each -> each.get(at))
                    .filter(Objects::nonNull)
                    .sorted()
                    .collect(Collectors.toCollection(ArrayList::new));
            if (ranked.greatest()) {
                Collections.reverse(values);
            }
            if (values.size() <= ranked.most()) {
                continue;
            }
            double last = values.get(ranked.most() - 1);
            long room = ranked.most()
                    - values.stream()
                            .filter(value -> value != last && better(value, last, ranked))
                            .count();
            for (List<Label> labels :
                    of.keySet().stream().sorted(NaiveSeries::order).toList()) {
                Double value = of.get(labels).get(at);
                if (value == null || better(value, last, ranked) && value != last) {
                    continue;
                }
                if (value != last || room-- <= 0) {
                    of.get(labels).remove(at);
                }
            }
        }
        return of;
    }

    private static boolean better(double value, double last, Metric.Ranked ranked) {
        return ranked.greatest() ? value > last : value < last;
    }

    private static int order(List<Label> one, List<Label> other) {
        int order = Integer.compare(one.size(), other.size());
        for (int i = 0; i < one.size() && order == 0; i++) {
            order = one.get(i).key().compareTo(other.get(i).key());
            order = order == 0
                    ? ValueOrder.compare(one.get(i).value(), other.get(i).value())
                    : order;
        }
        return order;
    }

    private Map<List<Label>, Map<Integer, Double>> calculated(Metric.Calculated metric) {
        if (metric.left() instanceof Metric.Fixed number) {
            return mapped(series(metric.right()), value -> apply(number(number.value()), metric.operation(), value));
        }
        if (metric.right() instanceof Metric.Fixed number) {
            return mapped(series(metric.left()), value -> apply(value, metric.operation(), number(number.value())));
        }
        Map<List<Label>, Map<Integer, Double>> left = series(metric.left());
        Map<List<Label>, Map<Integer, Double>> right = series(metric.right());
        Map<List<Label>, Map<Integer, Double>> found = new LinkedHashMap<>();
        left.forEach((labels, values) -> right.forEach((others, numbers) -> {
            boolean alone = left.size() == 1 && plain(labels).isEmpty();
            boolean otherAlone = right.size() == 1 && plain(others).isEmpty();
            List<Label> joined;
            if (alone && otherAlone) {
                boolean named = !labels.isEmpty() && !others.isEmpty();
                joined = named
                        ? List.of(new Label(
                                "__name__",
                                Value.of("(" + labels.get(0).value() + " " + metric.operation() + " "
                                        + others.get(0).value() + ")")))
                        : List.of();
            } else if (alone || otherAlone) {
                joined = alone ? others : labels;
            } else if (plain(labels).equals(plain(others))) {
                joined = plain(labels);
            } else {
                return;
            }
            Map<Integer, Double> both = new TreeMap<>();
            values.forEach((at, value) -> {
                if (numbers.containsKey(at)) {
                    both.put(at, apply(value, metric.operation(), numbers.get(at)));
                }
            });
            found.put(joined, both);
        }));
        return found;
    }

    private static List<Label> plain(List<Label> labels) {
        return labels.stream().filter(label -> !label.key().equals("__name__")).toList();
    }

    private static Map<List<Label>, Map<Integer, Double>> mapped(
            Map<List<Label>, Map<Integer, Double>> series, UnaryOperator<Double> change) {
        series.values().forEach(values -> values.replaceAll((at, value) -> change.apply(value)));
        return series;
    }

    private static double apply(double left, Operation operation, double right) {
        return switch (operation) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            default -> right == 0 ? Double.NaN : left / right;
        };
    }

    /** Counts, of every field that any span has, the spans of each side by interval. */
    private Map<List<Label>, Map<Integer, Double>> compared(Contrast contrast) {
        Map<Field, Map<Value, Map<String, Map<Integer, Double>>>> counts = new LinkedHashMap<>();
        NaiveEvaluator filters = new NaiveEvaluator(traces);
        traces.answer(contrast.spans()).stream().flatMap(Collection::stream).forEach(span -> {
            long start = span.span().getStartTimeUnixNano();
            int interval = steps.intervalOf(start);
            if (interval < 0) {
                return;
            }
            boolean inTime = contrast.fromNanos() < 0 || start > contrast.fromNanos() && start <= contrast.toNanos();
            String side = inTime && filters.passes(contrast.selection(), span) ? "selection" : "baseline";
            for (Field field : fields(span)) {
                Value value = value(field, span);
                if (value != null) {
                    counts.computeIfAbsent(field, key -> new LinkedHashMap<>())
                            .computeIfAbsent(value, key -> new LinkedHashMap<>())
                            .computeIfAbsent(side, key -> new TreeMap<>())
                            .merge(interval, 1.0, Double::sum);
                }
            }
        });
        Map<List<Label>, Map<Integer, Double>> found = new LinkedHashMap<>();
        counts.forEach((field, values) -> {
            for (String side : List.of("baseline", "selection")) {
                Map<Integer, Double> total = new TreeMap<>();
                values.values().stream()
                        .map(sides -> sides.getOrDefault(side, Map.of()))
                        .forEach(each -> each.forEach((at, count) -> total.merge(at, count, Double::sum)));
                tell(side + "_total", field, null, total, found);
                List<Value> order = values.keySet().stream()
                        .filter(value -> values.get(value).containsKey(side))
                        .sorted(ValueOrder::compare)
                        .collect(Collectors.toCollection(ArrayList::new));
                order.sort((one, other) -> Double.compare(
                        sum(values.get(other).get(side)), sum(values.get(one).get(side))));
                order.stream()
                        .limit(contrast.values())
                        .forEach(value ->
                                tell(side, field, value, values.get(value).get(side), found));
                if (order.size() > contrast.values()) {
                    Label error = new Label("__meta_error", Value.of("__too_many_values__"));
                    found.put(List.of(error, new Label(field.toString(), null)), new TreeMap<>());
                }
            }
        });
        return found;
    }

    private static double sum(Map<Integer, Double> counts) {
        return counts.values().stream().mapToDouble(count -> count).sum();
    }

    private void tell(
            String type,
            Field field,
            Value value,
            Map<Integer, Double> counts,
            Map<List<Label>, Map<Integer, Double>> into) {
        if (!counts.isEmpty()) {
            Map<Integer, Double> all = new TreeMap<>(counts);
            for (int i = 0; i < steps.count(); i++) {
                all.putIfAbsent(i, 0.0);
            }
            into.put(List.of(new Label("__meta_type", Value.of(type)), new Label(field.toString(), value)), all);
        }
    }

    private static Set<Field> fields(ModelSpan span) {
        Set<Field> fields = new LinkedHashSet<>(List.of(
                Intrinsic.NAME,
                Intrinsic.KIND,
                Intrinsic.STATUS,
                Intrinsic.STATUS_MESSAGE,
                Intrinsic.SCOPE_NAME,
                Intrinsic.SCOPE_VERSION,
                Intrinsic.EVENT_NAME,
                Intrinsic.SERVICE));
        add(AttributeScope.SPAN, span.span().getAttributesList(), fields);
        add(AttributeScope.RESOURCE, span.resource().getAttributesList(), fields);
        add(AttributeScope.INSTRUMENTATION, span.scope().getAttributesList(), fields);
        span.span().getEventsList().forEach(event -> add(AttributeScope.EVENT, event.getAttributesList(), fields));
        span.span().getLinksList().forEach(link -> add(AttributeScope.LINK, link.getAttributesList(), fields));
        return fields;
    }

    private static void add(AttributeScope scope, List<KeyValue> attributes, Set<Field> to) {
        for (KeyValue attribute : attributes) {
            if (scope != AttributeScope.RESOURCE || !attribute.getKey().equals("service.name")) {
                to.add(new Attribute(scope, attribute.getKey()));
            }
        }
    }

    private Map<List<Label>, Map<Integer, Double>> sampled(Sampling sampling) {
        Map<List<Label>, Map<Integer, List<ModelSpan>>> groups = new LinkedHashMap<>();
        traces.answer(sampling.spans()).stream().flatMap(Collection::stream).forEach(span -> {
            long start = span.span().getStartTimeUnixNano();
            for (int i = 0; i < steps.count(); i++) {
                long from = steps.fromNanos() + i * steps.stepNanos();
                boolean counts = sampling.of() == null || traces.number(sampling.of(), span) != null;
                if (start >= 0 && start > from && start <= from + steps.stepNanos() && counts) {
                    groups.computeIfAbsent(labels(sampling, span), labels -> new TreeMap<>())
                            .computeIfAbsent(i, at -> new ArrayList<>())
                            .add(span);
                }
            }
        });
        Map<List<Label>, Map<Integer, Double>> found = new LinkedHashMap<>();
        groups.forEach((labels, byInterval) -> {
            for (int i = 0; i < steps.count(); i++) {
                int at = i;
                values(sampling, byInterval.getOrDefault(i, List.of())).forEach((more, value) -> {
                    List<Label> all = new ArrayList<>(labels);
                    all.addAll(more);
                    found.computeIfAbsent(all, key -> new TreeMap<>()).put(at, value);
                });
            }
        });
        if (sampling.function() == MetricFunction.HISTOGRAM_OVER_TIME) {
            // What has spans in one interval has none in others.
            found.values().forEach(values -> {
                for (int i = 0; i < steps.count(); i++) {
                    values.putIfAbsent(i, 0.0);
                }
            });
        }
        return found;
    }

    private List<Label> labels(Sampling sampling, ModelSpan span) {
        List<Label> labels = new ArrayList<>();
        for (Field field : sampling.by()) {
            Value value = value(field, span);
            if (value != null) {
                labels.add(new Label(field.toString().replace("trace:root", "root"), value));
            }
        }
        if (labels.isEmpty() && !sampling.by().isEmpty()) {
            labels.add(new Label(sampling.by().get(0).toString().replace("trace:root", "root"), null));
        }
        boolean named = sampling.function() != MetricFunction.QUANTILE_OVER_TIME
                && sampling.function() != MetricFunction.HISTOGRAM_OVER_TIME;
        if (sampling.by().isEmpty() && named) {
            labels.add(new Label("__name__", Value.of(sampling.function().toString())));
        }
        return labels;
    }

    private Value value(Field field, ModelSpan span) {
        if (field == Intrinsic.KIND) {
            int code = span.span().getKindValue();
            return Value.of(code < SpanKind.values().length ? SpanKind.values()[code].toString() : "" + code);
        }
        if (field == Intrinsic.STATUS) {
            int code = span.span().getStatus().getCodeValue();
            return Value.of(code < SpanStatus.values().length ? SpanStatus.values()[code].toString() : "" + code);
        }
        return traces.firstValue(field, span);
    }

    private Map<List<Label>, Double> values(Sampling sampling, List<ModelSpan> spans) {
        boolean seconds = sampling.of() instanceof Intrinsic field && field.isDuration();
        List<Number> numbers = sampling.of() == null
                ? List.of()
                : spans.stream().map(span -> traces.number(sampling.of(), span)).toList();
        double unit = seconds ? 1e9 : 1;
        return switch (sampling.function()) {
            case RATE -> Map.of(List.of(), spans.size() / (steps.stepNanos() / 1e9));
            case COUNT_OVER_TIME -> Map.of(List.of(), (double) spans.size());
            case MIN_OVER_TIME ->
                Map.of(
                        List.of(),
                        numbers.stream().mapToDouble(Number::doubleValue).min().orElse(Double.NaN) / unit);
            case MAX_OVER_TIME ->
                Map.of(
                        List.of(),
                        numbers.stream().mapToDouble(Number::doubleValue).max().orElse(Double.NaN) / unit);
            case SUM_OVER_TIME -> Map.of(List.of(), sum(numbers, seconds));
            case AVG_OVER_TIME -> Map.of(List.of(), sum(numbers, seconds) / numbers.size());
            case HISTOGRAM_OVER_TIME -> {
                Map<List<Label>, Double> buckets = new LinkedHashMap<>();
                powers(numbers)
                        .forEach(power -> buckets.merge(
                                List.of(new Label("__bucket", Value.of(Math.pow(2, power) / unit))), 1.0, Double::sum));
                yield buckets;
            }
            case QUANTILE_OVER_TIME -> {
                Map<List<Label>, Double> quantiles = new LinkedHashMap<>();
                for (double quantile : sampling.quantiles()) {
                    double value =
                            rule == QuantileRule.EXACT ? exact(quantile, numbers) : between(quantile, powers(numbers));
                    quantiles.put(List.of(new Label("p", Value.of(quantile))), value / unit);
                }
                yield quantiles;
            }
        };
    }

    private static double sum(List<Number> numbers, boolean seconds) {
        if (numbers.isEmpty()) {
            return Double.NaN;
        }
        double plain = numbers.stream().mapToDouble(Number::doubleValue).reduce(0, Double::sum);
        if (!Double.isFinite(plain)) {
            return plain;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Number number : numbers) {
            sum = sum.add(
                    number instanceof Double fraction ? new BigDecimal(fraction) : new BigDecimal(number.longValue()));
        }
        return sum.doubleValue() / (seconds ? 1e9 : 1);
    }

    private static double exact(double quantile, List<Number> numbers) {
        List<Double> sorted = numbers.stream().map(Number::doubleValue).sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.max(1, Math.ceil(quantile * sorted.size())) - 1);
    }

    /** The least powers of two that whole numbers do not exceed, ascending. */
    private static List<Integer> powers(List<Number> numbers) {
        return numbers.stream()
                .filter(number -> !(number instanceof Double) && number.longValue() >= 2)
                .map(number -> new BigDecimal(number.longValue())
                        .toBigInteger()
                        .subtract(BigInteger.ONE)
                        .bitLength())
                .sorted()
                .toList();
    }

    private static double between(double quantile, List<Integer> powers) {
        if (powers.isEmpty()) {
            return Double.NaN;
        }
        int rank = (int) Math.max(1, Math.ceil(quantile * powers.size()));
        int power = powers.get(rank - 1);
        List<Integer> below = powers.stream().filter(each -> each < power).toList();
        double same = powers.stream().filter(each -> each == power).count();
        int low = below.isEmpty() ? power - 1 : below.get(below.size() - 1);
        return Math.pow(2, low + (power - low) * ((rank - below.size()) / same));
    }
}
