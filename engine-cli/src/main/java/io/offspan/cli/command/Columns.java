package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Event;
import io.offspan.codec.model.Link;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a query selects, read from the spans of its answer. Where several events or links have a field, the first counts.
 *
 * <p>Unlike the values that a cursor gives, bytes and lists of keys and values are among them.
 */
final class Columns {
    private static final String SERVICE = "service.name";

    private final List<Field> fields;
    private final Function<Field, @Nullable Value> ofTrace;

    /** @param ofTrace gives the fields that take the whole trace of the span at hand */
    Columns(List<Field> fields, Function<Field, @Nullable Value> ofTrace) {
        this.fields = fields;
        this.ofTrace = ofTrace;
    }

    List<String> names() {
        return fields.stream().map(Field::toString).toList();
    }

    /** Returns the fields of a span as texts, empty where it has none. */
    List<String> texts(Span span) {
        List<String> texts = new ArrayList<>(fields.size());
        for (Field field : fields) {
            Value value = value(field, span);
            if (value instanceof Value.LongValue number && field instanceof Intrinsic known && known.isDuration()) {
                texts.add(Units.duration(number.value()));
            } else if (value instanceof Value.LongValue number && field instanceof Intrinsic known && known.isTime()) {
                texts.add(Units.time(number.value()));
            } else {
                texts.add(value == null ? "" : value.toString());
            }
        }
        return texts;
    }

    /** Adds the fields of a span to its object, null where it has none; returns the object. */
    ObjectNode json(Span span, ObjectNode object) {
        if (!fields.isEmpty()) {
            ObjectNode selected = object.putObject("select");
            for (Field field : fields) {
                Value value = value(field, span);
                if (value instanceof Value.LongValue time && field instanceof Intrinsic known && known.isTime()) {
                    selected.put(field.toString(), Long.toUnsignedString(time.value()));
                } else {
                    put(selected, field.toString(), value);
                }
            }
        }
        return object;
    }

    private static void put(ObjectNode object, String name, @Nullable Value value) {
        if (value == null) {
            object.putNull(name);
        } else if (value instanceof Value.LongValue number) {
            Json.put(object, name, number.value());
        } else if (value instanceof Value.DoubleValue number && Double.isFinite(number.value())) {
            object.put(name, number.value());
        } else if (value instanceof Value.BoolValue flag) {
            object.put(name, flag.value());
        } else {
            object.put(name, value.toString());
        }
    }

    private @Nullable Value value(Field field, Span span) {
        return field instanceof Attribute attribute
                ? attribute(attribute.scope(), attribute.key(), span)
                : intrinsic((Intrinsic) field, span);
    }

    private static @Nullable Value attribute(AttributeScope scope, String key, Span span) {
        return switch (scope) {
            case SPAN -> span.attributes().get(key);
            case RESOURCE -> span.resource().attributes().get(key);
            case EVENT -> first(span.events().stream().map(Event::attributes), key);
            case LINK -> first(span.links().stream().map(Link::attributes), key);
            case INSTRUMENTATION -> span.scope().attributes().get(key);
            case ANY ->
                Stream.of(
                                AttributeScope.SPAN,
                                AttributeScope.RESOURCE,
                                AttributeScope.EVENT,
                                AttributeScope.LINK,
                                AttributeScope.INSTRUMENTATION)
                        .map(place -> attribute(place, key, span))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        };
    }

    private static @Nullable Value first(Stream<Attributes> lists, String key) {
        return lists.map(list -> list.get(key))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Value intrinsic(Intrinsic field, Span span) {
        return switch (field) {
            case TRACE_ID -> Value.of(span.traceId());
            case SPAN_ID -> Value.of(span.spanId());
            case PARENT_ID -> span.hasParent() ? Value.of(Hex.of(span.parentIdBits())) : null;
            case NAME -> Value.of(span.name());
            case KIND -> Value.of(SpanFields.kind(span));
            case STATUS -> Value.of(SpanFields.status(span));
            case STATUS_MESSAGE -> text(span.statusMessage());
            case DURATION -> span.hasEnd() ? Value.of(span.durationNanos()) : null;
            case START -> Value.of(span.startNanos());
            case END -> Value.of(span.endNanos());
            case SERVICE -> span.resource().attributes().get(SERVICE);
            case SCOPE_NAME -> text(span.scope().name());
            case SCOPE_VERSION -> text(span.scope().version());
            case EVENT_NAME -> event(span, event -> Value.of(event.name()));
            case EVENT_TIME_SINCE_START -> timeSinceStart(span);
            case LINK_TRACE_ID -> link(span, link -> Value.of(link.traceId()));
            case LINK_SPAN_ID -> link(span, link -> Value.of(link.spanId()));
            case CHILD_COUNT, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_DURATION -> ofTrace.apply(field);
        };
    }

    private static @Nullable Value text(String text) {
        return text.isEmpty() ? null : Value.of(text);
    }

    private static @Nullable Value event(Span span, Function<Event, Value> field) {
        return span.events().isEmpty() ? null : field.apply(span.events().get(0));
    }

    private static @Nullable Value timeSinceStart(Span span) {
        return span.events().stream()
                .filter(event -> event.timeNanos() != 0 && span.startNanos() != 0)
                .findFirst()
                .map(event -> Value.of(event.timeNanos() - span.startNanos()))
                .orElse(null);
    }

    private static @Nullable Value link(Span span, Function<Link, Value> field) {
        return span.links().isEmpty() ? null : field.apply(span.links().get(0));
    }
}
