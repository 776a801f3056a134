package io.offspan.query;

import com.google.protobuf.ByteString;
import io.offspan.codec.model.Value;
import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Both;
import io.offspan.query.ast.Coalescing;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Function;
import io.offspan.query.ast.Grouping;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Kinship;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Measure;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a pipeline means, said with lists and sets of spans. */
final class NaiveTraces {
    private static final Comparator<ModelSpan> IN_TRACE = Comparator.<ModelSpan, Long>comparing(
                    model -> model.span().getStartTimeUnixNano(), Long::compareUnsigned)
            .thenComparing(model -> model.span().getSpanId(), ByteString.unsignedLexicographicalComparator())
            .thenComparing(ModelSpan::ordinal);

    /** What an expression has to name to be a length of time. */
    private static final String TIMES = ".*(duration|timeSinceStart|[0-9](ns|us|ms|s|m|h)\\b).*";

    private final Map<ByteString, List<ModelSpan>> traces = new HashMap<>();
    private final NaiveEvaluator filters = new NaiveEvaluator(this);
    private final NaiveExpressions expressions = new NaiveExpressions(filters);

    NaiveTraces(List<ModelSpan> spans) {
        for (ModelSpan span : spans) {
            traces.computeIfAbsent(span.span().getTraceId(), id -> new ArrayList<>())
                    .add(span);
        }
        traces.values().forEach(trace -> trace.sort(IN_TRACE));
    }

    int traces() {
        return traces.size();
    }

    /** Returns the traces that are left, each with the spans that are. */
    List<Set<ModelSpan>> answer(Pipeline pipeline) {
        return traces.values().stream()
                .map(trace -> run(pipeline, trace))
                .filter(left -> !left.isEmpty())
                .toList();
    }

    private Set<ModelSpan> run(Pipeline pipeline, List<ModelSpan> trace) {
        return run(pipeline.stages(), trace, trace);
    }

    private Set<ModelSpan> run(List<Stage> stages, Collection<ModelSpan> from, Collection<ModelSpan> trace) {
        List<Set<ModelSpan>> groups = List.of(new LinkedHashSet<>(from));
        for (Stage stage : stages) {
            groups = groups.stream()
                    .flatMap(group -> next(stage, group, trace))
                    .filter(group -> !group.isEmpty())
                    .toList();
            if (stage instanceof Coalescing && !groups.isEmpty()) {
                groups = List.of(inOrder(trace, groups));
            }
        }
        return inOrder(trace, groups);
    }

    private static Set<ModelSpan> inOrder(Collection<ModelSpan> trace, List<Set<ModelSpan>> groups) {
        Set<ModelSpan> all = new LinkedHashSet<>(trace);
        all.removeIf(span -> groups.stream().noneMatch(group -> group.contains(span)));
        return all;
    }

    private Stream<Set<ModelSpan>> next(Stage stage, Set<ModelSpan> group, Collection<ModelSpan> trace) {
        if (stage instanceof Spanset spanset) {
            return Stream.of(choose(spanset, group));
        }
        if (stage instanceof Grouping grouping) {
            Map<Optional<Object>, Set<ModelSpan>> byKey = new LinkedHashMap<>();
            for (ModelSpan span : group) {
                byKey.computeIfAbsent(Optional.ofNullable(key(grouping.by(), span)), key -> new LinkedHashSet<>())
                        .add(span);
            }
            return byKey.values().stream();
        }
        return stage instanceof Aggregation aggregation && !holds(aggregation, group) ? Stream.of() : Stream.of(group);
    }

    private Object key(Expression by, ModelSpan span) {
        if (by == Intrinsic.KIND) {
            return span.span().getKindValue();
        }
        if (by == Intrinsic.STATUS) {
            return span.span().getStatus().getCodeValue();
        }
        if (by == Intrinsic.START) {
            return span.span().getStartTimeUnixNano();
        }
        if (by == Intrinsic.END) {
            return span.span().getEndTimeUnixNano();
        }
        if (!(by instanceof Field field)) {
            return expressions.first(by, span);
        }
        List<AnyValue> values = filters.values(field, span);
        return values.isEmpty() ? null : values.get(0);
    }

    private Set<ModelSpan> choose(Spanset spanset, Set<ModelSpan> from) {
        if (spanset instanceof Matching matching) {
            Set<ModelSpan> chosen = new LinkedHashSet<>(from);
            chosen.removeIf(span -> !filters.passes(matching.filter(), span));
            return chosen;
        }
        if (spanset instanceof Except except) {
            return choose(except.right(), from).isEmpty() ? choose(except.left(), from) : Set.of();
        }
        if (spanset instanceof Piped piped) {
            return run(piped.stages(), from, from);
        }
        if (spanset instanceof Related related) {
            Set<ModelSpan> left = choose(related.left(), from);
            Set<ModelSpan> right = choose(related.right(), from);
            return relate(left, related, right, from);
        }
        List<Set<ModelSpan>> parts = (spanset instanceof Both both ? both.parts() : ((Either) spanset).parts())
                .stream().map(part -> choose(part, from)).toList();
        if (spanset instanceof Both && parts.stream().anyMatch(Set::isEmpty)) {
            return Set.of();
        }
        Set<ModelSpan> union = new LinkedHashSet<>(from);
        union.removeIf(span -> parts.stream().noneMatch(part -> part.contains(span)));
        return union;
    }

