package io.offspan.cli.command;

import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of a store to a receiver: those acknowledged before it began, or all that come until it is told to stop.
 *
 * <p><b>Threads.</b> One watches; the exporter has its own.
 */
final class EndpointExport {
    private static final long TICK_MILLIS = 20;
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final Terminal terminal;
    private final Path data;
    private final ExportConfig config;
    private final boolean follow;
    private final long giveUpNanos;
    private @Nullable StoreSnapshot awaited;
    private @Nullable CompletableFuture<Boolean> drained;
    private long progressed;
    private long progressNanos;

    /** How it ended. */
    enum Ending {
        DONE,
        STOPPED,
        STUCK,
        NOT_IN_LOG,
        FAILED
    }

    /** @param giveUpNanos how long nothing may be accepted before it ends, unless it follows */
    EndpointExport(Terminal terminal, Path data, ExportConfig config, boolean follow, long giveUpNanos) {
        this.terminal = terminal;
        this.data = data;
        this.config = config;
        this.follow = follow;
        this.giveUpNanos = giveUpNanos;
    }

    /** Sends, reports, and returns the exit status. */
    int run() {
        try (StoreReader reader = StoreReader.open(data);
                Interrupt interrupt = new Interrupt()) {
            awaited = reader.snapshot();
            if (awaited.openSpans() > 0 && Recovery.run(data)) {
                renew(reader);
            }
            ExportAgent agent = ExportAgent.start(reader, data, config);
            Ending ending;
            ExportStatus last;
            try (agent) {
                begin(agent.status());
                ending = watch(agent, reader, interrupt);
                last = agent.status();
            }
            return new ExportReport(terminal, config, agent.status(), follow)
                    .print(ending, last, Units.duration(giveUpNanos));
        } finally {
            release();
        }
    }

    private void begin(ExportStatus status) {
        if (follow) {
            terminal.note("offspan: exporting " + data + " to " + config.endpoint() + " from checkpoint '"
                    + config.checkpointName() + "' at " + status.checkpoint() + "; Ctrl-C ends it");
        }
    }

    private Ending watch(ExportAgent agent, StoreReader reader, Interrupt interrupt) {
        LiveLine live = new LiveLine(terminal, System.nanoTime());
        progressNanos = System.nanoTime();
        try {
            while (true) {
                long now = System.nanoTime();
                ExportStatus status = agent.status();
                Ending ending = status.state() == State.FAILED ? Ending.FAILED : null;
                if (ending == null && !follow) {
                    ending = judge(agent, reader, status, now);
                }
                if (ending != null) {
                    return ending;
                }
                live.show(status, now);
                if (interrupt.await(TICK_MILLIS)) {
                    return Ending.STOPPED;
                }
            }
        } finally {
            live.clear();
        }
    }

    /** Returns how an export that does not follow has ended, or null while it goes on. */
    private @Nullable Ending judge(ExportAgent agent, StoreReader reader, ExportStatus status, long now) {
        CompletableFuture<Boolean> draining = drained;
        if (draining != null && draining.isDone()) {
            return draining.join() ? Ending.DONE : Ending.STUCK;
        }
        StoreSnapshot before = awaited;
        if (before != null && reader.hasLogged(before)) {
            release();
            drained = drain(agent);
        }
        long progress = status.batches() + status.refusals();
        if (progress != progressed) {
            progressed = progress;
            progressNanos = now;
        }
        if (now - progressNanos < giveUpNanos) {
            return null;
        }
        return awaited == null || status.state() == State.RETRYING ? Ending.STUCK : Ending.NOT_IN_LOG;
    }

    /** A drain ends when everything is sent, when the destination is paused, or when the agent is closed. */
    private static CompletableFuture<Boolean> drain(ExportAgent agent) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.complete(agent.drain(FOR_EVER)), "offspan-drain");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void renew(StoreReader reader) {
        release();
        awaited = reader.snapshot();
    }

    private void release() {
        StoreSnapshot held = awaited;
        awaited = null;
        if (held != null) {
            held.close();
        }
    }
}
