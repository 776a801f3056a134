package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.metrics.MetricsServer;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreMetrics;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Reading;
import io.offspan.core.value.SpanStoreException;
import io.offspan.export.ExportConfig;
import io.offspan.export.send.DestinationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of a store to receivers: those acknowledged before it began, or all that come until it is told to stop. Each receiver
 * has its own exporter, and none waits for another.
 *
 * <p><b>Threads.</b> One watches; each exporter has its own.
 */
final class EndpointExport {
    private static final long TICK_MILLIS = 20;

    private final Terminal terminal;
    private final Path data;
    private final List<ExportConfig> configs;
    private final boolean follow;
    private final boolean several;
    private final long giveUpNanos;
    private final Map<String, ExportReport.Said> unstarted = new HashMap<>();
    private @Nullable StoreSnapshot awaited;

    /**
     * @param several whether to answer for several receivers, though there may be one
     * @param giveUpNanos how long a receiver may accept nothing before it is given up, unless it is followed
     */
    EndpointExport(
            Terminal terminal,
            Path data,
            List<ExportConfig> configs,
            boolean several,
            boolean follow,
            long giveUpNanos) {
        this.terminal = terminal;
        this.data = data;
        this.configs = configs;
        this.several = several;
        this.follow = follow;
        this.giveUpNanos = giveUpNanos;
    }

    /** What shows metrics to others for as long as an export goes on, or null where nobody wants to see any. */
    interface Metrics {
        @Nullable
        MetricsServer serve(Supplier<List<Reading>> readings);
    }

    /** Sends, reports, and returns the exit status. */
    int run(Metrics metrics) {
        List<DestinationWatch> watches = new ArrayList<>();
        try (StoreReader reader = StoreReader.open(data);
                Interrupt interrupt = new Interrupt()) {
            awaited = reader.snapshot();
            if (awaited.openSpans() > 0 && Recovery.run(data)) {
                release();
                awaited = reader.snapshot();
            }
            try {
                for (ExportConfig config : configs) {
                    start(watches, reader, config);
                }
                try (MetricsServer server = metrics.serve(() -> readings(watches, reader))) {
                    watch(watches, reader, interrupt);
                }
            } finally {
                watches.forEach(DestinationWatch::close);
            }
            return report(watches);
        } finally {
            release();
        }
    }

    private static List<Reading> readings(List<DestinationWatch> watches, StoreReader reader) {
        List<Reading> readings = StoreMetrics.of(reader);
        watches.forEach(each -> readings.addAll(each.readings()));
        return readings;
    }

    /** Starts one; of several, one that cannot start keeps no other from it. */
    private void start(List<DestinationWatch> watches, StoreReader reader, ExportConfig config) {
        try {
            watches.add(new DestinationWatch(terminal, reader, data, config, several, follow, giveUpNanos));
        } catch (SpanStoreException refused) {
            if (!several) {
                throw refused;
            }
            int exit = refused instanceof DestinationException ? ExitCode.USAGE : ExitCode.UNUSABLE;
            ExportReport.Said said = ExportReport.notStarted(config, exit, String.valueOf(refused.getMessage()));
            unstarted.put(config.checkpointName(), said);
            if (follow) {
                terminal.note("offspan: " + config.checkpointName() + ": "
                        + said.problems().get(0));
            }
        }
    }

    private void watch(List<DestinationWatch> watches, StoreReader reader, Interrupt interrupt) {
        boolean going = true;
        while (going) {
            StoreSnapshot before = awaited;
            if (!follow && before != null && reader.hasLogged(before)) {
                release();
            }
            going = false;
            for (DestinationWatch each : watches) {
                going |= each.look(awaited == null);
            }
            if (going && interrupt.await(TICK_MILLIS)) {
                watches.forEach(DestinationWatch::stop);
                return;
            }
        }
    }

    private int report(List<DestinationWatch> watches) {
        String patience = Units.duration(giveUpNanos);
        if (!several) {
            return watches.get(0).report().print(patience);
        }
        int exit = ExitCode.DONE;
        ObjectNode answer = Json.object();
        ArrayNode all = answer.putArray("destinations");
        List<String> problems = new ArrayList<>();
        Map<String, ExportReport.Said> reports = new HashMap<>(unstarted);
        watches.forEach(each -> reports.put(each.name(), each.report().say(patience)));
        for (ExportConfig config : configs) {
            String name = config.checkpointName();
            ExportReport.Said said = Objects.requireNonNull(reports.get(name));
            all.add(said.answer());
            exit = Math.max(exit, said.exit());
            said.problems().forEach(problem -> problems.add(name + ": " + problem));
            if (!terminal.json()) {
                terminal.line(name + ": " + said.text());
            }
        }
        if (exit != ExitCode.DONE) {
            answer.put("error", String.join("; ", problems)).put("exitCode", exit);
        }
        problems.forEach(problem -> terminal.note("offspan: " + problem));
        terminal.answer(answer);
        return exit;
    }

    private void release() {
        StoreSnapshot held = awaited;
        awaited = null;
        if (held != null) {
            held.close();
        }
    }
}
