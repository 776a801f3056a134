package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.EpochNanos;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Span;
import io.offspan.query.PreparedSeries;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds spans, or tells numbers of them over time. */
@Command(
        name = "query",
        description =
                "Finds the spans that a TraceQL query leaves, the newest or the slowest first; or, for a metric such as rate(),"
                        + " tells its series.",
        footer = {
            "",
            "Times: 2025-01-31T12:00:00Z, or with an offset; 2025-01-31, where that day starts",
            "in UTC; -1h30m for so long ago (w, d, h, m, s, ms), now; a number since 1970 with",
            "its unit, such as 1764100000s, …ms, …us, …ns, or 19 digits of nanoseconds.",
            "Put the query in single quotes, for the shell's sake.",
            "With --page first, the token of the next page is told on standard error as long as there may be one; JSON always has"
                    + " it under nextPage. The same query and order with --page TOKEN goes on there, with the times of the first"
                    + " page, in the store as it was then.",
            "",
            "A metric is about the last hour unless --from or --to is given. Spans count where they start; the steps lie at multiples of"
                    + " their length, to which the range is widened. An interval has its end and not its beginning; --limit is about"
                    + " the lines shown.",
            "",
            "Examples:",
            "  offspan query --data spans '{ status = error }' --count",
            "  offspan query --data spans '{ duration >= 100ms && kind = server }' --from -15m",
            "  offspan query --data spans '{ resource.service.name = \"cart\" } | count() > 3'",
            "  offspan query --data spans '{ .http.route =~ \"/api/.*\" } | select(.http.route)'",
            "  offspan query --data spans '{ kind = server }' --order slowest --limit 5",
            "  offspan query --data spans '{ status = error }' --limit 100 --page first",
            "  offspan query --data spans '{ status = error }' --by resource.service.name --by span.http.route",
            "  offspan query --data spans '{ status = error } | rate() by (resource.service.name)' --step 1m",
            "  offspan query --data spans '{ } | quantile_over_time(duration, .99) by (name)' --instant --from -1d"
        })
public final class QueryCommand extends StoreCommand {
    private static final int MAX_FIELDS = 2;
    private static final String FIRST_PAGE = "first";
    private static final long USUAL_RANGE_NANOS = 3_600_000_000_000L;

    @Parameters(
            paramLabel = "TRACEQL",
            arity = "0..1",
            defaultValue = QueryText.ALL,
            description = "The query (default: all spans).")
    private String text = QueryText.ALL;

