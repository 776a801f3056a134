package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.export.ExportConfig;
import io.offspan.export.Replay;
import io.offspan.export.ReplayPlan;
import io.offspan.export.ReplayStatus;
import io.offspan.export.ReplayStatus.State;
import io.offspan.export.send.DestinationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Sends spans of a store to an OTLP receiver once more. */
@Command(
        name = "replay",
        description = "Sends spans of a range of time to an OTLP receiver again, as they came or faster.",
        footer = {
            "",
            "Spans go out in the order of the log, as long after the first as they ended after",
            "it, divided by --speed; with their ids and times as they are stored. No checkpoint",
            "is read or written, so that exports go on where they are. The same store, options",
            "and --seed give the same requests. A receiver that is slower delays the replay;",
            "nothing is left out for that. What comes after its start is not part of it.",
            "OTEL_EXPORTER_OTLP_* in the environment hold where an option is absent.",
            "",
            "The exit status is 1 when the receiver takes nothing, or not all of it.",
            "",
            "Examples:",
            "  offspan replay --data spans --endpoint http://localhost:4318 --from -15m",
            "  offspan replay --data spans --endpoint http://localhost:4318 --speed 60",
            "  offspan replay --data spans --endpoint http://localhost:4318 --speed max --share 0.1"
        })
public final class ReplayCommand extends StoreCommand {
    private static final String MAX = "max";
    private static final long TICK_MILLIS = 20;

    @Mixin
    private DestinationOptions destination = new DestinationOptions();

    @Mixin
    private final Times times = new Times();

    @Option(
            names = "--speed",
            paramLabel = "N",
            converter = Speed.class,
            description =
                    "How many times as fast as they came; max is as fast as the receiver takes them (default: 1).")
    private double speed = 1;

    @Option(
            names = "--longest-pause",
            paramLabel = "DURATION",
            converter = Units.DurationNanos.class,
            description = "Shorten longer times without a span to this, before --speed counts.")
    private @Nullable Long pauseNanos;

    @Option(
            names = "--share",
            paramLabel = "N",
            description = "Only this share of the traces, each whole, from 0 to 1.")
    private double share = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Which traces those of --share are (default: 0).")
    private long seed;

    @Option(
            names = "--give-up",
            paramLabel = "DURATION",
            converter = Units.DurationNanos.class,
            description = "End when the receiver has not accepted a request for so long (default: 30s).")
    private @Nullable Long giveUpNanos;

