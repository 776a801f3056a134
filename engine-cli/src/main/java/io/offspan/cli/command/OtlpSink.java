package io.offspan.cli.command;

import io.offspan.codec.proto.ProtoOutput;
import java.io.IOException;

/** Takes the requests of an export, one after another. Whoever closes it before {@link #commit} gives the export up. */
interface OtlpSink extends AutoCloseable {
    void write(ProtoOutput request) throws IOException;

    /** Says that there are no more; returns how many bytes they took, lengths included. */
    long commit() throws IOException;

    @Override
    void close() throws IOException;
}
