package io.offspan.bench.suite;

import static io.offspan.bench.suite.Goal.NOT_RUN;
import static io.offspan.bench.suite.Goal.median;
import static io.offspan.bench.suite.Goal.text;

import io.offspan.bench.result.Report;
import io.offspan.bench.suite.Goal.Level;
import java.util.List;
import java.util.Optional;

/** The figures that the project has set itself, and how each is read out of a run. */
public final class Goals {
    public static final List<Goal> ALL = List.of(
            new Goal(
                    "OTLP bytes to stored and fully indexed, per core",
                    "3 R",
                    "1.0 Y1 (7 R)",
                    "0.65 Y1",
                    Goals::ingest),
            new Goal(
                    "append of a span with ten attributes, the caller's processor time",
                    "2 M/s",
                    "4 M/s",
                    "6 M/s",
                    r -> rate(r, "cpu", 2, 4, 6)),
            new Goal(
                    "writer, blocks to log",
                    "5 M/s",
                    "10 M/s fresh pages",
                    "40 M/s touched",
                    r -> rate(r, "writer cpu", 5, 10, 40)),
            new Goal(
                    "encode a span with ten attributes",
                    "4 times faster than the best row of OpenTelemetry or protobuf",
                    "150 ns",
                    "110 ns",
                    Goals::encode),
            new Goal(
                    "visit all fields of it",
                    "10 times faster than the best row of OpenTelemetry or protobuf",
                    "90 ns",
                    "65 ns",
                    Goals::visit),
            new Goal(
                    "trace by id, all fields visited, p50 / p99",
                    "9 / 45 µs",
                    "2 / 12 µs",
                    "1 / 8 µs",
                    r -> query(r, QuerySuite.TRACE, new double[] {9, 2, 1}, new double[] {45, 12, 8})),
            new Goal(
                    "search: service, error, 100 ms or more, 10 minutes, newest 20, p50 / p99",
                    "50 / 94 µs",
                    "25 / 60 µs",
                    "8 / 20 µs",
                    r -> query(r, QuerySuite.SEARCH, new double[] {50, 25, 8}, new double[] {94, 60, 20})),
            new Goal(
                    "count of any attribute pair, p50 / p99",
                    "197 / 576 µs",
                    "25 / 80 µs",
                    "15 / 40 µs",
                    r -> query(r, QuerySuite.COUNT, new double[] {197, 25, 15}, new double[] {576, 80, 40})),
            new Goal("export: log to OTLP bytes, per core", "1 Y1", "0.5 Y1", "2.5 M spans/s", Goals::export),
            new Goal(
                    "allocation on append, packing, following, id lookup",
                    "0.02 B/span",
                    "0 B of our own code",
                    "100 M spans and 1 M lookups under Epsilon with 64 MiB",
                    Goals::allocation),
            new Goal(
                    "allocation of a filter or count with a reused cursor",
                    "1 kB",
                    "100 B",
                    "0 B",
                    Goals::queryAllocation),
            new Goal("live heap, any store size", "64 MiB", "32 MiB", "16 MiB", Goals::heap),
            new Goal(
                    "caller's append latency, open loop, 100 k/s: p50 / p99 / p99.9",
                    "2 / 20 / 200 µs",
                    "1 / 10 / 100 µs",
                    "0.4 / 2 / 20 µs",
                    Goals::latency),
            new Goal("disk, live segments: log and sealed index", "0.60 of OTLP", "0.50", "0.44", Goals::disk),
            new Goal(
                    "disk, sealed and compressed, index included",
                    "R (218 B/span)",
                    "150 B/span",
                    "110 B/span",
                    r -> "NOT BUILT"),
            new Goal(
                    "open a clean store and answer, fresh JVM, beyond its start; 16 M against 1 M spans",
                    "150 ms; 1.3",
                    "60 ms",
                    "20 ms",
                    Goals::open),
            new Goal("recovery after kill -9 with 1 M spans not indexed", "1 s", "0.3 s", "0.1 s", Goals::recovery));

    /** The floor of 3 R in parts of Y1: the goal says that 1 Y1 is 7 R. */
    private static final double FLOOR_Y1 = 7.0 / 3;

