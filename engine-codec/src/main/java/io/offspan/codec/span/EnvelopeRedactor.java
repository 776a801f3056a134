package io.offspan.codec.span;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import org.jspecify.annotations.Nullable;

/**
 * Gives of a resource or a scope what a policy lets be stored. What it made is kept for the envelopes used last, each under its stamp.
 *
 * <p>Of a message that cannot be read nothing is left.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class EnvelopeRedactor {
    private static final int SLOTS = 16;
    private static final int KEY = 1 << 3 | ProtoInput.LENGTH;
    private static final int VALUE = 2 << 3 | ProtoInput.LENGTH;
    private static final int STRING_VALUE = 1 << 3 | ProtoInput.LENGTH;
    private static final byte[] NOTHING = {};

    private final @Nullable KeyRules rules;
    private final int attributeTag;
    private final Tally tally;
    private final ValueRule values = new ValueRule();
    private final ProtoInput in = new ProtoInput();
    private final ProtoOutput out = new ProtoOutput(256);
    private final @Nullable Envelope[] froms = new Envelope[SLOTS];
    private final long[] stamps = new long[SLOTS];
    private final Envelope[] made = new Envelope[SLOTS];
    private final Envelope[] results = new Envelope[SLOTS];

    /** @param attributeField the number of the field that has the attributes */
    EnvelopeRedactor(@Nullable KeyRules rules, int attributeField, Tally tally) {
        this.rules = rules;
        this.tally = tally;
        attributeTag = attributeField << 3 | ProtoInput.LENGTH;
    }

    /** Returns an envelope as it may be stored: itself, or one of this object's own, which stays as it is until the next call. */
    Envelope apply(Envelope from) {
        if (rules == null) {
            return from;
        }
        int slot = from.number() & SLOTS - 1;
        if (froms[slot] != from || stamps[slot] != from.stamp()) {
            results[slot] = redact(from, rules, slot);
            froms[slot] = from;
            stamps[slot] = from.stamp();
        }
        return results[slot];
    }

    private Envelope redact(Envelope from, KeyRules keys, int slot) {
        if (!from.present()) {
            return from;
        }
        boolean changed = false;
        byte[] bytes = from.bytes();
        int end = from.length();
        out.clear();
        in.wrap(bytes, from.messageOffset());
        try {
            while (in.position() < end) {
                int start = in.position();
                int tag = in.tag(end);
                if (tag == attributeTag) {
                    int length = in.length(end);
                    int at = in.position();
                    in.position(at + length);
                    changed |= !attribute(keys, bytes, start, at, at + length);
                } else {
                    in.skip(tag, end);
                    out.fields(bytes, start, in.position() - start);
                }
            }
        } catch (FormatException unreadable) {
            tally.removed++;
            out.clear();
            changed = true;
        }
        return changed ? make(from, slot) : from;
    }

    private Envelope make(Envelope from, int slot) {
        Envelope mine = made[slot];
        if (mine == null) {
            mine = new Envelope();
            made[slot] = mine;
        }
        return mine.set(
                out.length() == 0 ? NOTHING : out.bytes(),
                0,
                out.length(),
                from.bytes(),
                from.schemaOffset(),
                from.schemaBytes());
    }

    /** Writes what may be stored of the field from {@code start} on, whose KeyValue message begins at {@code at}; false where that is not all of it. */
    private boolean attribute(KeyRules keys, byte[] bytes, int start, int at, int end) {
        int keyAt = at;
        int keyBytes = 0;
        int valueAt = at;
        int valueBytes = -1;
        boolean whole = false;
        in.position(at);
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag != KEY && tag != VALUE) {
                in.skip(tag, end);
                whole = true;
                continue;
            }
            int length = in.length(end);
            int content = in.position();
            in.position(content + length);
            if (tag == KEY) {
                keyAt = content;
                keyBytes = length;
            } else {
                whole |= valueBytes >= 0;
                valueAt = content;
                valueBytes = length;
            }
        }
        KeyRule rule = keys.of(bytes, keyAt, keyBytes);
        String stored = rule == KeyRule.KEEP
                ? ValueRule.SAME
                : rule == KeyRule.REMOVE
                        ? null
                        : whole
                                ? values.keyValue(rule, bytes, at, end - at)
                                : values.message(rule, bytes, valueAt, Math.max(valueBytes, 0));
        if (stored == ValueRule.SAME) {
            out.fields(bytes, start, end - start);
            return true;
        }
        if (stored == null) {
            tally.removed++;
        } else {
            tally.masked++;
            masked(bytes, keyAt, keyBytes, stored);
        }
        return false;
    }

    private void masked(byte[] bytes, int keyAt, int keyBytes, String text) {
        int attribute = out.open(attributeTag >>> 3);
        out.putField(KEY, bytes, keyAt, keyBytes);
        int value = out.open(VALUE >>> 3);
        out.text(STRING_VALUE >>> 3, text);
        out.close(value);
        out.close(attribute);
    }
}
