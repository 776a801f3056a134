package io.offspan.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.command.Export;
import io.offspan.cli.command.SpanFields;
import io.offspan.cli.command.Waterfall;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.otel.OffspanSpanProcessor;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.SpanKind;
import io.offspan.query.ast.SpanStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The steps of the demo, told as they happen.
 *
 * <p><b>Owns</b> nothing between its steps: each opens the store and closes it.
 */
final class Demo {
    private static final String ATTRIBUTE = "app.payment.card_type";
    private static final String ATTRIBUTE_VALUE = "visa";
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final int SHOWN = 3;
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
        answer.put("data", data.toString());
        answer.put("seed", seed);
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .build();
        try (SpanStore store = SpanStore.open(data, config)) {
            heading("A shop of seven services, " + Units.count(visits) + " visitors, seed " + seed);
            record(store);
            QueryEngine engine = QueryEngine.over(store.reader());
            heading("What happened?");
            ask(engine);
            heading("The slowest of them, whole");
            show(engine);
            heading("Out again, as OTLP");
            export(store);
        }
        heading("A process that is killed while it writes");
        CrashTrial trial = new CrashTrial(terminal, data);
        answer.set("crash", trial.run());
        kept &= trial.kept();
        suggest();
        return answer;
    }

    /** Tells whether everything that should be there was there. */
    boolean kept() {
        return kept;
    }

    private void record(SpanStore store) throws IOException, InterruptedException {
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
                "%,d spans stored in %.1f s (%,.0f a second, paced by the HTTP calls), each as it ended; %d refused",
                processor.stored(),
                seconds,
                processor.stored() / seconds,
                processor.refused()));
        kept &= processor.refused() == 0;
    }

    private void ask(QueryEngine engine) {
        List<Span> slow = find(engine, Filter.minDuration(SLOW));
        answer.put("slow", slow.size());
        terminal.line(slow.size() + " spans took 100 ms or longer; the slowest requests:");
        slow.stream()
                .filter(span -> span.kind() == SpanKind.SERVER.code())
                .sorted(Comparator.comparingLong(Span::durationNanos).reversed())
                .limit(SHOWN)
                .forEach(span -> terminal.line(
                        "  " + Units.duration(span.durationNanos()) + "  " + span.serviceName() + "  " + span.name()));
        Map<String, Integer> errors = new TreeMap<>();
        find(engine, Filter.status(SpanStatus.ERROR))
                .forEach(span -> errors.merge(span.serviceName(), 1, Integer::sum));
        ObjectNode byService = answer.putObject("errors");
        errors.forEach(byService::put);
        terminal.line("Failed spans by service: " + errors.toString().replaceAll("[{}]", ""));
        int paid = find(engine, Filter.attribute(ATTRIBUTE).equalTo(ATTRIBUTE_VALUE))
                .size();
        answer.put("paidByVisa", paid);
        terminal.line("Charges with " + ATTRIBUTE + " = " + ATTRIBUTE_VALUE + ": " + paid);
    }

    private List<Span> find(QueryEngine engine, Filter filter) {
        Query query = Query.where(filter).from(startNanos).limit(Query.MAX_LIMIT);
        try (SpanCursor spans = engine.find(query)) {
            return spans.remaining();
        }
    }

    private void show(QueryEngine engine) {
        Span slowest = find(engine, Filter.name("visit").and(Filter.service("load-generator"))).stream()
                .max(Comparator.comparingLong(Span::durationNanos))
                .orElseThrow(() -> new IllegalStateException("The shop had no visitor"));
        List<Span> trace = engine.trace(slowest.traceId()).spans();
        answer.set("slowest", SpanFields.json(slowest).put("spansOfTrace", trace.size()));
        new Waterfall(trace).print(terminal);
    }

    private void export(SpanStore store) throws IOException {
        Path folder = data.resolve("tmp");
        Files.createDirectories(folder);
        Path file = folder.resolve("demo.otlp");
        Export export;
        try (Progress progress = new Progress(terminal, "export", "spans", -1)) {
            export = Export.write(store.reader(), file, progress);
        }
        long read = ExportedSpans.count(file);
        ObjectNode exported = answer.putObject("export");
        exported.put("file", file.toString());
        exported.put("spans", export.spans());
        exported.put("readBack", read);
        exported.put("bytes", export.bytes());
        kept &= read == export.spans() && export.spans() >= answer.path("spans").asLong();
        terminal.line(Units.count(export.spans()) + " spans written to " + file + " (" + Units.bytes(export.bytes())
                + "), " + Units.count(read) + " read back from it");
    }

    private void heading(String text) {
        terminal.line("");
        terminal.line(terminal.styled("bold", text));
    }

    private void suggest() {
        heading("Try next");
        String store = " --data " + data;
        terminal.line("  ./offspan stats" + store);
        terminal.line(
                "  ./offspan query" + store + " '{ resource.service.name = \"payment\" && status = error }' --explain");
        terminal.line(
                "  ./offspan query" + store + " '{ span." + ATTRIBUTE + " = \"" + ATTRIBUTE_VALUE + "\" }' --count");
        terminal.line("  ./offspan trace" + store + " "
                + answer.path("slowest").path("traceId").asText());
        terminal.line("  ./offspan verify" + store);
        if (!kept) {
            terminal.line(terminal.styled("red", "Something is missing that should be there; see above."));
        }
    }
}
