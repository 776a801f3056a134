package io.offspan.it.fault;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.StampedSpan;

/**
 * Appends at the very end of a stack: dives until it overflows, then tries on each frame on the way up, so that the next overflow
 * comes a little deeper in the append each time, until one succeeds.
 *
 * <p><b>Threads.</b> Belongs to one thread, which should have a small stack.
 */
final class StackDiver {
    static final byte UNTRIED = 0;
    static final byte THROWN = 1;
    static final byte STORED = 2;

    private static final int SUCCESSES = 2;

    private final SpanStore store;
    private final SpanAppender appender;
    private final SpanDraft draft = new SpanDraft();
    private final StampedSpan span = new StampedSpan().small();
    private final int writer;
    /** What became of the spans, by number. */
    private final byte[] outcomes;

    private int number;
    private boolean filled;
    private int overflows;
    private int successes;
    private boolean rising;
    private int unexpected;

    StackDiver(SpanStore store, int writer, int mostSpans) {
        this.store = store;
        this.writer = writer;
        appender = store.newAppender();
        outcomes = new byte[mostSpans];
    }

    /** Dives once and appends on the way up. */
    void dive() {
        successes = 0;
        rising = false;
        descend();
    }

    private void descend() {
        try {
            if (!rising) {
                descend();
            }
        } catch (StackOverflowError bottom) {
            rising = true;
        }
        if (successes < SUCCESSES && number + 1 < outcomes.length) {
            attempt();
        }
    }

    /** Appends with all the stack that there is. */
    void attempt() {
        try {
            if (!filled) {
                number++;
                span.fill(appender.draft(), writer, number);
                span.fill(draft, writer, number);
                filled = true;
            }
        } catch (StackOverflowError tooDeep) {
            number -= number > 0 && outcomes[number] == UNTRIED ? 1 : 0;
            return;
        }
        outcomes[number] = THROWN;
        try {
            int result = (number & 1) == 0 ? appender.append() : store.append(draft);
            if (result == AppendResult.ACCEPTED) {
                outcomes[number] = STORED;
                successes++;
            } else {
                unexpected = result;
            }
        } catch (StackOverflowError tooDeep) {
            overflows++;
        }
        filled = false;
    }

    /** Returns how many appends have been cut off. */
    int overflows() {
        return overflows;
    }

    /** Returns the last refusal, or 0. */
    int unexpected() {
        return unexpected;
    }

    /** Returns how many spans were tried. */
    int tried() {
        return number;
    }

    byte outcome(int of) {
        return outcomes[of];
    }

    int writer() {
        return writer;
    }
}
