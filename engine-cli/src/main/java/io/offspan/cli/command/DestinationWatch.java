package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Reading;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportMetrics;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The exporter to one receiver, watched until it has ended.
 *
 * <p><b>Threads.</b> One watches; the exporter has its own. <b>Owns</b> the exporter.
 */
final class DestinationWatch implements AutoCloseable {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final Terminal terminal;
    private final ExportConfig config;
    private final boolean named;
    private final boolean follow;
    private final long giveUpNanos;
    private final ExportAgent agent;
    private final LiveLine live;
    private @Nullable CompletableFuture<Boolean> drained;
    private long progressed;
    private long progressNanos = System.nanoTime();
    private @Nullable Ending ending;
    private ExportStatus last;

    /** How it ended. */
    enum Ending {
        DONE,
        STOPPED,
        STUCK,
        NOT_IN_LOG,
        FAILED
    }

    /**
     * Starts the exporter.
     *
     * @param named whether there may be others, so that it is said by name what it does
     */
    DestinationWatch(
            Terminal terminal,
            StoreReader reader,
            Path data,
            ExportConfig config,
            boolean named,
            boolean follow,
            long giveUpNanos) {
        this.terminal = terminal;
        this.config = config;
        this.named = named;
        this.follow = follow;
        this.giveUpNanos = giveUpNanos;
        agent = ExportAgent.start(reader, data, config);
        last = agent.status();
        live = new LiveLine(terminal, System.nanoTime(), named ? config.checkpointName() : null);
        if (follow) {
            terminal.note("offspan: exporting " + data + " to " + config.endpoint() + " from checkpoint '"
                    + config.checkpointName() + "' at " + last.checkpoint() + "; Ctrl-C ends it");
        }
    }

    /**
     * Looks at the exporter, and returns whether it goes on.
     *
     * @param logged whether everything that is to be sent is in the log
     */
    boolean look(boolean logged) {
        if (ending != null) {
            return false;
        }
        long now = System.nanoTime();
        ExportStatus status = agent.status();
        ending = status.state() == State.FAILED ? Ending.FAILED : follow ? null : judge(logged, status, now);
        if (ending == null) {
            live.show(status, now);
            return true;
        }
        end();
        if (named && follow) {
            // The others go on, and the report may be far away.
            terminal.note("offspan: " + name() + ": the exporter has failed: " + Cells.printable(last.reason()));
        }
        return false;
    }

    /** Returns how an export that does not follow has ended, or null while it goes on. */
    private @Nullable Ending judge(boolean logged, ExportStatus status, long now) {
        CompletableFuture<Boolean> draining = drained;
        if (draining != null && draining.isDone()) {
            return draining.join() ? Ending.DONE : Ending.STUCK;
        }
        if (logged && draining == null) {
            drained = drain(agent);
        }
        long progress = status.batches() + status.refusals();
        boolean deciding = status.sampling() != null && status.state() == State.IDLE;
        if (progress != progressed || deciding) {
            progressed = progress;
            progressNanos = now;
        }
        if (now - progressNanos < giveUpNanos) {
            return null;
        }
        return logged || status.state() == State.RETRYING ? Ending.STUCK : Ending.NOT_IN_LOG;
    }

    /** A drain ends when everything is sent, when the destination is paused, or when the agent is closed. */
    private static CompletableFuture<Boolean> drain(ExportAgent agent) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.complete(agent.drain(FOR_EVER)), "offspan-drain");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    /** Ends the exporter where it is. */
    void stop() {
        if (ending == null) {
            ending = Ending.STOPPED;
            end();
        }
    }

    private void end() {
        live.clear();
        last = agent.status();
        agent.close();
    }

    /** Returns what its metrics are now; any thread may ask. */
    List<Reading> readings() {
        return ExportMetrics.of(config, agent.status());
    }

    String name() {
        return config.checkpointName();
    }

    /** Returns what there is to say once it has ended. */
    ExportReport report() {
        Ending how = ending;
        if (how == null) {
            throw new IllegalStateException("The exporter to " + config.endpoint() + " goes on");
        }
        return new ExportReport(terminal, config, agent.status(), agent.decisions(), named, follow, how, last);
    }

    @Override
    public void close() {
        live.clear();
        agent.close();
    }
}