    private Goals() {}

    private static String ingest(Report report) {
        return report.row(IngestSuite.GROUP, IngestSuite.INDEXED, "total cpu")
                .filter(row -> row.ratio() != null)
                .map(row -> {
                    double ratio = row.ratio() == null ? 0 : row.ratio();
                    return Level.atMost(ratio, FLOOR_Y1, 1.0, 0.65)
                            .say(
                                    "%.0f ns = %.2f Y1, %.2f M spans/s a core%s",
                                    row.median(), ratio, 1e3 / row.median(), timesR(report));
                })
                .orElse(NOT_RUN);
    }

    /** How many times the throughput of R it is, by the processor time of whole processes. */
    private static String timesR(Report report) {
        return report.row(PeersSuite.GROUP, PeersSuite.OFFSPAN, "cpu of process")
                .filter(row -> row.ratio() != null)
                .map(row -> text("; %.1f R", 1 / (row.ratio() == null ? 1 : row.ratio())))
                .orElse("");
    }

    private static String rate(Report report, String metric, double floor, double goal, double moonshot) {
        return median(report, AppendSuite.GROUP, AppendSuite.APPEND, metric)
                .map(nanos ->
                        Level.atLeast(1e3 / nanos, floor, goal, moonshot).say("%.2f M/s (%.0f ns)", 1e3 / nanos, nanos))
                .orElse(NOT_RUN);
    }

    private static String encode(Report report) {
        Optional<Double> mine = codec(report, CodecSuite.ENCODE);
        Optional<Double> protobuf = codec(report, CodecSuite.PROTOBUF_BUILD);
        Optional<Double> marshaler = codec(report, CodecSuite.MARSHALER);
        if (mine.isEmpty() || protobuf.isEmpty() || marshaler.isEmpty()) {
            return NOT_RUN;
        }
        double best = Math.min(protobuf.get(), marshaler.get());
        return Level.atMost(mine.get(), best / 4, 150, 110)
                .say("%.0f ns, %.1f times faster", mine.get(), best / mine.get());
    }

    private static String visit(Report report) {
        Optional<Double> mine = codec(report, CodecSuite.VISIT);
        Optional<Double> protobuf = codec(report, CodecSuite.PROTOBUF_VISIT);
        if (mine.isEmpty() || protobuf.isEmpty()) {
            return NOT_RUN;
        }
        return Level.atMost(mine.get(), protobuf.get() / 10, 90, 65)
                .say("%.0f ns, %.1f times faster", mine.get(), protobuf.get() / mine.get());
    }

    private static Optional<Double> codec(Report report, String subject) {
        return median(report, CodecSuite.GROUP, subject, "cpu");
    }

    /** Judges a question by its median and its tail; each has a floor, a goal and a moonshot. */
    private static String query(Report report, String subject, double[] medians, double[] tails) {
        Optional<Double> p50 = median(report, QuerySuite.GROUP, subject, "p50");
        Optional<Double> p99 = median(report, QuerySuite.GROUP, subject, "p99");
        if (p50.isEmpty() || p99.isEmpty()) {
            return NOT_RUN;
        }
        return Level.atMost(p50.get(), medians[0], medians[1], medians[2])
                .worse(Level.atMost(p99.get(), tails[0], tails[1], tails[2]))
                .say("%,.1f / %,.1f µs by the live index", p50.get(), p99.get());
    }

    private static String export(Report report) {
        return report.row(ExportSuite.GROUP, ExportSuite.EXPORT, "cpu")
                .filter(row -> row.ratio() != null)
                .map(row -> {
                    double ratio = row.ratio() == null ? 0 : row.ratio();
                    Level level = row.median() <= 400 ? Level.MOONSHOT : Level.atMost(ratio, 1, 0.5, 0);
                    return level.say("%.0f ns = %.2f Y1, %.2f M spans/s", row.median(), ratio, 1e3 / row.median());
                })
                .orElse(NOT_RUN);
    }