    /** Reads how many times as fast spans are to come. */
    static final class Speed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (text.equals(MAX)) {
                return Double.POSITIVE_INFINITY;
            }
            try {
                return Double.valueOf(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is neither a number, such as 10 or 0.5, nor max");
            }
        }
    }

    @Override
    protected int run() throws Exception {
        Map<String, String> environment = System.getenv();
        if (!destination.namesReceiver(environment)) {
            throw CommandException.usage("where to? Name a receiver, such as --endpoint http://localhost:4318");
        }
        ReplayPlan plan = plan();
        ExportConfig config;
        try {
            config = destination.config(environment, null, false, null);
        } catch (DestinationException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
        try (StoreReader reader = StoreReader.open(data());
                Interrupt interrupt = new Interrupt()) {
            awaitLogged(reader, interrupt, plan.giveUp());
            try (Replay replay = Replay.open(reader, config, plan)) {
                run(replay, interrupt);
                return report(config, replay.status());
            }
        }
    }

    private ReplayPlan plan() {
        try {
            ReplayPlan all = ReplayPlan.everything();
            ReplayPlan plan = all.between(times.from(all.fromNanos()), times.to(all.toNanos()))
                    .atSpeed(speed)
                    .ofShare(share, seed);
            plan = pauseNanos == null ? plan : plan.withPausesUpTo(Duration.ofNanos(pauseNanos));
            return giveUpNanos == null ? plan : plan.givingUpAfter(Duration.ofNanos(giveUpNanos));
        } catch (IllegalArgumentException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    /** Waits until spans that were acknowledged by now are in the log; those that a killed writer left are moved there. */
    private void awaitLogged(StoreReader reader, Interrupt interrupt, Duration patience) {
        try (StoreSnapshot acknowledged = reader.snapshot()) {
            if (acknowledged.openSpans() > 0 && !Recovery.run(data())) {
                awaitLogged(() -> reader.hasLogged(acknowledged), interrupt, patience);
            }
        }
    }

    static void awaitLogged(BooleanSupplier logged, Interrupt interrupt, Duration patience) {
        long begun = System.nanoTime();
        while (!logged.getAsBoolean()) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw CommandException.no("spans acknowledged before the start are not in the log after "
                        + Units.duration(patience.toNanos())
                        + "; is their writer stopped, or its sync interval longer? Nothing was sent; try a longer"
                        + " --give-up");
            }
            if (interrupt.await(TICK_MILLIS)) {
                throw CommandException.no("stopped before anything was sent; the same command begins anew");
            }
        }
    }

    /** Lets the replay go on by a thread of its own, so that a wish to stop breaks off a request under way. */
    private void run(Replay replay, Interrupt interrupt) throws InterruptedException {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread runner = new Thread(() -> step(replay, ended), "offspan-replay");
        runner.setDaemon(true);
        try (Progress progress = new Progress(terminal(), "replay", "spans", -1)) {
            runner.start();
            long shown = 0;
            while (!ended.isDone()) {
                long spans = replay.status().spans();
                progress.add(spans - shown);
                shown = spans;
                if (interrupt.await(TICK_MILLIS)) {
                    replay.close();
                    LockSupport.unpark(runner);
                    join(ended);
                }
            }
        }
        join(ended);
    }

    /** Waits for the end of the replay, and fails with what ended it. */
    static void join(CompletableFuture<Boolean> ended) throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RuntimeException exception) {
                throw exception;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("The replay has failed", cause);
        }
    }

    private static void step(Replay replay, CompletableFuture<Boolean> ended) {
        try {
            while (!replay.status().state().over()) {
                LockSupport.parkNanos(replay.step());
            }
            ended.complete(true);
        } catch (Throwable failed) {
            ended.completeExceptionally(failed);
        }
    }

    private int report(ExportConfig config, ReplayStatus status) {
        List<String> problems = new ArrayList<>();
        String reason = Cells.printable(status.reason());
        switch (status.state()) {
            case REFUSED ->
                problems.add(config.endpoint() + " takes nothing: " + reason + "; correct that, and run it again");
            case GIVEN_UP ->
                problems.add(config.endpoint() + " has not accepted a request for "
                        + Units.duration(patience().toNanos()) + ": " + reason + "; --give-up waits longer");
            case CLOSED -> problems.add("stopped before everything was sent; the same command begins anew");
            default -> {}
        }
        name(problems, status.rejectedSpans(), "span", "was", "were", "rejected within accepted requests");
        name(problems, status.refusedSpans(), "span", "was", "were", "refused: " + reason);
        name(problems, status.tooLargeSpans(), "span", "is", "are", "larger than --max-batch-bytes allows");
        name(problems, status.unreadableSpans(), "damaged span", "is", "are", "left out; 'offspan verify' says where");
        name(problems, status.damagedBlocks(), "damaged block", "is", "are", "left out; 'offspan verify' says where");
        name(problems, status.skippedByRetention(), "time", "retention", "retention", "deleted spans of the range");
        int exit = problems.isEmpty() ? ExitCode.DONE : ExitCode.NO;
        ObjectNode answer = json(config, status);
        if (exit != ExitCode.DONE) {
            answer.put("error", String.join("; ", problems)).put("exitCode", exit);
        }
        problems.forEach(problem -> terminal().note("offspan: " + problem));
        terminal().answer(answer);
        if (!terminal().json()) {
            terminal().line(text(config, status));
        }
        return exit;
    }

    private Duration patience() {
        return giveUpNanos == null ? ReplayPlan.everything().giveUp() : Duration.ofNanos(giveUpNanos);
    }

    private static void name(List<String> problems, long count, String thing, String is, String are, String what) {
        if (count > 0) {
            problems.add(Units.count(count, thing, is, are) + " " + what);
        }
    }

    private static ObjectNode json(ExportConfig config, ReplayStatus status) {
        ObjectNode answer = Json.object();
        answer.put("endpoint", config.endpoint());
        answer.put("spans", status.spans());
        answer.put("batches", status.batches());
        answer.put("bytes", status.encodedBytes());
        answer.put("wireBytes", status.wireBytes());
        answer.put("compression", status.packing());
        answer.put("retries", status.retries());
        answer.put("rejected", status.rejectedSpans());
        answer.put("refused", status.refusedSpans());
        answer.put("tooLarge", status.tooLargeSpans());
        answer.put("unreadable", status.unreadableSpans());
        answer.put("damagedBlocks", status.damagedBlocks());
        answer.put("retired", status.skippedByRetention());
        answer.put("lateSeconds", TimeUnit.NANOSECONDS.toMillis(status.latestNanos()) / 1e3);
        answer.put("state", status.state() == State.CLOSED ? "stopped" : word(status.state()));
        return answer.put("reason", status.reason());
    }

    private static String word(State state) {
        return state == State.GIVEN_UP ? "givenUp" : state.name().toLowerCase(Locale.ROOT);
    }

    private static String text(ExportConfig config, ReplayStatus status) {
        String late = status.latestNanos() < TimeUnit.SECONDS.toNanos(1)
                ? ""
                : ", up to " + Units.duration(status.latestNanos()) + " late";
        return Units.count(status.spans(), "span") + " sent again to " + config.endpoint() + " in "
                + Units.count(status.batches(), "request") + ", " + Units.bytes(status.encodedBytes()) + " ("
                + Units.bytes(status.wireBytes()) + " on the wire)" + late;
    }
}
