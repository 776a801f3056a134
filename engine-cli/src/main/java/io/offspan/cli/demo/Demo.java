package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.otel.OffspanSpanProcessor;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The steps of the demo, told as they happen.
 *
 * <p><b>Owns</b> nothing between its steps: each opens the store and closes it.
 */
final class Demo {
    private static final int WARM_UP_VISITS = 60;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Terminal terminal;
    private final Path data;
    private final long seed;
    private final int visits;
    private final ObjectNode answer = Json.object();
    private final long startNanos;
    private boolean kept = true;

    Demo(Terminal terminal, Path data, long seed, int visits) {
        this.terminal = terminal;
        this.data = data;
        this.seed = seed;
        this.visits = visits;
        Instant now = Instant.now();
        startNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /** Runs all steps; returns what they found. */
    ObjectNode run() throws IOException, InterruptedException {
        long began = System.nanoTime();
        answer.put("data", data.toString());
        Json.put(answer, "seed", seed);
        String traceId;
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .build();
        try (SpanStore store = SpanStore.open(data, config);
                SpanIndex index = SpanIndex.over(store)) {
            heading("A shop of seven services, and " + Units.count(visits) + " visitors");
            record(store);
            Questions questions = new Questions(terminal, QueryEngine.over(store.reader()), startNanos);
            heading("Who had to wait?");
            questions.slowest(answer);
            heading("What failed?");
            questions.errors(answer);
            heading("Who paid by Visa?");
            questions.visa(answer);
            heading("The slowest visit, span by span");
            traceId = questions.waterfall(answer);
            heading("On to a tracing backend");
            BackendTrial backend = new BackendTrial(terminal, store);
            answer.set("export", backend.run());
            kept &= backend.kept();
        }
        heading("A process that is killed while it writes");
        CrashTrial trial = new CrashTrial(terminal, data);
        answer.set("crash", trial.run());
        kept &= trial.kept();
        answer.put("totalSeconds", (System.nanoTime() - began) / NANOS_PER_SECOND);
        suggest(traceId);
        return answer;
    }

    /** Tells whether everything that should be there was there. */
    boolean kept() {
        return kept;
    }

    private void record(SpanStore store) throws IOException, InterruptedException {
        terminal.line("  call each other over HTTP on loopback, traced by the OpenTelemetry SDK (seed " + seed + ")");
        terminal.flush();
        try (Visitors visitors = new Visitors(SpanProcessor.composite())) {
            // Else the slowest visits are those that wait for the JVM to compile the shop.
            visitors.play(seed, Math.min(visits, WARM_UP_VISITS));
        }
        OffspanSpanProcessor processor = OffspanSpanProcessor.into(store::append);
        long started = System.nanoTime();
        try (Visitors visitors = new Visitors(processor)) {
            visitors.play(seed, visits);
        }
        double seconds = (System.nanoTime() - started) / NANOS_PER_SECOND;
        answer.put("spans", processor.stored());
        answer.put("refused", processor.refused());
        answer.put("seconds", seconds);
        terminal.line(String.format(
                Locale.ROOT,
                "  %,d spans in %.1f s, each stored when its end() returned; %d refused",
                processor.stored(),
                seconds,
                processor.refused()));
        terminal.line(String.format(
                Locale.ROOT,
                "  %,.0f a second is the pace of the shop; what the store can do: ./offspan bench append",
                processor.stored() / seconds));
        kept &= processor.refused() == 0;
    }

    private void heading(String text) {
        terminal.line("");
        terminal.line(terminal.styled("bold", text));
        terminal.flush();
    }

    private void suggest(String traceId) {
        heading("Try next");
        String where = data.toString();
        String store = " --data " + (where.matches("[\\w./-]+") ? where : "'" + where.replace("'", "'\\''") + "'");
        terminal.line("  ./offspan query" + store + " '" + Questions.ERRORS + " | select(span:statusMessage)'");
        terminal.line("  ./offspan query" + store + " '{ trace:duration > 100ms } | count() > 20' --explain");
        terminal.line("  ./offspan trace" + store + " " + traceId);
        terminal.line("  ./offspan export" + store + " --endpoint http://localhost:4318");
        terminal.line("  ./offspan stats" + store);
        terminal.line("  ./offspan verify" + store);
        if (!kept) {
            terminal.line(terminal.styled("red", "Something is missing that should be there; see above."));
        }
    }
}
