package io.offspan.codec.span;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoInput;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Puts a value to a rule: a number as its decimal text, bytes as UTF-8, an encoded message text by text, its inner keys and fields that
 * nobody knows included.
 *
 * <p>A message of which the rule changes anything is masked as a whole, and so is one that cannot be read to its end.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class ValueRule {
    /** Says that a value stays; compared by identity. */
    @SuppressWarnings("StringOperationCanBeSimplified")
    static final String SAME = new String("same");

    private static final int MAX_DEPTH = 64;
    /** Whole numbers up to here are exact as doubles. */
    private static final double EXACT = 1L << 53;

    private static final int STRING_VALUE = 1 << 3 | ProtoInput.LENGTH;
    private static final int BOOL_VALUE = 2 << 3 | ProtoInput.VARINT;
    private static final int INT_VALUE = 3 << 3 | ProtoInput.VARINT;
    private static final int DOUBLE_VALUE = 4 << 3 | ProtoInput.FIXED64;
    private static final int ARRAY_VALUE = 5 << 3 | ProtoInput.LENGTH;
    private static final int KVLIST_VALUE = 6 << 3 | ProtoInput.LENGTH;
    private static final int VALUES = 1 << 3 | ProtoInput.LENGTH;
    private static final int KEY_VALUE_VALUE = 2 << 3 | ProtoInput.LENGTH;

    private final ProtoInput in = new ProtoInput();
    private KeyRule rule = KeyRule.KEEP;
    private int texts;
    private boolean nested;
    private boolean removed;
    private @Nullable String changed;

    /** Returns {@link #SAME}, what takes the place of a text, or null where it is not stored. */
    static @Nullable String text(KeyRule rule, String text) {
        String stored = rule.apply(text);
        return stored != null && stored.equals(text) ? SAME : stored;
    }

    static @Nullable String bytes(KeyRule rule, byte[] source, int offset, int length) {
        String stored = text(rule, utf8(source, offset, length));
        return stored == null || stored == SAME ? stored : AttributePolicy.MASK;
    }

    static @Nullable String number(KeyRule rule, double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) <= EXACT;
        return text(rule, whole ? Long.toString((long) value) : Double.toString(value));
    }

    static String utf8(byte[] source, int offset, int length) {
        return new String(source, offset, length, StandardCharsets.UTF_8);
    }

    /** Puts an AnyValue message to a rule; one that is a single text or number may change in part. */
    @Nullable
    String message(KeyRule with, byte[] source, int offset, int length) {
        return judge(with, source, offset, length, false);
    }

    /** Puts a KeyValue message to a rule, its key as well. */
    @Nullable
    String keyValue(KeyRule with, byte[] source, int offset, int length) {
        return judge(with, source, offset, length, true);
    }

    /** Puts a value without any text to a rule: it may be removed as the empty text may, and there is nothing in it to mask. */
    static @Nullable String none(KeyRule with) {
        return with.apply("") == null ? null : SAME;
    }

    private @Nullable String judge(KeyRule with, byte[] source, int offset, int length, boolean keyValue) {
        rule = with;
        texts = 0;
        nested = keyValue;
        removed = false;
        changed = null;
        in.wrap(source, offset);
        try {
            if (keyValue) {
                keyValue(offset + length, 0);
            } else {
                anyValue(offset + length, 0);
            }
        } catch (FormatException unreadable) {
            return removed ? null : AttributePolicy.MASK;
        }
        if (removed) {
            return null;
        }
        if (texts == 0) {
            return none(with);
        }
        if (changed == null) {
            return SAME;
        }
        return nested || texts > 1 ? AttributePolicy.MASK : changed;
    }

    private void anyValue(int end, int depth) {
        requireShallow(depth);
        while (in.position() < end) {
            int tag = in.tag(end);
            switch (tag) {
                case STRING_VALUE -> see(text(end));
                case BOOL_VALUE -> see(in.varint(end) == 0 ? "false" : "true");
                case INT_VALUE -> see(Long.toString(in.varint(end)));
                case DOUBLE_VALUE -> note(number(rule, Double.longBitsToDouble(in.fixed64(end))));
                case ARRAY_VALUE, KVLIST_VALUE -> list(tag, end, depth);
                default -> other(tag, end);
            }
        }
    }

    private void list(int tag, int end, int depth) {
        nested = true;
        int listEnd = messageEnd(end);
        while (in.position() < listEnd) {
            int element = in.tag(listEnd);
            if (element != VALUES) {
                other(element, listEnd);
            } else if (tag == ARRAY_VALUE) {
                anyValue(messageEnd(listEnd), depth + 1);
            } else {
                keyValue(messageEnd(listEnd), depth + 1);
            }
        }
    }

    private void keyValue(int end, int depth) {
        requireShallow(depth);
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == KEY_VALUE_VALUE) {
                anyValue(messageEnd(end), depth + 1);
            } else {
                other(tag, end);
            }
        }
    }

    /** A key, bytes, or what a later release of the protocol may have put here. */
    private void other(int tag, int end) {
        if ((tag & 7) == ProtoInput.LENGTH) {
            nested = true;
            see(text(end));
        } else {
            in.skip(tag, end);
        }
    }

    private String text(int end) {
        int length = in.length(end);
        int at = in.position();
        in.position(at + length);
        return utf8(in.bytes(), at, length);
    }

    private int messageEnd(int end) {
        int length = in.length(end);
        return in.position() + length;
    }

    private void see(String text) {
        note(text(rule, text));
    }

    private void note(@Nullable String stored) {
        texts++;
        if (stored == null) {
            removed = true;
        } else if (stored != SAME) {
            changed = stored;
        }
    }

    private void requireShallow(int depth) {
        if (depth > MAX_DEPTH) {
            throw in.damage(
                    FormatException.Reason.TOO_DEEP, "Values nested deeper than the " + MAX_DEPTH + " levels allowed");
        }
    }
}
