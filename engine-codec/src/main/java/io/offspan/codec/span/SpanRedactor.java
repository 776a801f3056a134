package io.offspan.codec.span;

import org.jspecify.annotations.Nullable;

/**
 * Gives of one draft after another what a policy lets be stored of it: attributes may be missing, and values be masked.
 *
 * <p>A draft of which everything may be stored costs a look at each of its keys, and nothing is copied. One with a key whose values the
 * policy wants to see is copied. The numbers of dropped attributes stay those of the span's maker.
 *
 * <p><b>Threads.</b> Belongs to one thread at a time. <b>Owns</b> a draft and its envelopes, which hold until the next call.
 */
public final class SpanRedactor {
    /** Where the messages of a resource and of a scope have their attributes. */
    private static final int RESOURCE_ATTRIBUTES = 1;

    private static final int SCOPE_ATTRIBUTES = 3;

    private final @Nullable KeyRules ofSpans;
    private final @Nullable KeyRules ofEvents;
    private final @Nullable KeyRules ofLinks;
    private final Tally tally = new Tally();
    private final EnvelopeRedactor resources;
    private final EnvelopeRedactor scopes;
    private final ValueRule values = new ValueRule();
    private final SpanDraft out = new SpanDraft();

    /** Makes a redactor that has seen nothing yet. */
    public SpanRedactor(AttributePolicy policy) {
        ofSpans = KeyRules.of(policy, AttributeOwner.SPAN);
        ofEvents = KeyRules.of(policy, AttributeOwner.EVENT);
        ofLinks = KeyRules.of(policy, AttributeOwner.LINK);
        resources = new EnvelopeRedactor(KeyRules.of(policy, AttributeOwner.RESOURCE), RESOURCE_ATTRIBUTES, tally);
        scopes = new EnvelopeRedactor(KeyRules.of(policy, AttributeOwner.SCOPE), SCOPE_ATTRIBUTES, tally);
    }

    /** Returns a draft as it may be stored: itself, or this object's own, which stays as it is until the next call. */
    public SpanDraft apply(SpanDraft draft) {
        Envelope resource = resources.apply(draft.resource);
        Envelope scope = scopes.apply(draft.scope);
        if (resource == draft.resource && scope == draft.scope && keepsAll(draft)) {
            return draft;
        }
        copy(draft);
        out.resource = resource;
        out.scope = scope;
        return out;
    }

    /** Returns how many attributes were removed since it was asked last. */
    public long takeRemoved() {
        long count = tally.removed;
        tally.removed = 0;
        return count;
    }

    /** Returns how many values were masked since it was asked last. */
    public long takeMasked() {
        long count = tally.masked;
        tally.masked = 0;
        return count;
    }

    /** Lets go of the last draft's values. */
    public void forget() {
        out.reset();
    }

    private boolean keepsAll(SpanDraft draft) {
        if (!keepsAll(ofSpans, draft, 0, draft.spanAttributes)) {
            return false;
        }
        for (int e = 0; e < draft.events.count; e++) {
            if (!keepsAll(ofEvents, draft, draft.events.first[e], draft.events.end[e])) {
                return false;
            }
        }
        for (int l = 0; l < draft.links.count; l++) {
            if (!keepsAll(ofLinks, draft, draft.links.first[l], draft.links.end[l])) {
                return false;
            }
        }
        return true;
    }

    private static boolean keepsAll(@Nullable KeyRules rules, SpanDraft draft, int first, int end) {
        if (rules == null) {
            return true;
        }
        for (int a = first; a < end; a++) {
            if (rule(rules, draft, a) != KeyRule.KEEP) {
                return false;
            }
        }
        return true;
    }

    private static KeyRule rule(KeyRules rules, SpanDraft draft, int a) {
        String text = draft.attributes.keyText[a];
        long range = draft.attributes.keyRange[a];
        return text != null ? rules.of(text) : rules.of(draft.source, (int) (range >>> 32), (int) range);
    }

