package io.offspan.codec.span;

/**
 * Says that the block under construction has no room for the span; thrown without stack trace, caught by the builder, which
 * takes back what the span had written.
 */
public final class BlockFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final BlockFullException FULL = new BlockFullException();

    private BlockFullException() {
        super("No room in the block under construction", null, false, false);
    }
}
