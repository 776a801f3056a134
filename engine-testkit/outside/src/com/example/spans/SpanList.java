package com.example.spans;

import io.offspan.testkit.contract.StoreUnderTest;
import io.offspan.testkit.otlp.SpanBag;
import io.offspan.testkit.otlp.SpanBag.Member;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The smallest store of spans: a list of requests, and of TraceQL what the contract asks. */
class SpanList implements StoreUnderTest {
    private static final Pattern JOINED = Pattern.compile("\\((.*?) (&&|\\|\\|) (.*)\\)");
    private static final Pattern TEST = Pattern.compile("(\\S+) ([=>]) (?:\"(.*)\"|(\\w+))", Pattern.DOTALL);
    private static final List<String> STATUSES = List.of("unset", "ok", "error");

    final List<byte[]> requests = new ArrayList<>();

    @Override
    public int append(byte[] request) throws Exception {
        requests.add(request);
        return new SpanBag().add(request).size();
    }

    @Override
    public SpanBag query(String traceQl) throws Exception {
        SpanBag spans = new SpanBag();
        for (byte[] request : requests) {
            spans.add(request);
        }
        String condition = traceQl.substring(1, traceQl.length() - 1).strip();
        return condition.isEmpty() ? spans : spans.where(test(condition));
    }

    @Override
    public void roll() {
        // A list has no files.
    }

    @Override
    public void reopen() {
        // Nor does it close.
    }

    @Override
    public void close() {
        requests.clear();
    }

    private static Predicate<Member> test(String condition) {
        Matcher joined = JOINED.matcher(condition);
        if (joined.matches()) {
            Predicate<Member> left = test(joined.group(1));
            return joined.group(2).equals("&&") ? left.and(test(joined.group(3))) : left.or(test(joined.group(3)));
        }
        Matcher matcher = TEST.matcher(condition);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a question of the contract: " + condition);
        }
        String field = matcher.group(1);
        String value = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
        return switch (field) {
            case "name" -> member -> member.span().getName().equals(value);
            case "kind" -> member -> member.span().getKind().name().equalsIgnoreCase("SPAN_KIND_" + value);
            case "status" -> member -> member.span().getStatus().getCodeValue() == STATUSES.indexOf(value);
            case "duration" ->
                member -> member.span().getEndTimeUnixNano() - member.span().getStartTimeUnixNano()
                        > Long.parseLong(value.replace("ms", "")) * 1_000_000;
            case "resource.service.name" ->
                member -> has(member.resource().getAttributesList(), "service.name", isText(value));
            default -> {
                Predicate<AnyValue> passes = matcher.group(2).equals("=") ? isText(value) : isMoreThan(value);
                yield member -> has(member.span().getAttributesList(), field.substring("span.".length()), passes);
            }
        };
    }

    private static Predicate<AnyValue> isText(String text) {
        return value -> value.hasStringValue() && value.getStringValue().equals(text);
    }

    private static Predicate<AnyValue> isMoreThan(String bound) {
        long number = Long.parseLong(bound);
        return value -> value.hasIntValue() && value.getIntValue() > number
                || value.hasDoubleValue() && value.getDoubleValue() > number;
    }

    /** The first attribute of a key counts; of an array, any element. */
    private static boolean has(List<KeyValue> attributes, String key, Predicate<AnyValue> passes) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(key)) {
                AnyValue value = attribute.getValue();
                return value.hasArrayValue()
                        ? value.getArrayValue().getValuesList().stream().anyMatch(passes)
                        : passes.test(value);
            }
        }
        return false;
    }
}
