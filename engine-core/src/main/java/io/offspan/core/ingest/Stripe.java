package io.offspan.core.ingest;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.AppendResult;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place to append: the block under construction in one slab at a time, for one thread at a time.
 *
 * <p>No code of the host runs while a stripe is held, so it is held for the time of one encoding, or of reading and encoding
 * {@value SlabLayout#MAX_UNPUBLISHED} spans of a request at most. Whatever is thrown in between,
 * a stack overflow included, leaves the spans before it as they are; a stripe that could not be let go is taken again by the same
 * thread, or by any thread once its holder has died.
 *
 * <p><b>Threads.</b> {@link #tryHold} and {@link #release} may be called by any thread, everything else by the holder.
 */
final class Stripe {
    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Stripe.class, "holder", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Holds the stripes of a closed store for ever. */
    private static final Object NOBODY = new Object();

    private static final int NONE = -1;

    private final SlabFile slabs;
    private final BlockBuilder builder;
    private final int owner;
    private final int first;
    private final int end;
    private final boolean single;
    private final Runnable handedOver;

    @SuppressWarnings("UnusedVariable")
    private volatile @Nullable Object holder;

    private int slab = NONE;
    private long word;
    /** Whether the word counts spans that the slab's own does not yet. */
    private boolean unpublished;

    /**
     * Makes a stripe that takes its slabs from {@code [first, end)}.
     *
     * @param owner marks the slabs of this stripe, 1 to 4,095
     * @param single closes each slab behind its first span
     * @param handedOver is told of each slab that waits for the agent from then on
     */
    Stripe(SlabFile slabs, int maxSpanBytes, int owner, int first, int end, boolean single, Runnable handedOver) {
        this.slabs = slabs;
        this.owner = owner;
        this.first = first;
        this.end = end;
        this.single = single;
        this.handedOver = handedOver;
        builder = new BlockBuilder(maxSpanBytes);
    }

    /** Takes the stripe unless another living thread has it. */
    boolean tryHold() {
        Thread me = Thread.currentThread();
        Object found = HOLDER.compareAndExchangeAcquire(this, null, me);
        if (found == null || found == me) {
            return true;
        }
        return found instanceof Thread other
                && !other.isAlive()
                && HOLDER.compareAndExchangeAcquire(this, other, me) == other;
    }

    void release() {
        HOLDER.setRelease(this, null);
    }

    /** Keeps the stripe from ever being taken again; the holder calls it instead of {@link #release}. */
    void retire() {
        HOLDER.setRelease(this, NOBODY);
    }

    boolean retired() {
        return holder == NOBODY;
    }

    /**
     * Stores a span and publishes it.
     *
     * @return an {@link AppendResult}; {@code TOO_LARGE} means for a slab of this stripe
     */
    int append(SpanDraft draft) {
        int result = add(draft);
        publish();
        return result;
    }

    /**
     * Stores a span that nobody sees before {@link #publish} is called, or its slab is handed over; {@value SlabLayout#MAX_UNPUBLISHED} at
     * most may wait for that.
     *
     * @return an {@link AppendResult}; {@code TOO_LARGE} means for a slab of this stripe
     */
    int add(SpanDraft draft) {
        if (slab == NONE && !take()) {
            return AppendResult.NO_SLAB;
        }
        int added = builder.add(draft);
        if (added == BlockBuilder.FULL && builder.count() > 0) {
            closeSlab();
            if (!take()) {
                return AppendResult.NO_SLAB;
            }
            added = builder.add(draft);
        }
        if (added != BlockBuilder.ADDED) {
            return AppendResult.TOO_LARGE;
        }
        unpublished = true;
        word++;
        FaultPoint.SPAN_ENCODED.reach();
        if (single) {
            closeSlab();
        }
        return AppendResult.ACCEPTED;
    }

    /** Lets everybody see the spans that were added. */
    void publish() {
        if (unpublished) {
            if (!FaultPoint.BUG_ACKS_UNPUBLISHED.planted() || (word & 7) == 0) {
                slabs.putWord(slab, word);
            }
            unpublished = false;
            FaultPoint.SPAN_COMMITTED.reach();
        }
    }

    /** Hands the slab over to the agent, if there is one with spans in it. */
    void closeSlab() {
        if (slab != NONE && SlabLayout.count(word) > 0) {
            int closing = slab;
            slab = NONE;
            unpublished = false;
            slabs.putWord(closing, closed(word));
            FaultPoint.SLAB_CLOSED.reach();
            handedOver.run();
        }
    }

    /** Hands the slab over, or frees it when it is empty: nobody will append here again. */
    void finish() {
        closeSlab();
        if (slab != NONE) {
            slabs.free(slab, SlabLayout.generation(word));
            slab = NONE;
        }
    }

    /** Returns the slab under construction, or -1. */
    int slab() {
        return slab;
    }

    private boolean take() {
        int usable = slabs.usable(first, end);
        for (int i = first; i < usable; i++) {
            long found = slabs.word(i);
            if (SlabLayout.state(found) == SlabLayout.OPEN && SlabLayout.owner(found) == owner) {
                adopt(i, found);
                found = slabs.word(i);
            }
            if (SlabLayout.isFree(found)) {
                long mine = SlabLayout.word(SlabLayout.generation(found) + 1, owner, SlabLayout.OPEN, 0);
                if (slabs.take(i, found, mine)) {
                    FaultPoint.SLAB_TAKEN.reach();
                    builder.start(slabs.slab(i), slabs.layout(i));
                    word = mine;
                    slab = i;
                    slabs.growForCaller();
                    return true;
                }
            }
        }
        return false;
    }

    /** Ends a slab of this stripe that an error had left open before the stripe could note it. */
    private void adopt(int lost, long found) {
        if (SlabLayout.count(found) > 0) {
            slabs.putWord(lost, closed(found));
        } else {
            slabs.free(lost, SlabLayout.generation(found));
        }
    }

    static long closed(long open) {
        return closed(open, SlabLayout.count(open));
    }

    static long closed(long open, int count) {
        return SlabLayout.word(SlabLayout.generation(open), SlabLayout.owner(open), SlabLayout.CLOSED, count);
    }
}
