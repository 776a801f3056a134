package io.offspan.cli.command;

import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.codec.proto.ProtoOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file of length-delimited OTLP requests that appears whole or not at all: it is written beside its place, forced, and renamed.
 *
 * <p><b>Owns</b> the file beside, which goes away when the writer is closed before {@link #commit}. Only the user may read
 * the file.
 */
final class OtlpFileWriter implements OtlpSink {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path target;
    private final Path beside;
    private final FileChannel channel;
    private final OutputStream out;

    OtlpFileWriter(Path target) throws IOException {
        this.target = target.toAbsolutePath();
        Path directory = this.target.getParent();
        beside = Files.createTempFile(directory, "." + this.target.getFileName() + ".", ".part");
        channel = FileChannel.open(beside, StandardOpenOption.WRITE);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
    }

    @Override
    public void write(ProtoOutput request) throws IOException {
        OtlpFrames.write(out, request);
    }

    /** Puts the file into its place, replacing what is there; returns its size. */
    @Override
    public long commit() throws IOException {
        out.flush();
        channel.force(true);
        long bytes = channel.size();
        channel.close();
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(beside);
    }
}
