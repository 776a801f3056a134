package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP/JSON: requests, or single elements of {@code resourceSpans} as the JVM's {@code logging-otlp} exporter writes them a line
 * each. What Tempo and Jaeger answer is read, too: {@code batches}, and requests within {@code trace} and {@code result}.
 *
 * <p>One element of {@code resourceSpans} at a time is written as protobuf and stored from there, because what its spans share may stand
 * behind them; where that is known, a large one is stored in parts, and a torn one up to the tear. Names are those of protobuf in either
 * spelling, and those before release 0.19. Ids are hexadecimal or, where their length says so, base64; bytes are base64, enumerations
 * numbers or names, 64-bit numbers strings or numbers; of a field that comes twice protobuf's rule holds.
 *
 * <p>A wrong span is refused with its place, and so are all spans under a wrong resource or scope.
 *
 * <p><b>Owns</b> at most {@value #MAX_ELEMENT_BYTES} bytes of protobuf.
 */
final class OtlpJsonReader extends JsonReader {
    private static final int MAX_ELEMENT_BYTES = 64 << 20;
    private static final int PART_BYTES = 16 << 20;
    private static final int RESOURCE_SPANS = 1;
    private static final int SHARED = 1;
    private static final int CHILDREN = 2;
    private static final int SCHEMA_URL = 3;
    private static final int FIRST_BYTES = 64 << 10;
    private static final int FIRST_PLACES = 64;
    private static final int MAX_ROOT_FIELDS = 100;
    private static final Set<String> OURS =
            Set.of("resourceSpans", "batches", "scopeSpans", "instrumentationLibrarySpans");
    private static final Set<String> STARTS = Set.of(
            "resourceSpans",
            "resource_spans",
            "batches",
            "resourceLogs",
            "resource_logs",
            "resourceMetrics",
            "resource_metrics",
            "resourceProfiles",
            "resource_profiles");
    private static final Set<String> MAY_START = Set.of(
            "resource", "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "schemaUrl", "trace", "result");

    private final ProtoOutput out = new ProtoOutput(FIRST_BYTES);
    private final Set<String> rootFields = new HashSet<>();

    /** An element of resourceSpans, or of scopeSpans in it, that is being written. */
    private final class Level {
        private boolean open;
        private int handle;
        /** Whether what the spans share has been read. */
        private boolean known;

        private byte[] header = new byte[0];
        private long stored;
        private @Nullable FormatException damage;

        private void begin(int field) {
            open = true;
            known = false;
            header = new byte[0];
            stored = 0;
            damage = null;
            handle = out.open(field);
        }

        /** Keeps what was written since, to write it again before the next part. */
        private void keep(int start) {
            int before = header.length;
            header = Arrays.copyOf(header, before + out.length() - start);
            System.arraycopy(out.bytes(), start, header, before, out.length() - start);
        }

        private void again(int field) {
            handle = out.open(field);
            out.fields(header);
        }
    }

    private final Level resource = new Level();
    private final Level scope = new Level();
    /** Where the last whole span, or what its spans share, ends. */
    private int whole;
    /** Places of the spans that are written and not stored. */
    private long[] places = new long[FIRST_PLACES];

    private int pending;
    private boolean bare;

    OtlpJsonReader() {
        super(STARTS, MAY_START);
    }

    @Override
    void record(JsonInput in, Intake intake) throws IOException {
        bare = false;
        in.message("a request", name -> root(in, name, intake));
        if (bare) {
            end(intake);
        }
    }

    private boolean root(JsonInput in, String name, Intake intake) throws IOException {
        if (rootFields.size() < MAX_ROOT_FIELDS) {
            rootFields.add(name);
        }
        switch (name) {
            case "resourceSpans", "batches" -> {
                if (bare) {
                    return false;
                }
                in.array(name, () -> {
                    begin();
                    in.message("an element of " + name, field -> element(in, field, intake));
                    end(intake);
                });
            }
            case "trace", "result" -> {
                if (!in.isObject()) {
                    return false;
                }
                in.message(name, inner -> root(in, inner, intake));
            }
            case "resource", "scopeSpans", "instrumentationLibrarySpans", "schemaUrl" -> {
                if (!bare) {
                    bare = true;
                    begin();
                }
                return element(in, name, intake);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    @Nullable
    String foreign() {
        boolean ours = rootFields.stream().anyMatch(OURS::contains);
        return ours ? null : KnownKinds.ofFields(rootFields);
    }

    private void begin() {
        out.truncate(0);
        pending = 0;
        scope.open = false;
        resource.begin(RESOURCE_SPANS);
        whole = out.length();
    }

    private boolean element(JsonInput in, String name, Intake intake) throws IOException {
        switch (name) {
            case "resource" -> shared(in, resource, name, intake, field -> resourceField(in, field));
            case "scopeSpans", "instrumentationLibrarySpans" -> in.array(name, () -> scopeSpans(in, intake));
            case "schemaUrl" -> schemaUrl(in, resource, intake);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void end(Intake intake) {
        out.close(resource.handle);
        if (resource.damage == null) {
            store(intake);
        } else {
            refuse(resource.damage, 0, pending, intake);
        }
        resource.open = false;
    }

    private void scopeSpans(JsonInput in, Intake intake) throws IOException {
        int start = out.length();
        int before = pending;
        scope.begin(CHILDREN);
        in.message("an element of scopeSpans", name -> {
            switch (name) {
                case "scope", "instrumentationLibrary" ->
                    shared(in, scope, name, intake, field -> scopeField(in, field));
                case "spans" -> in.array(name, () -> span(in, intake));
                case "schemaUrl" -> schemaUrl(in, scope, intake);
                default -> {
                    return false;
                }
            }
            return true;
        });
        out.close(scope.handle);
        scope.open = false;
        if (scope.damage != null) {
            refuse(scope.damage, scope.stored > 0 ? 0 : start, pending - (scope.stored > 0 ? 0 : before), intake);
        }
        whole = out.length();
    }

    private void span(JsonInput in, Intake intake) throws IOException {
        int start = out.length();
        long place = in.position();
        FormatException refused = in.guarded("a span", () -> {
            int span = out.open(CHILDREN);
            new OtlpJsonSpan(in, out).read();
            out.close(span);
        });
        if (refused != null) {
            out.truncate(start);
            intake.refuse(refused);
        } else {
            places = pending == places.length ? Arrays.copyOf(places, 2 * pending) : places;
            places[pending++] = place;
            whole = out.length();
        }
        if (out.length() > PART_BYTES
                && resource.known
                && scope.known
                && resource.damage == null
                && scope.damage == null) {
            part(intake);
        } else if (out.length() > MAX_ELEMENT_BYTES) {
            throw new FormatException(
                    Reason.TOO_LARGE,
                    in.place() + "an element of resourceSpans is larger than the " + MAX_ELEMENT_BYTES
                            + " bytes of protobuf that are held until its resource and scope are read; put them before its"
                            + " spans, or split it into several");
        }
    }

    /** Stores the spans that are written, and starts again behind what they share. */
    private void part(Intake intake) {
        resource.stored += pending;
        scope.stored += pending;
        out.close(scope.handle);
        out.close(resource.handle);
        store(intake);
        out.truncate(0);
        resource.again(RESOURCE_SPANS);
        scope.again(CHILDREN);
        whole = out.length();
    }

    private void store(Intake intake) {
        long[] at = places;
        intake.appendOtlp(out.bytes(), 0, out.length(), span -> JsonInput.place(at[span]));
        pending = 0;
    }

    /** Stores the whole spans of an element that is torn, where all that they share is known. */
    @Override
    void abandon(Intake intake) {
        boolean known = resource.known && resource.damage == null;
        if (resource.open && pending > 0 && known && (!scope.open || scope.known && scope.damage == null)) {
            out.truncate(whole);
            if (scope.open) {
                out.close(scope.handle);
            }
            out.close(resource.handle);
            store(intake);
        }
        intake.refuse("INCOMPLETE", pending);
        pending = 0;
        resource.open = false;
    }

    /** Refuses the spans under a wrong resource or scope. */
    private void refuse(FormatException damage, int start, int under, Intake intake) {
        out.truncate(start);
        pending -= under;
        if (under > 0) {
            String reason = damage.reason().name();
            String what = under == 1 ? "the span" : "the " + under + " spans";
            intake.refuse(reason, what + " under a wrong resource or scope: " + damage.getMessage());
            intake.refuse(reason, under - 1);
        }
    }

    private void shared(JsonInput in, Level level, String what, Intake intake, JsonInput.Fields fields)
            throws IOException {
        if (in.isNull()) {
            return;
        }
        late(in, level, what, intake);
        int start = out.length();
        FormatException damage = in.guarded(what, () -> {
            int message = out.open(SHARED);
            in.message(what, fields);
            out.close(message);
        });
        if (damage != null) {
            out.truncate(start);
            level.damage = level.damage == null ? damage : level.damage;
        }
        level.known = true;
        level.keep(start);
        whole = pending == 0 || level == resource ? out.length() : whole;
    }

    private void schemaUrl(JsonInput in, Level level, Intake intake) throws IOException {
        String text = in.text("schemaUrl");
        if (!text.isEmpty()) {
            late(in, level, "schemaUrl", intake);
            int start = out.length();
            out.text(SCHEMA_URL, text);
            level.keep(start);
        }
    }

    /** Says that spans had to be stored without something that stands behind them. */
    private static void late(JsonInput in, Level level, String what, Intake intake) {
        if (level.stored > 0) {
            intake.refuse(
                    "LATE",
                    in.place() + what + " stands behind " + level.stored
                            + " spans of a large element, which are stored without it; put it before its spans");
        }
    }

    private boolean resourceField(JsonInput in, String name) throws IOException {
        switch (name) {
            case "attributes" -> new OtlpJsonValues(in, out).attributes(1, name);
            case "droppedAttributesCount" -> out.varint(2, in.unsignedInt(name));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean scopeField(JsonInput in, String name) throws IOException {
        switch (name) {
            case "name" -> out.text(1, in.text(name));
            case "version" -> out.text(2, in.text(name));
            case "attributes" -> new OtlpJsonValues(in, out).attributes(3, name);
            case "droppedAttributesCount" -> out.varint(4, in.unsignedInt(name));
            default -> {
                return false;
            }
        }
        return true;
    }
}