    private Set<ModelSpan> relate(Set<ModelSpan> left, Related related, Set<ModelSpan> right, Set<ModelSpan> from) {
        Set<ModelSpan> found = new LinkedHashSet<>(from);
        found.removeIf(span -> {
            boolean some =
                    right.contains(span) && left.stream().anyMatch(other -> isRelated(other, related.kinship(), span));
            boolean pair =
                    left.contains(span) && right.stream().anyMatch(other -> isRelated(span, related.kinship(), other));
            return switch (related.form()) {
                case SOME -> !some;
                case NONE -> !right.contains(span) || some;
                case PAIRS -> !some && !pair;
            };
        });
        return found;
    }

    private boolean isRelated(ModelSpan left, Kinship kinship, ModelSpan right) {
        return left != right
                && switch (kinship) {
                    case CHILD -> parent(right) == left;
                    case PARENT -> parent(left) == right;
                    case DESCENDANT -> ancestors(right).contains(left);
                    case ANCESTOR -> ancestors(left).contains(right);
                    case SIBLING ->
                        parent(left) == parent(right)
                                && (parent(left) != null || named(left).equals(named(right)));
                };
    }

    private Set<ModelSpan> ancestors(ModelSpan span) {
        Set<ModelSpan> found = new LinkedHashSet<>();
        ModelSpan at = parent(span);
        while (at != null && found.add(at)) {
            at = parent(at);
        }
        return found;
    }

    /** The id of the parent, empty for roots. */
    private static ByteString named(ModelSpan span) {
        ByteString id = span.span().getParentSpanId();
        return id.equals(ByteString.copyFrom(new byte[8])) ? ByteString.EMPTY : id;
    }

    private ModelSpan parent(ModelSpan span) {
        Span.SpanKind wanted = span.span().getKind() == Span.SpanKind.SPAN_KIND_SERVER
                ? Span.SpanKind.SPAN_KIND_CLIENT
                : Span.SpanKind.SPAN_KIND_SERVER;
        List<ModelSpan> named = of(span).stream()
                .filter(other -> other != span
                        && !named(span).isEmpty()
                        && other.span().getSpanId().equals(named(span)))
                .toList();
        return named.stream()
                .filter(other -> other.span().getKind() == wanted)
                .findFirst()
                .orElse(named.isEmpty() ? null : named.get(0));
    }

    /** The parent of a span, of several copies of it that of the first, or null. */
    ModelSpan parentOfFirst(ModelSpan span) {
        return parent(firstCopy(span));
    }

    private ModelSpan firstCopy(ModelSpan span) {
        return of(span).stream()
                .filter(other -> other.span().getSpanId().equals(span.span().getSpanId())
                        && named(other).equals(named(span))
                        && other.span().getStartTimeUnixNano() == span.span().getStartTimeUnixNano()
                        && other.span().getKindValue() == span.span().getKindValue())
                .findFirst()
                .orElse(span);
    }

    /** Numbers of parent, left and right; of several copies of a span those of the first. */
    long[] nestedSet(ModelSpan span) {
        ModelSpan first = firstCopy(span);
        Map<ModelSpan, long[]> numbers = new IdentityHashMap<>();
        long[] next = {1};
        for (boolean roots : new boolean[] {true, false}) {
            of(span).stream()
                    .filter(top -> parent(top) == null && named(top).isEmpty() == roots)
                    .forEach(top -> number(top, roots ? -1 : 0, next, numbers));
        }
        return numbers.getOrDefault(first, new long[3]);
    }

    private void number(ModelSpan span, long above, long[] next, Map<ModelSpan, long[]> numbers) {
        long left = next[0]++;
        of(span).stream().filter(child -> parent(child) == span).forEach(child -> number(child, left, next, numbers));
        numbers.put(span, new long[] {above, left, next[0]++});
    }

    private boolean holds(Aggregation aggregation, Set<ModelSpan> spans) {
        Number left = figure(aggregation.left(), spans);
        Number right = figure(aggregation.right(), spans);
        return left != null
                && right != null
                && NaiveExpressions.holds(aggregation.operator(), NaiveExpressions.compare(left, right));
    }

