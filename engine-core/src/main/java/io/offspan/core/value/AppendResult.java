package io.offspan.core.value;

/**
 * What became of an append: {@link #ACCEPTED}, or a negative code that says why the span was not stored.
 *
 * <p>Every refusal is counted under the name of its code in {@link StoreCounters}.
 */
public final class AppendResult {
    /** The span is stored: it survives a kill of this process, and every reader sees it. */
    public static final int ACCEPTED = 1;
    /** No slab was free: the disk, or the agent that writes to it, does not keep up. */
    public static final int NO_SLAB = -1;
    /** All stripes were held by other threads for longer than an append may wait. */
    public static final int BUSY = -2;
    /** The span is larger than the limit of the store. */
    public static final int TOO_LARGE = -3;
    /** The store has been closed. */
    public static final int CLOSED = -4;
    /**
     * The span could not be encoded, because another thread changed the draft meanwhile, say; or the store has failed, and then
     * {@code SpanStore.failure()} tells why.
     */
    public static final int FAILED = -5;

    private AppendResult() {}

    /** Returns the name of a code, as the counters and log lines use it. */
    public static String name(int code) {
        return switch (code) {
            case ACCEPTED -> "accepted";
            case NO_SLAB -> "noSlab";
            case BUSY -> "busy";
            case TOO_LARGE -> "tooLarge";
            case CLOSED -> "closed";
            case FAILED -> "failed";
            default -> "unknown";
        };
    }
}
