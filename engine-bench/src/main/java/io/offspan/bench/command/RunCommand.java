package io.offspan.bench.command;

import io.offspan.bench.measure.Scratch;
import io.offspan.bench.page.Page;
import io.offspan.bench.result.Machine;
import io.offspan.bench.result.Regressions;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import io.offspan.bench.suite.RunSize;
import io.offspan.bench.suite.Suite;
import io.offspan.bench.w1.W1Generator;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs some suites and prints what they found. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
class RunCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int NO = 1;

    private final List<Suite> suites;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup
    private @Nullable Thoroughness thoroughness;

    @Option(
            names = "--spans",
            paramLabel = "N",
            description = "Spans of the workload: up to 100,000,000, never all held.")
    private @Nullable Long spans;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the workload; 0x is understood.")
    private String seed = "0x" + Long.toHexString(W1Generator.SEED);

    @Option(names = "--rounds", paramLabel = "N", description = "How often each subject is measured.")
    private @Nullable Integer rounds;

    @Option(names = "--scratch", paramLabel = "DIR", description = "Where stores and files are made and deleted again.")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", description = "Print exactly one JSON object on standard output.")
    private boolean json;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "What --json printed before; exit with 1 when a figure is worse beyond noise.")
    private @Nullable Path baseline;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the figures as one page of HTML with charts, which loads nothing.")
    private @Nullable Path page;

    @Option(names = "--jfr", paramLabel = "FILE", description = "Record the run with the JDK's flight recorder.")
    private @Nullable Path jfr;

    /** How thorough a run is to be. */
    static final class Thoroughness {
        @Option(names = "--quick", description = "Be done in well under two minutes.")
        boolean quick;

        @Option(names = "--full", description = "Take the time that published figures need.")
        boolean full;
    }

    RunCommand(List<Suite> suites) {
        this.suites = List.copyOf(suites);
    }

    /** Returns what is to run. */
    List<Suite> suites() {
        return suites;
    }

    @Override
    public Integer call() throws Exception {
        Report before = baseline == null ? null : Report.read(baseline);
        Path directory = Files.createTempDirectory(scratch, "offspan-bench");
        PrintStream out = System.out;
        try (Recording recording = recording()) {
            Report report = measure(size(directory));
            if (recording != null && jfr != null) {
                recording.dump(jfr);
            }
            if (json) {
                out.println(report.toJson());
            } else {
                new ReportTable(out).print(report);
            }
            if (page != null) {
                Files.writeString(page, Page.of(report));
            }
            List<String> worse = before == null ? List.of() : Regressions.between(before, report);
            worse.forEach(sentence -> System.err.println("WORSE: " + sentence));
            return report.right() && worse.isEmpty() ? DONE : NO;
        } finally {
            Scratch.delete(directory);
        }
    }

    private @Nullable Recording recording() throws Exception {
        if (jfr == null) {
            return null;
        }
        Recording recording = new Recording(Configuration.getConfiguration("profile"));
        recording.start();
        return recording;
    }

    private Report measure(RunSize size) throws IOException {
        Instant started = Instant.now();
        long startedNanos = System.nanoTime();
        Machine machine = Machine.here(size.scratch(), collectors());
        List<Row> rows = new ArrayList<>();
        Map<String, Double> noise = new LinkedHashMap<>();
        List<Suite> suites = suites();
        int steps = suites.stream().mapToInt(suite -> suite.steps(size)).sum();
        try (BenchProgress progress = new BenchProgress(System.err, steps)) {
            for (Suite suite : suites) {
                Suite.Outcome outcome = suite.run(size, progress);
                rows.addAll(outcome.rows());
                if (outcome.noise() > 0) {
                    noise.put(suite.name(), outcome.noise());
                }
            }
        }
        return new Report(
                Report.VERSION,
                typed(),
                size.mode().name().toLowerCase(Locale.ROOT),
                started.truncatedTo(ChronoUnit.SECONDS).toString(),
                (System.nanoTime() - startedNanos) / 1e9,
                size.seed(),
                size.spans(),
                machine,
                noise,
                rows);
    }

    private static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    private String typed() {
        CommandSpec known = spec();
        return "offspan bench "
                + String.join(" ", known.root().commandLine().getParseResult().originalArgs());
    }

    private CommandSpec spec() {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("A command runs only after it was parsed");
        }
        return known;
    }

    private RunSize size(Path directory) {
        RunSize.Mode mode = thoroughness == null
                ? RunSize.Mode.DEFAULT
                : thoroughness.quick ? RunSize.Mode.QUICK : RunSize.Mode.FULL;
        long count = spans == null ? mode.spans() : range("--spans", spans, 10_000, 100_000_000);
        int times = rounds == null ? mode.rounds() : (int) range("--rounds", rounds, 1, 1000);
        return new RunSize(mode, seed(), count, times, directory);
    }

    private long seed() {
        try {
            return Long.decode(seed);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec().commandLine(), "--seed " + seed + " is not a number", e);
        }
    }

    private long range(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec().commandLine(), option + " " + value + " is outside " + least + " to " + most);
        }
        return value;
    }
}
