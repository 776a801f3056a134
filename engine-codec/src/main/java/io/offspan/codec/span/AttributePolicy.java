package io.offspan.codec.span;

/**
 * What of the attributes of spans may be stored.
 *
 * <p><b>Threads.</b> Any. Answers the same at all times, so that what it said of a key may be kept.
 */
public interface AttributePolicy {
    /** What takes the place of a value that has something to hide and is no single text. */
    String MASK = "***";

    /** Tells whether any rule is about attributes of an owner; the attributes of the others stay as they are. */
    boolean concerns(AttributeOwner owner);

    /** Returns the rule for a key, {@link KeyRule#KEEP} and {@link KeyRule#REMOVE} where the value does not matter. */
    KeyRule rule(AttributeOwner owner, String key);
}
