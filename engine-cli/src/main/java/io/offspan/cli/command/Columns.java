package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Value;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields that a query selects, written for people and as JSON. */
final class Columns {
    private final List<Field> fields;
    private final Function<Field, @Nullable Value> values;

    /** @param values gives the fields of the span at hand */
    Columns(List<Field> fields, Function<Field, @Nullable Value> values) {
        this.fields = fields;
        this.values = values;
    }

    List<String> names() {
        return fields.stream().map(Field::toString).toList();
    }

    /** Returns the fields of the span at hand as texts, empty where it has none. */
    List<String> texts() {
        List<String> texts = new ArrayList<>(fields.size());
        for (Field field : fields) {
            Value value = values.apply(field);
            texts.add(text(field, value));
        }
        return texts;
    }

    /** Writes a value of a field for people, nothing where there is none. */
    static String text(Field field, @Nullable Value value) {
        if (value instanceof Value.LongValue number && field instanceof Intrinsic known && known.isDuration()) {
            return Units.duration(number.value());
        }
        if (value instanceof Value.LongValue number && field instanceof Intrinsic known && known.isTime()) {
            return Units.time(number.value());
        }
        return value == null ? "" : value.toString();
    }

    /** Adds the fields of the span at hand to its object, null where it has none; returns the object. */
    ObjectNode json(ObjectNode object) {
        if (!fields.isEmpty()) {
            ObjectNode selected = object.putObject("select");
            for (Field field : fields) {
                Value value = values.apply(field);
                put(selected, field, value);
            }
        }
        return object;
    }

    /** Puts the value of a field under its name, null for none. */
    static void put(ObjectNode object, Field field, @Nullable Value value) {
        if (value instanceof Value.LongValue time && field instanceof Intrinsic known && known.isTime()) {
            object.put(field.toString(), Long.toUnsignedString(time.value()));
        } else {
            put(object, field.toString(), value);
        }
    }

    /** Puts a value under a name, null for none. */
    static void put(ObjectNode object, String name, @Nullable Value value) {
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
}
