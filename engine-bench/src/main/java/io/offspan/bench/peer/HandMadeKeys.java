package io.offspan.bench.peer;

import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of a store that knows nothing but sorted keys, made by hand for exactly the questions of the workload.
 *
 * <pre>
 * span     trace id 16, span id 8
 * search   service 4, status 1, start downwards 8, trace id 16, span id 8
 * count    service 4, route 4, span id 8
 * </pre>
 */
public final class HandMadeKeys {
    public static final int TRACE_BYTES = 16;
    /** A service and a route. */
    public static final int COUNT_PREFIX_BYTES = 8;

    private static final int SPAN_BYTES = TRACE_BYTES + Long.BYTES;
    /** A service and a status. */
    private static final int SEARCH_PREFIX_BYTES = 5;

    private static final int SEARCH_SPAN = SEARCH_PREFIX_BYTES + Long.BYTES;

    private HandMadeKeys() {}

    /** Returns the key of a span. */
    public static byte[] span(Span span) {
        return put(ByteBuffer.allocate(SPAN_BYTES), span).array();
    }

    private static ByteBuffer put(ByteBuffer key, Span span) {
        return key.put(span.getTraceId().toByteArray()).put(span.getSpanId().toByteArray());
    }

    /** Returns where the spans of a trace begin. */
    public static byte[] trace(long high, long low) {
        return ByteBuffer.allocate(TRACE_BYTES).putLong(high).putLong(low).array();
    }

    /** Returns the key by which a search finds a span. */
    public static byte[] search(int service, Span span) {
        return put(search(service, span.getStatus().getCodeValue(), span.getStartTimeUnixNano()), span)
                .array();
    }

    private static ByteBuffer search(int service, int status, long startNanos) {
        return ByteBuffer.allocate(SEARCH_SPAN + SPAN_BYTES)
                .putInt(service)
                .put((byte) status)
                .putLong(Long.MAX_VALUE - startNanos);
    }

    /** Returns where a search begins: at its newest spans. */
    public static byte[] search(int service, W1Queries.Search asked) {
        return search(service, Status.StatusCode.STATUS_CODE_ERROR_VALUE, asked.toNanos() - 1)
                .array();
    }

    /** Tells whether a key is still within a search that began at another one. */
    public static boolean isWithin(byte[] key, byte[] newest, W1Queries.Search asked) {
        return Arrays.equals(key, 0, SEARCH_PREFIX_BYTES, newest, 0, SEARCH_PREFIX_BYTES)
                && Long.MAX_VALUE - ByteBuffer.wrap(key).getLong(SEARCH_PREFIX_BYTES) >= asked.fromNanos();
    }

    /** Returns the key of the span that a search found. */
    public static byte[] found(byte[] key) {
        return Arrays.copyOfRange(key, SEARCH_SPAN, SEARCH_SPAN + SPAN_BYTES);
    }

    /** Returns the key by which a count finds a span. */
    public static byte[] count(int service, int route, Span span) {
        return count(service, route).put(span.getSpanId().toByteArray()).array();
    }

    /** Returns where a count begins. */
    public static byte[] countFrom(int service, int route) {
        return count(service, route).array();
    }

    private static ByteBuffer count(int service, int route) {
        return ByteBuffer.allocate(COUNT_PREFIX_BYTES + Long.BYTES)
                .putInt(service)
                .putInt(route);
    }

    /** Tells whether a key is still within a trace or a count that began at another one. */
    public static boolean hasPrefix(byte[] key, byte[] from, int prefixBytes) {
        return Arrays.equals(key, 0, prefixBytes, from, 0, prefixBytes);
    }

    /** Returns a number as a value. */
    public static byte[] value(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
