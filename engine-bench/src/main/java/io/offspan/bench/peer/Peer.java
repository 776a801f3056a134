package io.offspan.bench.peer;

import io.offspan.bench.w1.W1Queries;
import java.nio.file.Path;

/**
 * A store of spans that takes in the workload and answers its questions.
 *
 * <p><b>Threads.</b> Is called by one thread; may have threads of its own.
 *
 * <p><b>Fails.</b> With whatever its library throws: the measurement of this store then ends, and says so.
 */
public interface Peer extends AutoCloseable {
    /** Returns the version of the library and how it is configured, in a sentence. */
    String description();

    /** Tells whether the spans are still there after {@link #close}. */
    default boolean keepsSpans() {
        return true;
    }

    /** Returns why answers to searches cannot be compared with the right ones, or nothing when they can. */
    default String searchDiffers() {
        return "";
    }

    /** Opens the store in a directory, which may be new, for so many spans in all. */
    void open(Path directory, long spans) throws Exception;

    /** Takes in an OTLP request. */
    void ingest(byte[] request) throws Exception;

    /** Makes everything that was taken in visible to questions. */
    void settle() throws Exception;

    /** Returns the spans of a trace, every one of them read. */
    Finding trace(long high, long low) throws Exception;

    /** Returns the newest spans that a search is for. */
    Finding search(W1Queries.Search search) throws Exception;

    /** Returns how many spans there are. */
    long count(W1Queries.Count count) throws Exception;

    @Override
    void close() throws Exception;
}
