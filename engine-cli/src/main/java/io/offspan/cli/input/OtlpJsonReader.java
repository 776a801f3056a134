package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP/JSON: one request, an array of them, or many one after another, a line each for instance.
 *
 * <p>One element of {@code resourceSpans} at a time is written as protobuf and stored from there, because what its spans share may stand
 * behind them. Ids are hexadecimal, bytes base64, enumerations numbers or names, 64-bit numbers strings or numbers; of a field that
 * comes twice protobuf's rule holds. Fields that nobody knows are passed over and counted.
 *
 * <p>A wrong span is refused with its place, and so are all spans under a wrong resource or scope. Where the text is no JSON, or the
 * objects around spans are none, the rest of the file is refused, the unfinished element included.
 *
 * <p><b>Owns</b> at most {@value #MAX_ELEMENT_BYTES} bytes of protobuf.
 */
final class OtlpJsonReader implements SpanReader {
    private static final int MAX_ELEMENT_BYTES = 64 << 20;
    private static final int RESOURCE_SPANS = 1;
    private static final int SHARED = 1;
    private static final int CHILDREN = 2;
    private static final int SCHEMA_URL = 3;

    private final OtlpMessage out = new OtlpMessage();
    /** Spans written into the element that is open. */
    private long pending;

    private boolean found;
    private @Nullable FormatException resourceDamage;
    private @Nullable FormatException scopeDamage;

    @Override
    public void read(InputStream stream, Intake intake) throws IOException {
        try (JsonInput in = new JsonInput(stream)) {
            OtlpJsonSpan spans = new OtlpJsonSpan(in, out);
            OtlpJsonValues values = new OtlpJsonValues(in, out);
            try {
                in.values(() -> request(in, spans, values, intake));
            } catch (FormatException frame) {
                throw new InputException(frame.reason().name(), String.valueOf(frame.getMessage()));
            } finally {
                intake.refuse("INCOMPLETE", pending);
                intake.unknownFields(in.unknownFields());
            }
            if (!found && in.unknownFields() > 0) {
                throw new InputException(
                        InputException.FOREIGN,
                        "this is JSON without resourceSpans; --format zipkin-json reads Zipkin's");
            }
        }
    }

    private void request(JsonInput in, OtlpJsonSpan spans, OtlpJsonValues values, Intake intake) throws IOException {
        in.object("a request", name -> {
            if (!name.equals("resourceSpans")) {
                return false;
            }
            found = true;
            in.array(name, () -> resourceSpans(in, spans, values, intake));
            return true;
        });
    }

    private void resourceSpans(JsonInput in, OtlpJsonSpan spans, OtlpJsonValues values, Intake intake)
            throws IOException {
        out.truncate(0);
        resourceDamage = null;
        int element = out.open(RESOURCE_SPANS);
        in.object("an element of resourceSpans", name -> {
            switch (name) {
                case "resource" -> resourceDamage = first(resourceDamage, shared(in, () -> resource(in, values)));
                case "scopeSpans" -> in.array(name, () -> scopeSpans(in, spans, values, intake));
                case "schemaUrl" -> out.text(SCHEMA_URL, in.text(name));
                default -> {
                    return false;
                }
            }
            return true;
        });
        out.close(element);
        if (keep(resourceDamage, 0, pending, intake)) {
            intake.appendOtlp(out.bytes(), 0, out.length());
            pending = 0;
        }
    }

    private void scopeSpans(JsonInput in, OtlpJsonSpan spans, OtlpJsonValues values, Intake intake) throws IOException {
        int start = out.length();
        long before = pending;
        scopeDamage = null;
        int element = out.open(CHILDREN);
        in.object("an element of scopeSpans", name -> {
            switch (name) {
                case "scope" -> scopeDamage = first(scopeDamage, shared(in, () -> scope(in, values)));
                case "spans" -> in.array(name, () -> span(in, spans, intake));
                case "schemaUrl" -> out.text(SCHEMA_URL, in.text(name));
                default -> {
                    return false;
                }
            }
            return true;
        });
        out.close(element);
        keep(scopeDamage, start, pending - before, intake);
    }

    private void span(JsonInput in, OtlpJsonSpan spans, Intake intake) throws IOException {
        int start = out.length();
        FormatException refused = in.guarded(() -> {
            int span = out.open(CHILDREN);
            spans.read();
            out.close(span);
        });
        if (refused != null) {
            out.truncate(start);
            intake.refuse(refused);
        } else {
            pending++;
        }
        if (out.length() > MAX_ELEMENT_BYTES) {
            throw new InputException(
                    InputException.TOO_LARGE,
                    in.place() + "an element of resourceSpans is larger than the " + MAX_ELEMENT_BYTES
                            + " bytes of protobuf that are held at once; split it into several");
        }
    }

    /** Refuses the spans under a wrong resource or scope; returns whether it is right. */
    private boolean keep(@Nullable FormatException damage, int start, long under, Intake intake) {
        if (damage == null) {
            return true;
        }
        out.truncate(start);
        pending -= under;
        String reason = damage.reason().name();
        intake.refuse(reason, "the " + under + " spans under a wrong resource or scope: " + damage.getMessage());
        intake.refuse(reason, under - 1);
        return false;
    }

    private static @Nullable FormatException first(@Nullable FormatException a, @Nullable FormatException b) {
        return a == null ? b : a;
    }

    private @Nullable FormatException shared(JsonInput in, JsonInput.Element content) throws IOException {
        if (in.isNull()) {
            return null;
        }
        int start = out.length();
        FormatException damage = in.guarded(() -> {
            int message = out.open(SHARED);
            content.read();
            out.close(message);
        });
        if (damage != null) {
            out.truncate(start);
        }
        return damage;
    }

    private void resource(JsonInput in, OtlpJsonValues values) throws IOException {
        in.object("resource", name -> {
            switch (name) {
                case "attributes" -> values.attributes(1, name);
                case "droppedAttributesCount" -> out.varint(2, in.unsignedInt(name));
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void scope(JsonInput in, OtlpJsonValues values) throws IOException {
        in.object("scope", name -> {
            switch (name) {
                case "name" -> out.text(1, in.text(name));
                case "version" -> out.text(2, in.text(name));
                case "attributes" -> values.attributes(3, name);
                case "droppedAttributesCount" -> out.varint(4, in.unsignedInt(name));
                default -> {
                    return false;
                }
            }
            return true;
        });
    }
}
