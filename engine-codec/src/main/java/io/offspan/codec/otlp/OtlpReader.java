package io.offspan.codec.otlp;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the spans of an OTLP {@code ExportTraceServiceRequest}, one at a time, into a draft.
 *
 * <pre>{@code
 * reader.wrap(request, 0, request.length);
 * for (;;) {
 *     try {
 *         if (!reader.nextSpan(draft)) {
 *             break;
 *         }
 *         appender.add(draft);
 *     } catch (FormatException refused) { // this span only, unless reader.broken()
 *     }
 * }
 * }</pre>
 *
 * <p>Fields may stand in any order, repeated singular fields follow protobuf's rule (scalars: the last counts; messages:
 * merged), unknown enumeration numbers are kept, text is not required to be UTF-8. Unknown fields of values, resources and
 * scopes are stored with them; all others are skipped and counted.
 *
 * <p>Damage inside a span refuses that span. Damage inside a resource or scope message refuses the spans under it, one by one.
 * Damage of the framing around them ends the request: the ResourceSpans or ScopeSpans message in which it lies gives no span,
 * for what it would have said about them behind the damage is lost; those before it are read already.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> the two envelopes that drafts refer to until the next call; the
 * request must not change before its drafts are stored. Allocates nothing once its envelopes have grown, except exceptions.
 */
public final class OtlpReader {
    private static final int RESOURCE_SPANS = 1 << 3 | ProtoInput.LENGTH;

    /** ResourceSpans and ScopeSpans are built alike: what is shared, the children, the schema URL. */
    private static final int SHARED = 1 << 3 | ProtoInput.LENGTH;

    private static final int CHILDREN = 2 << 3 | ProtoInput.LENGTH;
    private static final int SCHEMA_URL = 3 << 3 | ProtoInput.LENGTH;

    /** Where release 0.15 of the protocol put what had been the children, for receivers that know both; built like them. */
    private static final int OLD_CHILDREN = 1000 << 3 | ProtoInput.LENGTH;

    private static final int RESOURCE_ATTRIBUTES = 1 << 3 | ProtoInput.LENGTH;
    private static final int SCOPE_ATTRIBUTES = 3 << 3 | ProtoInput.LENGTH;
    private static final int RESOURCE_ATTRIBUTE_DEPTH = 4;
    private static final int SCOPE_ATTRIBUTE_DEPTH = 5;

    private final ProtoInput in = new ProtoInput();
    private final ValueParser values = new ValueParser(in);
    private final SpanParser parser = new SpanParser(in, values);
    private final Envelope resource = new Envelope();
    private final Envelope scope = new Envelope();
    private @Nullable FormatException resourceDamage;
    private @Nullable FormatException scopeDamage;
    private int requestEnd;
    private int resourceEnd;
    private int scopeEnd;
    private long unknown;
    private boolean broken;

