package io.offspan.bench.suite;

import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Rounds;
import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Stream;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the way out: following the log, writing its blocks as OTLP requests on one thread, and sending them. */
public final class ExportSuite implements Suite {
    public static final String GROUP = "export";
    public static final String EXPORT = "offspan log to OTLP bytes";
    public static final String FOLLOW = "offspan follow the log";
    public static final String PARSE = "Y1 protobuf-java parse";

    private static final int WARM_UPS = 2;
    private static final long PARSED_SPANS = 65_536;

    private final OtlpWriter writer = new OtlpWriter();
    private long spans;
    private long bytes;

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Following the log, writing it as OTLP and sending a backlog, beside protobuf-java and OpenTelemetry.";
    }

    @Override
    public int steps(RunSize size) {
        return WARM_UPS + size.rounds() + BacklogTime.steps(size) + 1;
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        Path directory = Stores.filled(size, steps);
        List<byte[]> requests = new W1Stream(size.seed(), PARSED_SPANS).nextRequests(PARSED_SPANS);
        long runs = WARM_UPS + size.rounds();
        try (StoreReader reader = StoreReader.open(directory)) {
            Rounds rounds = new Rounds(GROUP)
                    .addTwins(EXPORT, meter -> follow(reader, size.spans(), meter, this::write))
                    .compare(EXPORT, PARSE)
                    .add(FOLLOW, meter -> follow(reader, size.spans(), meter, block -> {}))
                    .add(PARSE, meter -> parse(requests, meter));
            for (int i = 0; i < runs; i++) {
                steps.next("export, round " + (i + 1 - WARM_UPS));
                if (i < WARM_UPS) {
                    rounds.warmUp();
                } else {
                    rounds.round(i);
                }
            }
            List<Row> rows = new ArrayList<>(rounds.rows());
            rows.set(0, rows.get(0).answered(2 * runs * size.spans(), spans));
            Rounds beside = new Rounds(GROUP).add(PARSE, meter -> parse(requests, meter));
            BacklogTime.rows(directory, size, PARSE, beside, steps).stream()
                    .filter(row -> !row.subject().equals(PARSE))
                    .forEach(rows::add);
            return new Outcome(rows, rounds.noise());
        }
    }

    private static void follow(StoreReader reader, long spans, Meter meter, LogFollower.Handler handler) {
        LogFollower follower = reader.follower(Position.START);
        meter.start();
        follower.poll(handler);
        meter.stop(spans);
    }

    private void write(BlockReader block) {
        bytes += writer.writeRequest(block, 0, block.count()).length();
        spans += block.count();
    }

    private void parse(List<byte[]> requests, Meter meter) throws IOException {
        meter.start();
        for (byte[] request : requests) {
            bytes += ExportTraceServiceRequest.parseFrom(request).getResourceSpansCount();
        }
        meter.stop(PARSED_SPANS);
    }
}