    @Mixin
    private final Times times = new Times();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Show so many spans, or lines of a metric, at most, up to " + Query.MAX_LIMIT
                    + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "Which come first: ${COMPLETION-CANDIDATES} (default: newest).")
    private @Nullable SpanOrder order;

    @Option(
            names = "--page",
            paramLabel = "TOKEN",
            description = "Go on after the page that told this token; first for the first page.")
    private @Nullable String page;

    @Option(
            names = "--by",
            paramLabel = "FIELD",
            description = "Count the spans by the values of this field, and of a second one where it is given twice.")
    private List<String> by = new ArrayList<>();

    @Option(names = "--count", description = "Count the spans instead of showing them.")
    private boolean count;

    @Option(names = "--explain", description = "Say how they were looked for, and what was read.")
    private boolean explain;

    @Option(
            names = "--step",
            paramLabel = "D",
            converter = Units.DurationNanos.class,
            description = "How long each interval of a metric is (default: about a 240th of the time).")
    private @Nullable Long stepNanos;

    @Option(names = "--instant", description = "One number of a metric for the time as a whole.")
    private boolean instant;

    @Override
    protected int run() {
        MetricsQuery metrics = QueryText.metrics(text);
        if (metrics != null) {
            return series(metrics);
        }
        if (stepNanos != null || instant) {
            throw CommandException.usage((instant ? "--instant" : "--step")
                    + " is about numbers over time, and this query asks for spans; put a function behind them, as in"
                    + " '{ } | rate()'");
        }
        Query query = query();
        List<Field> fields = fields();
        try (Stores stores = stores()) {
            if (stores.all().size() > 1 && page != null) {
                throw CommandException.usage(
                        "--page goes on in one store; name one of " + stores.names() + " of " + path());
            }
            QueryEngine engine = stores.engine();
            ObjectNode answer = Json.object();
            ScanOutcome outcome = !fields.isEmpty()
                    ? new Groups(engine.discover(query).by(fields.toArray(Field[]::new))).tell(terminal(), answer)
                    : count ? count(engine, query, answer) : find(stores, engine, query, answer);
            if (explain) {
                new Explained(query.toString(), engine.prepare(query).explain(), outcome).tell(terminal(), answer);
            }
            terminal().answer(stores.tell(answer));
            if (stores.areNamed() && !terminal().json()) {
                terminal().note("offspan: asked as one: " + stores.names() + " of " + path());
            }
            return Math.max(Completeness.report(terminal(), outcome), stores.report(terminal()));
        }
    }

    private int series(MetricsQuery metrics) {
        if (count || order != null || page != null || !by.isEmpty() || stepNanos != null && instant) {
            throw CommandException.usage("--count, --order, --page and --by are about spans, and --step is not for"
                    + " --instant; a metric groups by itself, as in '{ } | rate() by (name)'");
        }
        int most = Limit.of(limit);
        Steps steps = steps();
        try (Stores stores = stores()) {
            ObjectNode answer = Json.object();
            PreparedSeries question = stores.engine().prepare(metrics, steps, SeriesLimits.DEFAULT);
            SeriesAnswer found = question.run();
            new SeriesReport(found, most, instant).tell(terminal(), answer);
            if (explain) {
                new Explained(metrics.toString(), question.explain(), found.outcome()).tell(terminal(), answer);
            }
            terminal().answer(stores.tell(answer));
            if (stores.areNamed() && !terminal().json()) {
                terminal().note("offspan: asked as one: " + stores.names() + " of " + path());
            }
            return Math.max(Completeness.report(terminal(), found.outcome()), stores.report(terminal()));
        }
    }

    private Steps steps() {
        long to = times.to(new EpochNanos().convert("now"));
        long from = times.from(to - Math.min(to, USUAL_RANGE_NANOS));
        Long step = stepNanos;
        try {
            if (instant) {
                return Steps.instant(from, to);
            }
            return step == null ? Steps.range(from, to) : Steps.range(from, to, step);
        } catch (QueryException refused) {
            throw CommandException.usage("--from, --to and --step: " + refused.getMessage());
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

    private ScanOutcome find(Stores stores, QueryEngine engine, Query query, ObjectNode answer) {
        ArrayNode spans = answer.putArray("spans");
        try (SpanCursor cursor = engine.find(query)) {
            Columns selected = new Columns(query.columns(), cursor::value);
            Table table = new Table(SpanFields.columns(stores.areNamed(), selected.names()));
            while (cursor.next()) {
                Span span = cursor.span();
                if (terminal().json()) {
                    ObjectNode object = SpanFields.json(span, spans.addObject());
                    if (stores.areNamed()) {
                        object.put("store", stores.name(cursor.store()));
                    }
                    selected.json(object);
                } else {
                    List<String> cells = SpanFields.cells(span);
                    if (stores.areNamed()) {
                        cells.add(stores.name(cursor.store()));
                    }
                    cells.addAll(selected.texts());
                    table.add(cells.toArray(String[]::new));
                }
            }
            if (!terminal().json()) {
                table.print(terminal());
            }
            // A search for the newest stops looking where it can; only a count knows how many there are beyond the
            // limit.
            ScanOutcome found = cursor.outcome();
            boolean all = cursor.size() < query.limit() && (page == null || page.equals(FIRST_PAGE));
            ScanOutcome counted = all ? found : engine.explain(query);
            tellOfNext(cursor, answer);
            answer.put("matched", counted.spansMatched());
            // A count by an index does not meet the damage that the search met.
            return found.complete() ? counted : found;
        }
    }

    private void tellOfNext(SpanCursor cursor, ObjectNode answer) {
        String next = cursor.nextPage();
        answer.put("nextPage", next);
        if (next != null && page != null && !terminal().json()) {
            terminal().note("next page: " + next);
        }
    }

    private Query query() {
        Query query = times.within(QueryText.parse(text))
                .limit(Limit.of(limit))
                .order(order == null ? SpanOrder.NEWEST : order);
        return page == null || page.equals(FIRST_PAGE) ? query : after(query, page);
    }

    private List<Field> fields() {
        if (by.size() > MAX_FIELDS || !by.isEmpty() && (count || page != null)) {
            throw CommandException.usage(
                    by.size() > MAX_FIELDS
                            ? "--by stands " + by.size() + " times; allowed are 1 or " + MAX_FIELDS
                            : "--by goes with neither --count nor --page; leave one out");
        }
        return by.stream().map(field -> QueryText.field("--by", field)).toList();
    }

    private static Query after(Query query, String page) {
        try {
            return query.after(page);
        } catch (QueryException refused) {
            throw CommandException.usage("--page: " + refused.getMessage());
        }
    }
}
