package io.offspan.codec.otlp;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import org.jspecify.annotations.Nullable;

/**
 * Writes spans as OTLP {@code ExportTraceServiceRequest} bytes, which are also those of {@code TracesData}.
 *
 * <p>Either a range of a block at once, where each resource and each scope under it comes once:
 *
 * <pre>{@code
 * ProtoOutput request = writer.writeRequest(block, 0, block.count());
 * }</pre>
 *
 * or spans from anywhere one by one, where neighbours with equal resource and scope share them:
 *
 * <pre>{@code
 * writer.begin();
 * while (cursor.next()) {
 *     writer.add(cursor.span());
 * }
 * ProtoOutput request = writer.end();
 * }</pre>
 *
 * <p>Resources, scopes, texts and structured values are copied byte for byte. Parsed, the request equals what was stored.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> the buffer that it returns, which is valid until the next {@code begin}
 * or {@code writeRequest}. Allocates nothing once its buffers have grown.
 *
 * <p><b>Fails</b> with {@link IndexOutOfBoundsException} for a span whose bytes are damaged; the request under way is then lost.
 */
public final class OtlpWriter {
    /** The most bytes that framing may add to a span that is added to a request. */
    private static final int SPAN_FRAMING_BYTES = 64;

    private static final int MESSAGE = 1 << 3 | ProtoInput.LENGTH;
    private static final int CHILD = 2 << 3 | ProtoInput.LENGTH;
    private static final int SCHEMA_URL = 3 << 3 | ProtoInput.LENGTH;

    private final ProtoOutput out = new ProtoOutput(64 * 1024);
    private final SpanWriter spans = new SpanWriter(out);
    private final EnvelopeGroups groups = new EnvelopeGroups();
    private final Envelope resource = new Envelope();
    private final Envelope scope = new Envelope();
    private int resourceStart;
    private int scopeStart;
    private int resourceWidth = 3;
    private int scopeWidth = 3;
    private int spanWidth = 2;
    private boolean resourceOpen;
    private boolean scopeOpen;

    /** Writes the spans {@code [from, to)} of a block as one request. */
    public ProtoOutput writeRequest(BlockReader block, int from, int to) {
        if (from < 0 || from > to || to > block.count()) {
            throw new IndexOutOfBoundsException(
                    "Spans " + from + " to " + to + " of a block that has " + block.count());
        }
        return write(block, null, from, to);
    }

    /** Writes the spans of a block that the entries {@code [from, to)} of a choice name as one request. */
    public ProtoOutput writeRequest(BlockReader block, ChosenSpans choice, int from, int to) {
        return write(block, choice, from, to);
    }

    private ProtoOutput write(BlockReader block, @Nullable ChosenSpans chosen, int from, int to) {
        begin();
        groups.collect(block, chosen, from, to);
        for (int chain = 0; chain < groups.count(); chain++) {
            if (groups.startsChain(chain)) {
                for (int g = chain; g != EnvelopeGroups.NONE; g = groups.nextGroup(g)) {
                    enter(block.strings(), groups.resource(g), groups.scope(g));
                    for (int i = groups.firstSpan(g); i != EnvelopeGroups.NONE; i = groups.nextSpan(i)) {
                        if (chosen == null) {
                            write(block.span(from + i), 0);
                        } else {
                            write(block.span(chosen.index(from + i)), chosen.threshold(from + i));
                        }
                    }
                }
            }
        }
        return end();
    }

    /** Writes a span alone, as the content of a Span message, which has neither resource nor scope. */
    public ProtoOutput writeSpan(SpanView span) {
        begin();
        spans.write(span, 0);
        return out;
    }

    /** Starts an empty request. */
    public OtlpWriter begin() {
        out.clear();
        resourceOpen = false;
        scopeOpen = false;
        return this;
    }

    /** Adds a span to the request. */
    public OtlpWriter add(SpanView span) {
        enter(span.strings(), span.resourceIndex(), span.scopeIndex());
        write(span, 0);
        return this;
    }

    /** Returns how many bytes the request would have at most if it ended here. */
    public int length() {
        return out.length() + SPAN_FRAMING_BYTES + resource.schemaBytes() + scope.schemaBytes();
    }

    /** Completes the request. */
    public ProtoOutput end() {
        closeScope();
        closeResource();
        return out;
    }

    private void write(SpanView span, long threshold) {
        int start = out.open(CHILD, spanWidth);
        spans.write(span, threshold);
        spanWidth = out.close(start, spanWidth);
    }

    /** Makes sure that what is written next stands under this resource and scope. */
    private void enter(StringHeap strings, int resourceIndex, int scopeIndex) {
        if (!resourceOpen || !resource.equalTo(strings, resourceIndex)) {
            closeScope();
            closeResource();
            resource.copyFrom(strings, resourceIndex);
            resourceStart = out.open(MESSAGE, resourceWidth);
            resourceOpen = true;
            writeMessage(resource, out);
        }
        if (!scopeOpen || !scope.equalTo(strings, scopeIndex)) {
            closeScope();
            scope.copyFrom(strings, scopeIndex);
            scopeStart = out.open(CHILD, scopeWidth);
            scopeOpen = true;
            writeMessage(scope, out);
        }
    }

    private void closeScope() {
        if (scopeOpen) {
            writeSchema(scope, out);
            scopeWidth = out.close(scopeStart, scopeWidth);
            scopeOpen = false;
        }
    }

    private void closeResource() {
        if (resourceOpen) {
            writeSchema(resource, out);
            resourceWidth = out.close(resourceStart, resourceWidth);
            resourceOpen = false;
        }
    }

    private static void writeMessage(Envelope envelope, ProtoOutput out) {
        if (envelope.present()) {
            int at = envelope.messageOffset();
            out.putField(MESSAGE, envelope.bytes(), at, envelope.length() - at);
        }
    }

    private static void writeSchema(Envelope envelope, ProtoOutput out) {
        int length = envelope.schemaBytes();
        if (length > 0) {
            out.putField(SCHEMA_URL, envelope.bytes(), envelope.schemaOffset(), length);
        }
    }
}
