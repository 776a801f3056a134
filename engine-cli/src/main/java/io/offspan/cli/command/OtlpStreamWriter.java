package io.offspan.cli.command;

import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.codec.proto.ProtoOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Length-delimited OTLP requests that go straight into a stream. <b>Owns</b> the stream. */
final class OtlpStreamWriter implements OtlpSink {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final CountingOutput counting;
    private final OutputStream out;

    OtlpStreamWriter(OutputStream stream) {
        counting = new CountingOutput(stream);
        out = new BufferedOutputStream(counting, BUFFER_BYTES);
    }

    @Override
    public void write(ProtoOutput request) throws IOException {
        OtlpFrames.write(out, request);
    }

    @Override
    public long commit() throws IOException {
        out.flush();
        return counting.bytes();
    }

    @Override
    public void close() throws IOException {
        counting.close();
    }
}