    /** Returns the number that a span has for a field, or null. */
    Number number(Field field, ModelSpan span) {
        Number found = expressions.number(field, span);
        return found == null || Double.isNaN(found.doubleValue()) ? null : found;
    }

    /** Returns the first value that a span has for a field, or null. */
    Value firstValue(Field field, ModelSpan span) {
        List<AnyValue> values = filters.values(field, span);
        return values.isEmpty() ? null : Value.decode(values.get(0).toByteArray());
    }

    /** Returns a number that spans have together, or null without one. */
    Number figure(Figure figure, Collection<ModelSpan> spans) {
        if (figure instanceof Figure.Fixed fixed) {
            return (Number) NaiveExpressions.constant(fixed.value());
        }
        if (figure instanceof Figure.Calculated sum) {
            Number left = figure(sum.left(), spans);
            Number right = figure(sum.right(), spans);
            return left == null || right == null ? null : NaiveExpressions.calculate(left, sum.operation(), right);
        }
        if (figure instanceof Figure.Piped piped) {
            return figure(piped.figure(), run(piped.stages(), spans, spans));
        }
        Measure measure = (Measure) figure;
        Number found = calculate(measure, spans);
        return found instanceof Long
                        && measure.of() != null
                        && measure.of().toString().matches(TIMES)
                ? NaiveExpressions.nanos(found)
                : found;
    }

    /** Returns the number of a measure, or null without one. */
    Number calculate(Measure measure, Collection<ModelSpan> spans) {
        if (measure.function() == Function.COUNT) {
            return (long) spans.size();
        }
        List<Number> numbers = spans.stream()
                .map(span -> expressions.number(measure.of(), span))
                .filter(Objects::nonNull)
                .toList();
        if (numbers.isEmpty()) {
            return null;
        }
        return switch (measure.function()) {
            case MIN -> numbers.stream().reduce((a, b) -> less(b, a) ? b : a).orElseThrow();
            case MAX -> numbers.stream().reduce((a, b) -> less(a, b) ? b : a).orElseThrow();
            case SUM -> sum(numbers);
            default -> sum(numbers).doubleValue() / numbers.size();
        };
    }

    private static boolean less(Number a, Number b) {
        return NaiveExpressions.holds(Operator.LESS, NaiveExpressions.compare(a, b));
    }

    private static Number sum(List<Number> numbers) {
        if (numbers.stream().allMatch(Long.class::isInstance)) {
            BigInteger sum = numbers.stream()
                    .map(number -> BigInteger.valueOf(number.longValue()))
                    .reduce(BigInteger.ZERO, BigInteger::add);
            return sum.bitLength() < 64 ? (Number) sum.longValue() : (Number) new BigDecimal(sum).doubleValue();
        }
        double sum = 0;
        for (Number number : numbers) {
            sum += number.doubleValue();
        }
        return sum;
    }

    /** Returns the spans of a span's trace, in their order. */
    List<ModelSpan> of(ModelSpan span) {
        return traces.getOrDefault(span.span().getTraceId(), List.of());
    }

    long children(ModelSpan span) {
        return of(span).stream()
                .filter(other ->
                        other.span().getParentSpanId().equals(span.span().getSpanId()))
                .count();
    }

    /** The first root in the order of the trace, or null. */
    private ModelSpan root(ModelSpan span) {
        return of(span).stream()
                .filter(other -> other.span().getParentSpanId().toByteArray().length == 0
                        || other.span().getParentSpanId().equals(ByteString.copyFrom(new byte[8])))
                .findFirst()
                .orElse(null);
    }

    String rootName(ModelSpan span) {
        ModelSpan root = root(span);
        return root == null ? null : root.span().getName();
    }

    String rootService(ModelSpan span) {
        ModelSpan root = root(span);
        if (root == null) {
            return null;
        }
        for (KeyValue attribute : root.resource().getAttributesList()) {
            if (attribute.getKey().equals("service.name")) {
                AnyValue value = attribute.getValue();
                return value.hasStringValue() ? value.getStringValue() : null;
            }
        }
        return null;
    }

    /** From the first start to the last end that the trace has, or null. */
    Number duration(ModelSpan span) {
        List<Long> starts = of(span).stream()
                .map(other -> other.span().getStartTimeUnixNano())
                .filter(time -> time != 0)
                .sorted(Long::compareUnsigned)
                .toList();
        List<Long> ends = of(span).stream()
                .map(other -> other.span().getEndTimeUnixNano())
                .filter(time -> time != 0)
                .sorted(Long::compareUnsigned)
                .toList();
        if (starts.isEmpty() || ends.isEmpty()) {
            return null;
        }
        long start = starts.get(0);
        long end = ends.get(ends.size() - 1);
        return Long.compareUnsigned(end, start) >= 0 ? NaiveExpressions.unsigned(end - start) : (Number) 0L;
    }
}