    /**
     * Starts a request.
     *
     * @throws IndexOutOfBoundsException when the range is not within the array
     */
    public OtlpReader wrap(byte[] request, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, request.length);
        in.wrap(request, offset);
        requestEnd = offset + length;
        resourceEnd = offset;
        scopeEnd = offset;
        unknown = 0;
        broken = false;
        resourceDamage = null;
        scopeDamage = null;
        return this;
    }

    /**
     * Fills a draft with the next span, its source, resource and scope included.
     *
     * @return false behind the last span
     * @throws FormatException when the next span is refused, which counts as read, or when the request is {@link #broken()}
     */
    public boolean nextSpan(SpanDraft draft) {
        if (broken) {
            return false;
        }
        int end;
        try {
            end = nextSpanEnd();
        } catch (FormatException damage) {
            broken = true;
            throw damage;
        }
        if (end < 0) {
            return false;
        }
        try {
            refuse(resourceDamage);
            refuse(scopeDamage);
            draft.source(in.bytes()).resource(resource).scope(scope);
            parser.parse(end, draft);
            unknown += parser.unknownFields();
        } finally {
            in.position(end);
        }
        return true;
    }

    /** Tells whether the framing of the request is damaged, so that there may have been spans that nobody will see. */
    public boolean broken() {
        return broken;
    }

    /** Returns how many bytes of the request have been read; in a broken one, where the damage is. */
    public int position() {
        return in.read();
    }

    /** Returns how many fields so far were unknown and are not stored. */
    public long unknownFields() {
        return unknown;
    }

    /** Goes to the next Span message and returns its end, or -1 when there is none. */
    private int nextSpanEnd() {
        while (true) {
            if (in.position() < scopeEnd) {
                int tag = in.tag(scopeEnd);
                if (tag == CHILDREN) {
                    int bytes = in.length(scopeEnd);
                    return in.position() + bytes;
                }
                in.skip(tag, scopeEnd);
            } else if (in.position() < resourceEnd) {
                int tag = in.tag(resourceEnd);
                if (tag == CHILDREN || tag == OLD_CHILDREN) {
                    int bytes = in.length(resourceEnd);
                    scopeEnd = in.position() + bytes;
                    scopeDamage = enter(scope, scopeEnd, SCOPE_ATTRIBUTES, SCOPE_ATTRIBUTE_DEPTH);
                } else {
                    in.skip(tag, resourceEnd);
                }
            } else if (in.position() < requestEnd) {
                int tag = in.tag(requestEnd);
                if (tag == RESOURCE_SPANS) {
                    int bytes = in.length(requestEnd);
                    resourceEnd = in.position() + bytes;
                    resourceDamage = enter(resource, resourceEnd, RESOURCE_ATTRIBUTES, RESOURCE_ATTRIBUTE_DEPTH);
                } else {
                    unknown(tag, requestEnd);
                }
            } else {
                return -1;
            }
        }
    }

    /** Looks through a ResourceSpans or ScopeSpans for what its children share; returns what is wrong with that. */
    private @Nullable FormatException enter(Envelope envelope, int end, int attributeTag, int attributeDepth) {
        int start = in.position();
        int messages = 0;
        int messageAt = 0;
        int messageBytes = 0;
        int schemaAt = start;
        int schemaBytes = 0;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == CHILDREN || tag == OLD_CHILDREN && envelope == resource) {
                in.skipLength(end);
            } else if (tag == SHARED) {
                int bytes = in.length(end);
                if (messages++ == 0) {
                    messageAt = in.position();
                    messageBytes = bytes;
                }
                in.position(in.position() + bytes);
            } else if (tag == SCHEMA_URL) {
                schemaBytes = in.length(end);
                schemaAt = in.position();
                in.position(in.position() + schemaBytes);
            } else {
                unknown(tag, end);
            }
        }
        in.position(start);
        if (messages == 0) {
            envelope.setAbsent(in.bytes(), schemaAt, schemaBytes);
            return null;
        }
        envelope.set(in.bytes(), messageAt, messageBytes, in.bytes(), schemaAt, schemaBytes);
        FormatException damage = check(messageAt, messageAt + messageBytes, attributeTag, attributeDepth);
        if (messages > 1) {
            damage = merge(envelope, end, attributeTag, attributeDepth, damage);
        }
        in.position(start);
        return damage;
    }

    /** Adds the second and further shared messages to the first. */
    private @Nullable FormatException merge(
            Envelope envelope, int end, int attributeTag, int attributeDepth, @Nullable FormatException before) {
        FormatException damage = before;
        boolean first = true;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag != SHARED) {
                in.skip(tag, end);
                continue;
            }
            int bytes = in.length(end);
            int at = in.position();
            if (!first) {
                envelope.append(in.bytes(), at, bytes);
                FormatException found = check(at, at + bytes, attributeTag, attributeDepth);
                damage = damage == null ? found : damage;
            }
            first = false;
            in.position(at + bytes);
        }
        return damage;
    }

    private @Nullable FormatException check(int from, int end, int attributeTag, int attributeDepth) {
        int back = in.position();
        in.position(from);
        try {
            while (in.position() < end) {
                int tag = in.tag(end);
                if (tag == attributeTag) {
                    int bytes = in.length(end);
                    values.keyValue(in.position() + bytes, attributeDepth);
                } else {
                    in.skip(tag, end);
                }
            }
            return null;
        } catch (FormatException damage) {
            return damage;
        } finally {
            in.position(back);
        }
    }

    private static void refuse(@Nullable FormatException damage) {
        if (damage != null) {
            throw FormatException.ofInput(
                    damage.reason(), "A span under a damaged resource or scope: " + damage.getMessage());
        }
    }

    private void unknown(int tag, int end) {
        in.skip(tag, end);
        unknown++;
    }
}
