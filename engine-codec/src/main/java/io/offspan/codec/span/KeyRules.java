package io.offspan.codec.span;

import io.offspan.codec.wire.HeapBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a policy has for the keys of one owner, those used last at hand.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class KeyRules {
    /** How many keys of either form are remembered; two that want the same place take turns. */
    private static final int SLOTS = 512;
    /** Keys that are longer are asked about each time, so that nobody can fill the heap with them. */
    private static final int MOST_KNOWN = 256;

    private final AttributePolicy policy;
    private final AttributeOwner owner;
    private final @Nullable String[] texts = new String[SLOTS];
    private final KeyRule[] rulesOfTexts = new KeyRule[SLOTS];
    private final @Nullable Known[] ranges = new Known[SLOTS];

    /**
     * A key in UTF-8 and its rule.
     *
     * @param first its first eight bytes, or all of a shorter one
     * @param last its last eight bytes, by which nearly all others are told apart
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody else sees it
    private record Known(long first, long last, byte[] key, KeyRule rule) {
        boolean is(long begin, long end, byte[] source, int offset, int length) {
            return first == begin
                    && last == end
                    && key.length == length
                    && (length <= 2 * Long.BYTES || Arrays.equals(key, 0, length, source, offset, offset + length));
        }
    }

    private KeyRules(AttributePolicy policy, AttributeOwner owner) {
        this.policy = policy;
        this.owner = owner;
    }

    /** Returns the rules of an owner, or null where the policy has none for it. */
    static @Nullable KeyRules of(AttributePolicy policy, AttributeOwner owner) {
        return policy.concerns(owner) ? new KeyRules(policy, owner) : null;
    }

    KeyRule of(String key) {
        if (key.length() > MOST_KNOWN) {
            return policy.rule(owner, key);
        }
        int hash = key.hashCode();
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String known = texts[slot];
        if (known == key || known != null && known.equals(key)) {
            return rulesOfTexts[slot];
        }
        KeyRule rule = policy.rule(owner, key);
        texts[slot] = key;
        rulesOfTexts[slot] = rule;
        return rule;
    }

    /** Returns the rule for a key in UTF-8. */
    KeyRule of(byte[] source, int offset, int length) {
        if (length < Long.BYTES) {
            return ofShort(source, offset, length);
        }
        if (length > MOST_KNOWN) {
            return ask(source, offset, length);
        }
        long first = HeapBytes.getLong(source, offset);
        long last = HeapBytes.getLong(source, offset + length - Long.BYTES);
        int slot = slot(first, last, length);
        Known known = ranges[slot];
        if (known == null || !known.is(first, last, source, offset, length)) {
            known = new Known(
                    first, last, Arrays.copyOfRange(source, offset, offset + length), ask(source, offset, length));
            ranges[slot] = known;
        }
        return known.rule;
    }

    private KeyRule ofShort(byte[] source, int offset, int length) {
        long all = length;
        for (int i = 0; i < length; i++) {
            all = all << Byte.SIZE | source[offset + i] & 0xff;
        }
        int slot = slot(all, 0, length);
        Known known = ranges[slot];
        if (known == null || known.first != all || known.key.length != length) {
            known = new Known(all, 0, Arrays.copyOfRange(source, offset, offset + length), ask(source, offset, length));
            ranges[slot] = known;
        }
        return known.rule;
    }

    private KeyRule ask(byte[] source, int offset, int length) {
        return policy.rule(owner, new String(source, offset, length, StandardCharsets.UTF_8));
    }

    private static int slot(long first, long last, int length) {
        long mixed = (first ^ Long.rotateLeft(last, 31) ^ length) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & SLOTS - 1;
    }
}
