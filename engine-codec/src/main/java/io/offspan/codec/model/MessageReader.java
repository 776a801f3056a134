package io.offspan.codec.model;

import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.otlp.OtlpLimits;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.span.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the OTLP messages that stand for values, resources and scopes; what it does not know it skips. */
final class MessageReader {
    private static final int FIRST = 1 << 3 | ProtoInput.LENGTH;
    private static final int SECOND = 2 << 3 | ProtoInput.LENGTH;
    private static final int THIRD = 3 << 3 | ProtoInput.LENGTH;
    private static final int RESOURCE_DROPPED = 2 << 3 | ProtoInput.VARINT;
    private static final int SCOPE_DROPPED = 4 << 3 | ProtoInput.VARINT;
    private static final int BOOL = 2 << 3 | ProtoInput.VARINT;
    private static final int LONG = 3 << 3 | ProtoInput.VARINT;
    private static final int DOUBLE = 4 << 3 | ProtoInput.FIXED64;
    private static final int ARRAY = 5 << 3 | ProtoInput.LENGTH;
    private static final int MAP = 6 << 3 | ProtoInput.LENGTH;
    private static final int BYTES = 7 << 3 | ProtoInput.LENGTH;

    private final ProtoInput in;

    MessageReader(byte[] message) {
        in = new ProtoInput().wrap(message, 0);
    }

    private MessageReader(Envelope envelope) {
        in = new ProtoInput().wrap(envelope.bytes(), envelope.messageOffset());
    }

    static Resource resource(Envelope envelope) {
        MessageReader reader = new MessageReader(envelope);
        List<Attribute> attributes = new ArrayList<>();
        int dropped = 0;
        int end = envelope.length();
        while (reader.in.position() < end) {
            int tag = reader.in.tag(end);
            if (tag == FIRST) {
                attributes.add(reader.keyValue(reader.end(end), 0));
            } else if (tag == RESOURCE_DROPPED) {
                dropped = (int) reader.in.varint(end);
            } else {
                reader.in.skip(tag, end);
            }
        }
        return new Resource(Attributes.of(attributes), dropped, schemaUrl(envelope));
    }

    static Scope scope(Envelope envelope) {
        MessageReader reader = new MessageReader(envelope);
        String name = "";
        String version = "";
        List<Attribute> attributes = new ArrayList<>();
        int dropped = 0;
        int end = envelope.length();
        while (reader.in.position() < end) {
            int tag = reader.in.tag(end);
            switch (tag) {
                case FIRST -> name = reader.in.text(end);
                case SECOND -> version = reader.in.text(end);
                case THIRD -> attributes.add(reader.keyValue(reader.end(end), 0));
                case SCOPE_DROPPED -> dropped = (int) reader.in.varint(end);
                default -> reader.in.skip(tag, end);
            }
        }
        return new Scope(name, version, Attributes.of(attributes), dropped, schemaUrl(envelope));
    }

    static Value valueOfKeyValue(byte[] message) {
        return new MessageReader(message).keyValue(message.length, 0).value();
    }

    Value anyValue(int end, int depth) {
        return anyValue(end, depth, Value.EMPTY);
    }

    /** Reads an AnyValue into one that is there already: the last one counts, but equal collections are joined. */
    private Value anyValue(int end, int depth, Value before) {
        if (depth > OtlpLimits.MAX_NESTING) {
            throw in.damage(Reason.TOO_DEEP, "Values nested deeper than " + OtlpLimits.MAX_NESTING + " levels");
        }
        Value value = before;
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case FIRST -> value = Value.of(in.text(end));
                case BOOL -> value = Value.of(in.varint(end) != 0);
                case LONG -> value = Value.of(in.varint(end));
                case DOUBLE -> value = Value.of(Double.longBitsToDouble(in.fixed64(end)));
                case ARRAY -> value = array(end(end), depth, value);
                case MAP -> value = map(end(end), depth, value);
                case BYTES -> value = Value.of(bytes(end));
                default -> in.skip(tag, end);
            }
        }
        return value;
    }

    private Value array(int end, int depth, Value before) {
        List<Value> values = new ArrayList<>();
        if (before instanceof Value.ArrayValue array) {
            values.addAll(array.values());
        }
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == FIRST) {
                values.add(anyValue(end(end), depth + 1));
            } else {
                in.skip(tag, end);
            }
        }
        return Value.of(values);
    }

    private Value map(int end, int depth, Value before) {
        List<Attribute> entries = new ArrayList<>();
        if (before instanceof Value.MapValue map) {
            map.entries().forEach(entries::add);
        }
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == FIRST) {
                entries.add(keyValue(end(end), depth + 1));
            } else {
                in.skip(tag, end);
            }
        }
        return Value.of(Attributes.of(entries));
    }

    private Attribute keyValue(int end, int depth) {
        String key = "";
        Value value = Value.EMPTY;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == FIRST) {
                key = in.text(end);
            } else if (tag == SECOND) {
                value = anyValue(end(end), depth, value);
            } else {
                in.skip(tag, end);
            }
        }
        return new Attribute(key, value);
    }

    private static String schemaUrl(Envelope envelope) {
        return new String(envelope.bytes(), envelope.schemaOffset(), envelope.schemaBytes(), StandardCharsets.UTF_8);
    }

    private int end(int end) {
        int bytes = in.length(end);
        return in.position() + bytes;
    }

    private byte[] bytes(int end) {
        byte[] bytes = new byte[in.length(end)];
        System.arraycopy(in.bytes(), in.position(), bytes, 0, bytes.length);
        in.position(in.position() + bytes.length);
        return bytes;
    }
}
