package io.offspan.testkit.contract;

import io.offspan.testkit.otlp.SpanBag;
import io.offspan.testkit.otlp.SpanBag.Member;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A store of spans on the heap, with the faults that it is asked for: what the contract has to tell from a right one. */
class ListStore implements StoreUnderTest {
    /** What is wrong with a store. */
    enum Fault {
        NONE,
        FORGETS_THE_LAST_REQUEST_WHEN_REOPENED,
        DOUBLES_WHEN_REOPENED,
        TAKES_OR_FOR_AND,
        DROPS_EMPTY_RESOURCES,
        FOLLOWS_FROM_THE_LAST_ROLL,
        LOSES_MORE_THAN_IT_SAYS
    }

    private static final Pattern JOINED = Pattern.compile("\\((.*?) (&&|\\|\\|) (.*)\\)");
    private static final Pattern CONDITION = Pattern.compile("(\\S+) ([=>]) (?:\"(.*)\"|(\\S+))", Pattern.DOTALL);

    private final Fault fault;
    private SpanBag stored = new SpanBag();
    private SpanBag followed = new SpanBag();
    private SpanBag last = new SpanBag();

    ListStore(Fault fault) {
        this.fault = fault;
    }

    @Override
    public int append(byte[] request) throws Exception {
        last = new SpanBag().add(request);
        int taken = last.size();
        if (fault == Fault.DROPS_EMPTY_RESOURCES) {
            last = last.where(
                    member -> !member.hasResource() || member.resource().getSerializedSize() > 0);
        }
        stored.add(last);
        followed.add(last);
        return taken;
    }

    @Override
    public SpanBag query(String traceQl) {
        String condition = traceQl.substring(1, traceQl.length() - 1).strip();
        return stored.where(member -> condition.isEmpty() || passes(condition, member));
    }

    @Override
    public SpanBag followed() {
        return followed;
    }

    @Override
    public void roll() {
        if (fault == Fault.FOLLOWS_FROM_THE_LAST_ROLL) {
            followed = new SpanBag();
        }
    }

    @Override
    public void reopen() {
        if (fault == Fault.FORGETS_THE_LAST_REQUEST_WHEN_REOPENED) {
            stored = stored.minus(last);
        } else if (fault == Fault.DOUBLES_WHEN_REOPENED) {
            stored.add(last);
        }
    }

    @Override
    public OptionalInt damage() {
        stored = stored.minus(last);
        int lost = last.size();
        last = new SpanBag();
        return OptionalInt.of(fault == Fault.LOSES_MORE_THAN_IT_SAYS ? 0 : lost);
    }

    @Override
    public void close() {
        stored = new SpanBag();
    }

    private boolean passes(String condition, Member member) {
        Matcher joined = JOINED.matcher(condition);
        if (joined.matches()) {
            boolean left = passes(joined.group(1), member);
            boolean right = passes(joined.group(3), member);
            return joined.group(2).equals("&&") && fault != Fault.TAKES_OR_FOR_AND ? left && right : left || right;
        }
        Matcher one = CONDITION.matcher(condition);
        if (!one.matches()) {
            throw new IllegalArgumentException(condition);
        }
        String value = one.group(3) == null ? one.group(4) : one.group(3);
        return switch (one.group(1)) {
            case "name" -> member.span().getName().equals(value);
            case "kind" -> member.span().getKind().name().endsWith("_" + value.toUpperCase(Locale.ROOT));
            case "status" ->
                member.span().getStatus().getCodeValue()
                        == List.of("unset", "ok", "error").indexOf(value);
            case "duration" ->
                member.span().getEndTimeUnixNano() - member.span().getStartTimeUnixNano()
                        > 1_000_000L * Long.parseLong(value.replace("ms", ""));
            case "resource.service.name" ->
                values(member.resource().getAttributesList(), "service.name")
                        .anyMatch(found -> found.getStringValue().equals(value) && found.hasStringValue());
            default ->
                values(member.span().getAttributesList(), one.group(1).substring("span.".length()))
                        .anyMatch(found -> one.group(2).equals("=")
                                ? found.hasStringValue()
                                        && found.getStringValue().equals(value)
                                : number(found) > Long.parseLong(value));
        };
    }

    private static double number(AnyValue value) {
        return value.hasIntValue() ? value.getIntValue() : value.hasDoubleValue() ? value.getDoubleValue() : Double.NaN;
    }

    private static Stream<AnyValue> values(List<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .limit(1)
                .map(KeyValue::getValue)
                .flatMap(value ->
                        value.hasArrayValue() ? value.getArrayValue().getValuesList().stream() : Stream.of(value));
    }
}
