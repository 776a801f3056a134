package io.offspan.testkit.contract;

import io.offspan.testkit.otlp.OtlpArbitraries;
import io.offspan.testkit.otlp.SpanBag.Member;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A question in TraceQL with what it means, said in Java without regard to speed: the model that answers are compared with.
 *
 * @param condition the text between the braces
 * @param passes whether a span is among the answers
 */
public record Question(String condition, Predicate<Member> passes) {
    /** The question for everything. */
    public static final Question EVERYTHING = new Question("", member -> true);

    private static final List<String> STATUSES = List.of("unset", "ok", "error");
    private static final long MOST_MILLIS = 60_000;

    /** Returns the question as TraceQL. */
    public String traceQl() {
        return condition.isEmpty() ? "{ }" : "{ " + condition + " }";
    }

    /** Questions about names, kinds, statuses, durations and attributes that {@link OtlpArbitraries} makes, and two of them joined. */
    public static Arbitrary<Question> any() {
        return Arbitraries.oneOf(
                single(),
                Combinators.combine(single(), single(), Arbitraries.of(true, false))
                        .as(Question::join));
    }

    @Override
    public String toString() {
        return traceQl();
    }

    private static Question join(Question left, Question right, boolean and) {
        String text = "(" + left.condition + (and ? " && " : " || ") + right.condition + ")";
        return new Question(text, and ? left.passes.and(right.passes) : left.passes.or(right.passes));
    }

    private static Arbitrary<Question> single() {
        return Arbitraries.oneOf(
                Arbitraries.of(OtlpArbitraries.NAMES).map(Question::ofName),
                Arbitraries.of(OtlpArbitraries.NAMES).map(Question::ofService),
                Arbitraries.of(1, 2, 3, 4, 5).map(Question::ofKind),
                Arbitraries.of(0, 1, 2).map(Question::ofStatus),
                Arbitraries.longs().between(0, MOST_MILLIS).map(Question::longerThan),
                Combinators.combine(Arbitraries.of(OtlpArbitraries.KEYS), Arbitraries.of(OtlpArbitraries.NAMES))
                        .as(Question::ofText),
                Combinators.combine(
                                Arbitraries.of(OtlpArbitraries.KEYS),
                                Arbitraries.longs().between(0, 600))
                        .as(Question::moreThan));
    }

    private static Question ofName(String name) {
        return new Question(
                "name = " + quoted(name), member -> member.span().getName().equals(name));
    }

    private static Question ofService(String name) {
        return new Question(
                "resource.service.name = " + quoted(name),
                member -> holds(member.resource().getAttributesList(), "service.name", isText(name)));
    }

    private static Question ofKind(int number) {
        String name = SpanKind.forNumber(number).name().substring("SPAN_KIND_".length());
        return new Question(
                "kind = " + name.toLowerCase(Locale.ROOT),
                member -> member.span().getKindValue() == number);
    }

    private static Question ofStatus(int code) {
        return new Question(
                "status = " + STATUSES.get(code),
                member -> member.span().getStatus().getCodeValue() == code);
    }

    private static Question longerThan(long millis) {
        return new Question(
                "duration > " + millis + "ms",
                member ->
                        member.span().getEndTimeUnixNano() - member.span().getStartTimeUnixNano() > millis * 1_000_000);
    }

    private static Question ofText(String key, String value) {
        return new Question(
                "span." + key + " = " + quoted(value),
                member -> holds(member.span().getAttributesList(), key, isText(value)));
    }

    private static Question moreThan(String key, long bound) {
        return new Question(
                "span." + key + " > " + bound,
                member -> holds(
                        member.span().getAttributesList(),
                        key,
                        value -> value.hasIntValue() && value.getIntValue() > bound
                                || value.hasDoubleValue() && value.getDoubleValue() > bound));
    }

    /** The first attribute of a key counts; of an array, any element. */
    private static boolean holds(List<KeyValue> attributes, String key, Predicate<AnyValue> test) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(key)) {
                AnyValue value = attribute.getValue();
                return value.hasArrayValue()
                        ? value.getArrayValue().getValuesList().stream().anyMatch(test)
                        : test.test(value);
            }
        }
        return false;
    }

    private static Predicate<AnyValue> isText(String text) {
        return value -> value.hasStringValue() && value.getStringValue().equals(text);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
