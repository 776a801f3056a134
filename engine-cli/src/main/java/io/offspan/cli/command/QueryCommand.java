package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.SpanKind;
import io.offspan.query.ast.SpanStatus;
import io.offspan.query.exec.ScanOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds spans. */
@Command(
        name = "query",
        description =
                "Finds spans, the newest first. A span must satisfy every option; an option given twice is satisfied"
                        + " by either value, --attribute by both.",
        footer = {
            "",
            "Durations:  100ms, 1.5s, 250us",
            "Times:      2025-01-31T12:00:00Z, -10m for ten minutes ago, nanoseconds",
            "Attributes: key=value, also != > >= < <= and =~ !~ (RE2, the whole text),",
            "            or a key alone for presence; resource:key, span:key, event:key,",
            "            link:key and instrumentation:key look in one place only",
            "",
            "Example: offspan query --data spans --service cart --min-duration 100ms"
        })
public final class QueryCommand extends StoreCommand {
    @Option(names = "--service", paramLabel = "S", description = "Spans of this service.")
    private List<String> services = List.of();

    @Option(names = "--name", paramLabel = "N", description = "Spans of this name.")
    private List<String> names = List.of();

    @Option(names = "--kind", paramLabel = "K", description = "Spans of this kind: ${COMPLETION-CANDIDATES}.")
    private List<SpanKind> kinds = List.of();

    @Option(names = "--status", paramLabel = "S", description = "Spans of this status: ${COMPLETION-CANDIDATES}.")
    private List<SpanStatus> statuses = List.of();

    @Option(
            names = "--attribute",
            paramLabel = "K=V",
            converter = AttributeCondition.class,
            description = "An attribute with this value; more below.")
    private List<Filter> attributes = List.of();

    @Option(
            names = "--min-duration",
            paramLabel = "D",
            converter = Units.DurationNanos.class,
            description = "Spans that last at least so long.")
    private @Nullable Long minDurationNanos;

    @Option(
            names = "--max-duration",
            paramLabel = "D",
            converter = Units.DurationNanos.class,
            description = "Spans that last at most so long.")
    private @Nullable Long maxDurationNanos;

    @Option(
            names = "--from",
            paramLabel = "T",
            converter = Units.EpochNanos.class,
            description = "Spans that start at this time or later.")
    private @Nullable Long fromNanos;

    @Option(
            names = "--to",
            paramLabel = "T",
            converter = Units.EpochNanos.class,
            description = "Spans that start before this time.")
    private @Nullable Long toNanos;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many spans, up to " + Query.MAX_LIMIT + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--count", description = "Count the spans instead of showing them.")
    private boolean count;

    @Option(names = "--explain", description = "Say what was read to find them.")
    private boolean explain;

    @Override
    protected int run() {
        Query query = query();
        try (StoreReader reader = StoreReader.open(data())) {
            QueryEngine engine = QueryEngine.over(reader);
            ObjectNode answer = Json.object();
            ScanOutcome outcome = count ? count(engine, query, answer) : find(engine, query, answer);
            if (explain) {
                explain(query, outcome, answer);
            }
            terminal().answer(answer);
            return Completeness.report(terminal(), outcome);
        }
    }

    private ScanOutcome count(QueryEngine engine, Query query, ObjectNode answer) {
        ScanOutcome outcome = engine.explain(query);
        answer.put("matched", outcome.spansMatched());
        if (!terminal().json()) {
            terminal().line(Long.toString(outcome.spansMatched()));
        }
        return outcome;
    }

    private ScanOutcome find(QueryEngine engine, Query query, ObjectNode answer) {
        ArrayNode spans = answer.putArray("spans");
        Table table = new Table(
                terminal().interactive(), "START", "DURATION", "SERVICE", "NAME", "KIND", "STATUS", "TRACE", "SPAN");
        try (SpanCursor cursor = engine.find(query)) {
            while (cursor.next()) {
                Span span = cursor.span();
                spans.add(SpanFields.json(span));
                table.add(
                        Units.time(span.startNanos()),
                        Units.duration(span.durationNanos()),
                        span.serviceName(),
                        span.name(),
                        SpanFields.kind(span),
                        SpanFields.status(span),
                        span.traceId(),
                        span.spanId());
            }
            if (!terminal().json()) {
                table.print(terminal());
            }
            // A search for the newest stops looking where it can; only a count knows how many there are beyond the
            // limit.
            ScanOutcome outcome = cursor.size() < query.limit() ? cursor.outcome() : engine.explain(query);
            answer.put("matched", outcome.spansMatched());
            return outcome;
        }
    }

    private void explain(Query query, ScanOutcome outcome, ObjectNode answer) {
        ObjectNode explained = answer.putObject("explain");
        explained.put("query", query.toString());
        explained.put("blocksRead", outcome.blocksRead());
        explained.put("blocksPruned", outcome.blocksPruned());
        explained.put("blocksDamaged", outcome.blocksDamaged());
        explained.put("spansVisited", outcome.spansVisited());
        explained.put("spansDamaged", outcome.spansDamaged());
        explained.put("spansMatched", outcome.spansMatched());
        if (!terminal().json()) {
            explained
                    .fields()
                    .forEachRemaining(field -> terminal()
                            .note(field.getKey() + "\t" + field.getValue().asText()));
        }
    }

    private Query query() {
        if (limit < 1 || limit > Query.MAX_LIMIT) {
            throw CommandException.usage("--limit is " + limit + "; allowed are 1 to " + Query.MAX_LIMIT
                    + ", or --count for the number alone");
        }
        Filter filter = Filter.all();
        filter = anyOf(filter, services, Filter::service);
        filter = anyOf(filter, names, Filter::name);
        filter = anyOf(filter, kinds, Filter::kind);
        filter = anyOf(filter, statuses, Filter::status);
        for (Filter attribute : attributes) {
            filter = filter.and(attribute);
        }
        if (minDurationNanos != null) {
            filter = filter.and(Filter.minDuration(Duration.ofNanos(minDurationNanos)));
        }
        if (maxDurationNanos != null) {
            filter = filter.and(Filter.maxDuration(Duration.ofNanos(maxDurationNanos)));
        }
        Query query = Query.where(filter).limit(limit);
        query = fromNanos == null ? query : query.from(fromNanos);
        return toNanos == null ? query : query.to(toNanos);
    }

    private static <T> Filter anyOf(Filter filter, List<T> values, Function<T, Filter> condition) {
        return values.stream()
                .map(condition)
                .reduce(Filter::or)
                .map(filter::and)
                .orElse(filter);
    }
}