    private void copy(SpanDraft from) {
        SpanDraft to = out.clear();
        to.source = from.source;
        to.traceIdHigh = from.traceIdHigh;
        to.traceIdLow = from.traceIdLow;
        to.spanId = from.spanId;
        to.parentId = from.parentId;
        to.hasParent = from.hasParent;
        to.start = from.start;
        to.end = from.end;
        to.kind = from.kind;
        to.hasStatus = from.hasStatus;
        to.status = from.status;
        to.flags = from.flags;
        to.droppedAttributes = from.droppedAttributes;
        to.droppedEvents = from.droppedEvents;
        to.droppedLinks = from.droppedLinks;
        to.nameText = from.nameText;
        to.nameRange = from.nameRange;
        to.messageText = from.messageText;
        to.messageRange = from.messageRange;
        to.traceStateText = from.traceStateText;
        to.traceStateRange = from.traceStateRange;
        to.spanAttributes = attributes(ofSpans, from, 0, from.spanAttributes);
        events(from.events, to.events, from);
        links(from.links, to.links, from);
    }

    private void events(DraftEvents from, DraftEvents to, SpanDraft draft) {
        for (int e = 0; e < from.count; e++) {
            to.add(from.time[e], from.nameText[e], from.nameRange[e], out.attributes.count);
            to.dropped[e] = from.dropped[e];
            to.end[e] = attributes(ofEvents, draft, from.first[e], from.end[e]);
        }
    }

    private void links(DraftLinks from, DraftLinks to, SpanDraft draft) {
        for (int l = 0; l < from.count; l++) {
            to.add(from.traceIdHigh[l], from.traceIdLow[l], from.spanId[l], from.bits[l], out.attributes.count);
            to.flags[l] = from.flags[l];
            to.dropped[l] = from.dropped[l];
            to.stateText[l] = from.stateText[l];
            to.stateRange[l] = from.stateRange[l];
            to.end[l] = attributes(ofLinks, draft, from.first[l], from.end[l]);
        }
    }

    /** Copies what may be stored of a list, and returns where its copy ends. */
    private int attributes(@Nullable KeyRules rules, SpanDraft from, int first, int end) {
        for (int a = first; a < end; a++) {
            KeyRule rule = rules == null ? KeyRule.KEEP : rule(rules, from, a);
            String stored =
                    rule == KeyRule.KEEP ? ValueRule.SAME : rule == KeyRule.REMOVE ? null : value(rule, from, a);
            if (stored == ValueRule.SAME) {
                out.attributes.addLike(from.attributes, a);
            } else if (stored == null) {
                tally.removed++;
            } else {
                tally.masked++;
                out.attributes.addText(from.attributes, a, stored);
            }
        }
        return out.attributes.count;
    }

    private @Nullable String value(KeyRule rule, SpanDraft from, int a) {
        long bits = from.attributes.bits[a];
        Object object = from.attributes.object[a];
        byte[] bytes = object instanceof byte[] own ? own : from.source;
        int offset = object == null ? (int) (bits >>> 32) : 0;
        int length = object == null ? (int) bits : bytes.length;
        return switch (from.attributes.type[a]) {
            case SpanDraft.STRING ->
                ValueRule.text(rule, object instanceof String text ? text : ValueRule.utf8(bytes, offset, length));
            case SpanDraft.LONG -> ValueRule.text(rule, Long.toString(bits));
            case SpanDraft.BOOL -> ValueRule.text(rule, bits == 0 ? "false" : "true");
            case SpanDraft.DOUBLE -> ValueRule.number(rule, Double.longBitsToDouble(bits));
            case SpanDraft.BYTES -> ValueRule.bytes(rule, bytes, offset, length);
            case SpanDraft.ANY_VALUE -> values.message(rule, bytes, offset, length);
            case SpanDraft.KEY_VALUE -> values.keyValue(rule, bytes, offset, length);
            default -> ValueRule.none(rule);
        };
    }
}
