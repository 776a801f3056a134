package io.offspan.cli.input;

import java.io.IOException;

/** Reads the spans of one stream into a store. */
interface SpanReader {
    /**
     * Reads to the end. Spans that are wrong are refused one by one.
     *
     * @throws InputException when what follows a place cannot be read; what stands before it is stored
     */
    void read(HeadStream in, Intake intake) throws IOException;
}
