package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.EpochNanos;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Value;
import io.offspan.codec.model.Value.StringValue;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.RatesOrder;
import io.offspan.query.discover.SpanRates;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how often services or operations are called, fail, and how long they take. */
@Command(
        name = "top",
        description =
                "Shows rate, errors and duration of services or operations over the last minutes: again and again on a"
                        + " terminal, until Ctrl-C, and once elsewhere.",
        footer = {
            "",
            "Counted are the spans by which a service is called: servers, consumers and roots; --where '{ }' counts all."
                    + " Durations are those of spans that have ended, right within 0.4 %.",
            "",
            "Examples:",
            "  offspan top --data spans",
            "  offspan top --data spans --by operation --sort p99 --window 1h",
            "  offspan top --data spans --json | jq '.rows[] | select(.errors > 0)'"
        })
public final class TopCommand extends StoreCommand {
    private static final String CALLED = "{ kind = server || kind = consumer || span:parentID = \"\" }";
    private static final String NONE = "(none)";
    /** Goes to the beginning of the screen, and clears what is below it. */
    private static final String CLEAR = "\u001b[H\u001b[J";

    private static final double NANOS_PER_SECOND = 1e9;
    private static final MathContext THREE_DIGITS = new MathContext(3);

    /** What spans are counted by. */
    public enum By {
        SERVICE(Intrinsic.SERVICE),
        OPERATION(Intrinsic.SERVICE, Intrinsic.NAME, Intrinsic.KIND);

        private final Field[] fields;

        By(Field... fields) {
            this.fields = fields;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "A line for each ${COMPLETION-CANDIDATES} (default: service).")
    private By by = By.SERVICE;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            description = "Which come first, by ${COMPLETION-CANDIDATES} (default: spans).")
    private RatesOrder order = RatesOrder.SPANS;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = Units.DurationNanos.class,
            description = "Over so much time (default: ${DEFAULT-VALUE}).")
    private long windowNanos;

    @Option(
            names = "--to",
            paramLabel = "T",
            converter = EpochNanos.class,
            description = "Up to this time instead of now; shown once.")
    private @Nullable Long toNanos;

    @Option(
            names = "--where",
            paramLabel = "TRACEQL",
            defaultValue = CALLED,
            description = "Only spans that this query leaves (default: those by which a service is called).")
    private String where = CALLED;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many lines, up to " + Query.MAX_LIMIT + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            defaultValue = "2s",
            converter = Units.DurationNanos.class,
            description = "Look again after so long (default: ${DEFAULT-VALUE}).")
    private long everyNanos;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Look so many times (default: until Ctrl-C on a terminal, once elsewhere).")
    private @Nullable Integer rounds;

    @Override
    protected int run() {
        Query query = QueryText.parse(where).limit(Limit.of(limit));
        requireSense();
        int most = rounds();
        try (Stores stores = stores();
                Interrupt interrupt = new Interrupt()) {
            QueryEngine engine = stores.engine();
            int worst = ExitCode.DONE;
            for (int round = 1; round <= most; round++) {
                worst = Math.max(worst, show(stores, engine, query));
                // Whoever reads the lines may be gone; then nobody is left to show them to.
                boolean over = round == most || !terminal().flush();
                if (over || interrupt.await(Math.max(1, everyNanos / 1_000_000))) {
                    break;
                }
            }
            return worst;
        }
    }

    private void requireSense() {
        if (windowNanos < 1) {
            throw CommandException.usage("--window is " + windowNanos + " ns; it is longer than nothing, such as 5m");
        }
        if (rounds != null && rounds < 1) {
            throw CommandException.usage("--rounds is " + rounds + "; it is at least 1");
        }
    }

    private int rounds() {
        Integer asked = rounds;
        if (asked != null) {
            return asked;
        }
        return terminal().interactive() && !terminal().json() && toNanos == null ? Integer.MAX_VALUE : 1;
    }

    private int show(Stores stores, QueryEngine engine, Query query) {
        Long end = toNanos;
        long to = end == null ? new EpochNanos().convert("now") : end;
        long from = Long.compareUnsigned(to, windowNanos) > 0 ? to - windowNanos : 0;
        Listing<SpanRates> found = engine.discover(query.from(from).to(to)).rates(order, by.fields);
        ObjectNode answer = Json.object().put("by", by.toString());
        answer.put("fromNanos", Long.toUnsignedString(from));
        answer.put("toNanos", Long.toUnsignedString(to));
        ArrayNode rows = answer.putArray("rows");
        Table table = new Table(columns());
        double seconds = (to - from) / NANOS_PER_SECOND;
        for (SpanRates each : found.rows()) {
            describe(each, seconds, rows.addObject());
            table.add(cells(each, seconds));
        }
        answer.put("beyond", found.beyond());
        if (!terminal().json()) {
            print(table, from, to);
        }
        if (found.beyond() > 0 && !terminal().json()) {
            terminal().note(Units.count(found.beyond(), "more " + by) + " beyond --limit " + limit);
        }
        terminal().answer(stores.tell(answer));
        return Math.max(Completeness.report(terminal(), found.outcome()), stores.report(terminal()));
    }

    private void print(Table table, long from, long to) {
        if (terminal().interactive()) {
            boolean again = rounds() > 1;
            String title = Units.time(from) + " to " + Units.time(to);
            terminal().line((again ? CLEAR : "") + terminal().styled("bold", title));
        }
        table.print(terminal());
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.text("SERVICE", 8));
        if (by == By.OPERATION) {
            columns.add(Column.text("OPERATION", 12));
            columns.add(Column.text("KIND", 6));
        }
        columns.add(Column.text("RATE", 7));
        columns.add(Column.text("ERRORS", 7));
        columns.add(Column.text("P50", 6));
        columns.add(Column.text("P95", 6));
        columns.add(Column.text("P99", 6));
        return columns;
    }

    private String[] cells(SpanRates rates, double seconds) {
        List<String> cells = new ArrayList<>();
        for (Value value : rates.values()) {
            String text = text(value);
            cells.add(text == null ? NONE : text);
        }
        cells.add(number(rates.spans() / seconds) + "/s");
        cells.add(number(100.0 * rates.errors() / rates.spans()) + "%");
        cells.add(Latencies.text(rates.latency().p50Nanos()));
        cells.add(Latencies.text(rates.latency().p95Nanos()));
        cells.add(Latencies.text(rates.latency().p99Nanos()));
        return cells.toArray(String[]::new);
    }

    /** Writes a number with three digits or so, never with an exponent. */
    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros().toPlainString();
    }

    private void describe(SpanRates rates, double seconds, ObjectNode row) {
        row.put("service", text(rates.values().get(0)));
        if (by == By.OPERATION) {
            row.put("name", text(rates.values().get(1)));
            row.put("kind", text(rates.values().get(2)));
        }
        Json.put(row, "spans", rates.spans());
        row.put("spansPerSecond", rates.spans() / seconds);
        Json.put(row, "errors", rates.errors());
        Latencies.put(row, rates.latency());
    }

    private static @Nullable String text(@Nullable Value value) {
        return value instanceof StringValue text ? text.value() : null;
    }
}