    private static String allocation(Report report) {
        Optional<Double> append = median(report, AppendSuite.GROUP, AppendSuite.APPEND, "allocated");
        Optional<Double> pack = median(report, AppendSuite.GROUP, AppendSuite.APPEND, "store allocated");
        Optional<Double> follow = median(report, ExportSuite.GROUP, ExportSuite.FOLLOW, "allocated");
        if (append.isEmpty() || pack.isEmpty() || follow.isEmpty()) {
            return NOT_RUN;
        }
        double most = Math.max(append.get(), Math.max(pack.get(), follow.get()));
        return Level.atMost(most, 0.02, 0.001, -1)
                .say("%.4f / %.4f / %.4f B; id lookup NOT RUN", append.get(), pack.get(), follow.get());
    }

    private static String queryAllocation(Report report) {
        return median(report, QuerySuite.GROUP, QuerySuite.COUNT, "allocated")
                .map(bytes -> Level.atMost(bytes, 1000, 100, 0).say("%,.0f B a count", bytes))
                .orElse(NOT_RUN);
    }

    private static String heap(Report report) {
        return median(report, AppendSuite.GROUP, SmallHeap.SUBJECT, "live heap")
                .map(mebibytes ->
                        Level.atMost(mebibytes, 64, 32, 16).say("%.1f MiB with %,d spans", mebibytes, report.spans()))
                .orElse(NOT_RUN);
    }

    private static String latency(Report report) {
        Optional<Double> p50 = latency(report, AppendSuite.OPEN_LOOP, "p50");
        Optional<Double> p99 = latency(report, AppendSuite.OPEN_LOOP, "p99");
        Optional<Double> p999 = latency(report, AppendSuite.OPEN_LOOP, "p99.9");
        if (p50.isEmpty() || p99.isEmpty() || p999.isEmpty()) {
            return NOT_RUN;
        }
        Level level = Level.atMost(p50.get(), 2, 1, 0.4)
                .worse(Level.atMost(p99.get(), 20, 10, 2))
                .worse(Level.atMost(p999.get(), 200, 100, 20));
        return level.say(
                "%.1f / %.1f / %.0f µs; the timer alone %.1f / %.1f / %.0f",
                p50.get(),
                p99.get(),
                p999.get(),
                latency(report, AppendSuite.TIMER, "p50").orElse(0.0),
                latency(report, AppendSuite.TIMER, "p99").orElse(0.0),
                latency(report, AppendSuite.TIMER, "p99.9").orElse(0.0));
    }

    private static Optional<Double> latency(Report report, String subject, String metric) {
        return median(report, AppendSuite.GROUP, subject, metric);
    }

    private static String disk(Report report) {
        Optional<Double> log = median(report, IngestSuite.GROUP, IngestSuite.SIZE, "log");
        Optional<Double> otlp = median(report, IngestSuite.GROUP, IngestSuite.WORKLOAD, "OTLP bytes");
        if (log.isEmpty() || otlp.isEmpty()) {
            return NOT_RUN;
        }
        Optional<Double> index = median(report, IngestSuite.GROUP, IngestSuite.INDEX, "sealed");
        if (index.isEmpty()) {
            return NOT_RUN;
        }
        double ratio = (log.get() + index.get()) * report.spans() / otlp.get();
        return Level.atMost(ratio, 0.60, 0.50, 0.44).say("%.2f (%.0f and %.0f B/span)", ratio, log.get(), index.get());
    }

    private static String open(Report report) {
        return median(report, QuerySuite.GROUP, OpenTime.SUBJECT, OpenTime.FIRST_TRACE)
                .map(millis -> Level.atMost(millis, 150, 60, 20)
                        .say("%.0f ms with %,d spans, the answer is a trace by its id", millis, report.spans()))
                .orElse(NOT_RUN);
    }

    private static String recovery(Report report) {
        return median(report, QuerySuite.GROUP, RecoveryTime.SUBJECT, RecoveryTime.RECOVERED)
                .map(millis -> Level.atMost(millis, 1000, 300, 100)
                        .say("%.0f ms with %,d spans, without an index to catch up", millis, report.spans()))
                .orElse(NOT_RUN);
    }
}
