package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.span.SpanDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A span as Zipkin writes it, collected field by field, because JSON has no order.
 *
 * <p><b>Threads.</b> Belongs to one thread; reused from span to span.
 */
final class ZipkinSpan {
    /** The host that an endpoint names. */
    static final class Endpoint {
        String service = "";
        String ipv4 = "";
        String ipv6 = "";
        long port;

        private void clear() {
            service = "";
            ipv4 = "";
            ipv6 = "";
            port = 0;
        }

        boolean isEmpty() {
            return service.isEmpty() && ipv4.isEmpty() && ipv6.isEmpty() && port == 0;
        }

        void set(Endpoint other) {
            service = other.service;
            ipv4 = other.ipv4;
            ipv6 = other.ipv6;
            port = other.port;
        }
    }

    record Tag(String key, String value) {}

    record Annotation(long timeNanos, String text) {}

    private static final int MICRO_DIGITS = 3;
    private static final int MAX_UNKNOWN = 100;

    String traceId = "";
    String id = "";
    String parentId = "";
    String name = "";
    String kind = "";
    long startNanos;
    long durationNanos;
    boolean shared;
    boolean debug;
    final Endpoint local = new Endpoint();
    final Endpoint remote = new Endpoint();
    final List<Tag> tags = new ArrayList<>();
    final List<Annotation> annotations = new ArrayList<>();
    /** Names of fields that no version of Zipkin has. */
    final Set<String> unknown = new HashSet<>();

    private final ZipkinCoreAnnotations core = new ZipkinCoreAnnotations();

    private void clear() {
        traceId = "";
        id = "";
        parentId = "";
        name = "";
        kind = "";
        startNanos = 0;
        durationNanos = 0;
        shared = false;
        debug = false;
        local.clear();
        remote.clear();
        tags.clear();
        annotations.clear();
        unknown.clear();
        core.clear();
    }

    /** Reads the object that starts here. */
    void read(JsonInput in) throws IOException {
        clear();
        in.object("a span", field -> field(in, field));
        core.complete(this);
    }

    private boolean field(JsonInput in, String field) throws IOException {
        switch (field) {
            case "traceId" -> traceId = in.text(field);
            case "id" -> id = in.text(field);
            case "parentId" -> parentId = in.text(field);
            case "name" -> name = in.text(field);
            case "kind" -> kind = in.text(field);
            case "timestamp" -> startNanos = nanos(in, field);
            case "duration" -> durationNanos = nanos(in, field);
            case "shared" -> shared = !in.isNull() && in.truth(field);
            case "debug" -> debug = !in.isNull() && in.truth(field);
            case "localEndpoint" -> endpoint(in, field, local);
            case "remoteEndpoint" -> endpoint(in, field, remote);
            case "tags" ->
                in.object(field, key -> {
                    requireRoom(in, tags);
                    tags.add(new Tag(key, in.scalar("tag " + Ids.shortened(key))));
                    return true;
                });
            case "annotations" -> in.array(field, () -> annotation(in));
            case "binaryAnnotations" -> in.array(field, () -> binaryAnnotation(in));
            default -> {
                if (unknown.size() < MAX_UNKNOWN) {
                    unknown.add(field);
                }
                return false;
            }
        }
        return true;
    }

    private void annotation(JsonInput in) throws IOException {
        long[] time = new long[1];
        String[] text = {""};
        Endpoint host = new Endpoint();
        if (!in.isObject()) {
            throw in.wrong("annotations", "an array of objects");
        }
        requireRoom(in, annotations);
        in.object("an annotation", field -> {
            switch (field) {
                case "timestamp" -> time[0] = nanos(in, field);
                case "value" -> text[0] = in.text(field);
                case "endpoint" -> endpoint(in, field, host);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (!core.take(text[0], time[0], host)) {
            annotations.add(new Annotation(time[0], text[0]));
        }
    }

    /** Reads what version 1 has in the place of tags. */
    private void binaryAnnotation(JsonInput in) throws IOException {
        String[] key = {""};
        String[] text = {""};
        Endpoint host = new Endpoint();
        if (!in.isObject()) {
            throw in.wrong("binaryAnnotations", "an array of objects");
        }
        requireRoom(in, tags);
        in.object("a binary annotation", field -> {
            switch (field) {
                case "key" -> key[0] = in.text(field);
                case "value" -> text[0] = in.scalar(field);
                case "endpoint" -> endpoint(in, field, host);
                case "type", "annotationType" -> in.scalar(field);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (!core.takeAddress(key[0], host)) {
            tags.add(new Tag(key[0], text[0]));
        }
    }

    private static void endpoint(JsonInput in, String what, Endpoint endpoint) throws IOException {
        in.object(what, field -> {
            switch (field) {
                case "serviceName" -> endpoint.service = in.text(field);
                case "ipv4" -> endpoint.ipv4 = in.text(field);
                case "ipv6" -> endpoint.ipv6 = in.text(field);
                case "port" -> endpoint.port = in.unsigned(field);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private static void requireRoom(JsonInput in, List<?> list) {
        // The draft has attributes of its own beside the tags.
        if (list.size() >= SpanDraft.MAX_LIST - 100) {
            throw new FormatException(
                    Reason.TOO_LARGE, in.place() + "a span has more than " + list.size() + " tags or annotations");
        }
    }

    /** Reads microseconds, with up to three digits behind the point, as nanoseconds. */
    private static long nanos(JsonInput in, String what) throws IOException {
        return in.unsigned(what, MICRO_DIGITS, "microseconds");
    }
}
