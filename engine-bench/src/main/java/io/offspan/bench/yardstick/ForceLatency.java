package io.offspan.bench.yardstick;

import io.offspan.bench.measure.Latencies;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** How long the disk takes to make bytes durable: written to the end of a file, then forced. */
public final class ForceLatency {
    private ForceLatency() {}

    /** Forces so many times {@code bytes} more bytes, and returns the percentiles. */
    public static List<Row> measure(String group, Path scratch, int bytes, int times) throws IOException {
        String subject = "write and force " + bytes / 1024 + " KiB";
        Path file = scratch.resolve("forced");
        Latencies latencies = new Latencies();
        ByteBuffer chunk = ByteBuffer.allocateDirect(bytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < times; i++) {
                long begin = System.nanoTime();
                channel.write(chunk.clear());
                channel.force(false);
                latencies.record(System.nanoTime() - begin);
            }
        } finally {
            Files.delete(file);
        }
        return new ArrayList<>(latencies.rows(group, subject, 50, 99));
    }
}
