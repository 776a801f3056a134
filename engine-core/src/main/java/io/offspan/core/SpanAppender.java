package io.offspan.core;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.AppendResult;

/**
 * One thread's way to append: a draft to fill, and the call that stores it.
 *
 * <pre>{@code
 * SpanAppender appender = store.newAppender();
 * appender.draft().resource(resource).scope(scope);       // stays for the spans that follow
 * appender.draft().clear().ids(high, low, span).name("GET /cart").kind(SpanKind.SERVER).times(start, end).attribute("http.route", "/cart");
 * if (appender.append() != AppendResult.ACCEPTED) { ... }  // counted by the store as well
 * }</pre>
 *
 * <p>When {@link #append} returns {@code ACCEPTED}, the span survives a kill of this process and is seen by every query that begins
 * after. It never blocks on a disk or a lock of the kernel; it takes a fraction of a microsecond, and at most 20 ms, or the configured
 * wait, when all threads append at once or no slab is free. It throws nothing but what the JVM itself throws at its caller (a
 * stack overflow, say), and then the spans before it stay and the ones after it go on.
 *
 * <p><b>Threads.</b> Belongs to one thread. A thread that ends without closing its appender leaves nothing behind.
 */
public final class SpanAppender {
    private final SpanStore store;
    private final SpanDraft draft = new SpanDraft().clear();
    private final int home;

    SpanAppender(SpanStore store, int home) {
        this.store = store;
        this.home = home;
    }

    /** Returns the draft that {@link #append} stores; it is the same object every time. */
    public SpanDraft draft() {
        return draft;
    }

    /**
     * Stores the draft; when it is accepted, the draft is cleared for the next span, else it stays as it is and may be tried again, or
     * is to be cleared by {@link SpanDraft#clear}. What was not set is stored as OTLP has it, with ids and times of 0; {@link
     * SpanStore#append(java.util.function.Consumer)} refuses such a span.
     *
     * @return an {@link AppendResult}
     */
    public int append() {
        int result = store.append(draft, home);
        if (result == AppendResult.ACCEPTED) {
            draft.clear();
        }
        return result;
    }
}
