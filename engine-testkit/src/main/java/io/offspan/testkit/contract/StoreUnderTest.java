package io.offspan.testkit.contract;

import io.offspan.testkit.otlp.SpanBag;
import java.util.OptionalInt;

/**
 * What a store of spans has to offer to be held to {@link SpanStoreContract}: OTLP bytes in, TraceQL text to a multiset of OTLP spans
 * out, and the events of its life.
 *
 * <p>What a store cannot do keeps its default and is left out of the lives that are tried.
 *
 * <p><b>Threads.</b> One. <b>Fails</b> with any exception, which fails the test.
 */
public interface StoreUnderTest extends AutoCloseable {
    /** Stores the spans of an OTLP {@code ExportTraceServiceRequest}; returns how many of them are stored now. */
    int append(byte[] request) throws Exception;

    /** Returns the spans that a TraceQL text finds, all of them. */
    SpanBag query(String traceQl) throws Exception;

    /** Begins a new file, segment or table, whatever the next spans go into. */
    void roll() throws Exception;

    /** Closes the store and opens it again on the same place. */
    void reopen() throws Exception;

    /** Returns the spans that somebody finds who opens the same place for reading only, beside this store. */
    default SpanBag queryReadOnly(String traceQl) throws Exception {
        return query(traceQl);
    }

    /** Returns what a follower, which began before the first span and has kept its position since, has been given up to now. */
    default SpanBag followed() throws Exception {
        return query("{ }");
    }

    /** Takes away the oldest spans, as retention does; returns how many, or nothing where there is no such thing. */
    default OptionalInt retire() throws Exception {
        return OptionalInt.empty();
    }

    /** Damages what is stored, somewhere, and opens it again; returns how many spans were there, or nothing where that is not possible. */
    default OptionalInt damage() throws Exception {
        return OptionalInt.empty();
    }

    @Override
    void close() throws Exception;
}
