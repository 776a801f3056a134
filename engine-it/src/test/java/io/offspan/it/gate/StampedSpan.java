package io.offspan.it.gate;

import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.nio.charset.StandardCharsets;

/**
 * A span that carries who wrote it, its number and a checksum over its fields, so that it proves its own content wherever it is
 * found.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing after construction.
 */
public final class StampedSpan {
    /** Every so many spans one does not fit into a slab of 64 KiB, unless {@link #small} was asked for. */
    public static final int LARGE_EVERY = 4_999;

    private static final byte[] CHECKSUM = "stamp.checksum".getBytes(StandardCharsets.US_ASCII);
    private static final String[] NAMES = {"GET /cart", "POST /checkout", "SELECT orders", "publish shipped"};
    private static final String[] ROUTES = {"/cart", "/checkout/{id}", "/orders", "/"};
    private static final String[] NOTES = new String[128];
    private static final long START = 1_700_000_000_000_000_000L;
    private static final String LARGE = "0123456789abcdef".repeat(6_000);

    static {
        for (int i = 0; i < NOTES.length; i++) {
            NOTES[i] = "note-" + "abcdefghijklmnopqrstuvwxyz".repeat(5).substring(i);
        }
    }

    private final Envelope resource = envelope("\n\u0012\n\fservice.name\u0012\u0002\n\u0000");
    private final Envelope scope = envelope("\n\u0002it");
    private final byte[] request = new byte[16];
    private boolean large = true;
    private int writer;
    private long counter;
    private long sum;

    private static Envelope envelope(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return new Envelope().set(bytes, 0, bytes.length, new byte[0], 0, 0);
    }

    /** Leaves out the spans that need a large slab. */
    public StampedSpan small() {
        large = false;
        return this;
    }

    /** Fills a draft with the span of that writer and number; it may not be filled again before the draft is stored. */
    public void fill(SpanDraft draft, int writer, long counter) {
        long random = mix(mix(writer) + counter);
        long start = START + counter * 1_000;
        long end = start + (random & 0xf_ffff);
        boolean child = (random & 0x30) != 0;
        String name = NAMES[(int) random & 3];
        String route = ROUTES[(int) (random >>> 8) & 3];
        String note = large && counter % LARGE_EVERY == 0 ? LARGE : NOTES[(int) (random >>> 24) & 127];
        HeapBytes.putLong(request, 0, random);
        HeapBytes.putLong(request, 8, ~random);
        draft.clear().resource(resource).scope(scope);
        draft.ids(mix(random), mix(random + 1), random).times(start, end).name(name);
        draft.kind((int) (random >>> 16) & 3);
        if (child) {
            draft.parent(random + 2);
        }
        sum = 17;
        add(mix(random)).add(mix(random + 1)).add(random).add(start).add(end).add(child ? random + 2 : 0);
        add((random >>> 16) & 3)
                .add(name)
                .add(writer)
                .add(counter)
                .add(route)
                .add(note)
                .add(request);
        draft.attribute("stamp.writer", writer)
                .attribute("stamp.counter", counter)
                .attribute("http.route", route)
                .attribute("note", note)
                .attribute("request", request)
                .attribute("stamp.checksum", sum);
        if ((random & 0x700) == 0) {
            draft.event(end, "retry").attribute("stamp.checksum", sum);
        }
    }

    /** Reads a span and tells whether it is one of ours and as it was written. */
    public boolean read(SpanView span) {
        AttributeCursor attributes = span.attributes();
        if (attributes.count() != 6
                || !resource.equalTo(span.strings(), span.resourceIndex())
                || !scope.equalTo(span.strings(), span.scopeIndex())) {
            return false;
        }
        sum = 17;
        add(span.traceIdHigh()).add(span.traceIdLow()).add(span.spanId());
        add(span.startNanos()).add(span.endNanos()).add(span.parentId()).add(span.kind());
        StringHeap strings = span.strings();
        add(strings.memory(), strings.offset(span.nameIndex()), strings.length(span.nameIndex()));
        attributes.next();
        writer = (int) attributes.longValue();
        attributes.next();
        counter = attributes.longValue();
        add(writer).add(counter);
        for (int i = 0; i < 3; i++) {
            attributes.next();
            add(attributes.bytesMemory(), attributes.bytesOffset(), attributes.bytesLength());
        }
        attributes.next();
        return attributes.keyEquals(CHECKSUM) && attributes.longValue() == sum && eventsAgree(span);
    }

    /** Tells whether the fixed part of a span agrees with itself; cheap enough to be asked of every line. */
    public static boolean lineAgrees(SpanView span) {
        long random = span.spanId();
        return span.traceIdHigh() == mix(random)
                && span.traceIdLow() == mix(random + 1)
                && span.durationNanos() == (random & 0xf_ffff)
                && span.parentId() == ((random & 0x30) != 0 ? random + 2 : 0);
    }

    private boolean eventsAgree(SpanView span) {
        boolean expected = (span.spanId() & 0x700) == 0;
        EventCursor events = span.events();
        boolean found = events.next();
        if (!found || !expected) {
            return found == expected;
        }
        AttributeCursor of = events.attributes();
        return of.next() && of.longValue() == sum && events.timeNanos() == span.endNanos() && !events.next();
    }

    /** Returns the span id that the span of a writer and number has. */
    public static long spanId(int writer, long counter) {
        return mix(mix(writer) + counter);
    }

    /** Returns who wrote the span read last. */
    public int writer() {
        return writer;
    }

    /** Returns the number of the span read last. */
    public long counter() {
        return counter;
    }

    private StampedSpan add(long value) {
        sum = mix(sum + value);
        return this;
    }

    private StampedSpan add(String ascii) {
        long hash = sum;
        for (int i = 0; i < ascii.length(); i++) {
            hash = hash * 31 + ascii.charAt(i);
        }
        sum = mix(hash);
        return this;
    }

    private StampedSpan add(byte[] bytes) {
        long hash = sum;
        for (byte each : bytes) {
            hash = hash * 31 + (each & 0xff);
        }
        sum = mix(hash);
        return this;
    }

    private void add(Memory memory, long offset, int length) {
        long hash = sum;
        for (long at = offset; at < offset + length; at++) {
            hash = hash * 31 + memory.getUnsignedByte(at);
        }
        sum = mix(hash);
    }

    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
