package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Value;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Contrast;
import io.offspan.query.series.Exemplar;
import io.offspan.query.series.Label;
import io.offspan.query.series.Sample;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.Steps;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The series of an answer, for people and as JSON.
 *
 * @param most how many are shown; all are told
 * @param instant whether there is one number for the range as a whole
 */
record SeriesReport(SeriesAnswer answer, int most, boolean instant) {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String LEVELS = "▁▂▃▄▅▆▇█";
    private static final int GRAPH_COLUMNS = 48;
    private static final MathContext FOUR_DIGITS = new MathContext(4);

    /** Tells them in an object of an answer and, without JSON, shows them in a table. */
    void tell(Terminal terminal, ObjectNode into) {
        ArrayNode series = into.putArray("series");
        answer.series().forEach(each -> describe(each, series.addObject()));
        Steps steps = answer.steps();
        into.put("query", answer.query().toString());
        into.put("from", Long.toString(steps.fromNanos()));
        into.put("to", Long.toString(steps.toNanos()));
        into.put("step", Long.toString(steps.stepNanos()));
        into.put("quantiles", answer.query().quantiles().name().toLowerCase(Locale.ROOT));
        if (!terminal.json()) {
            show(terminal);
        }
    }

    private void describe(Series series, ObjectNode into) {
        ArrayNode labels = into.putArray("labels");
        for (Label label : series.labels()) {
            ObjectNode object = labels.addObject();
            object.put("key", label.key());
            ObjectNode value = object.putObject("value");
            if (label.value() != null) {
                OtlpJson.value(value, label.value());
            }
        }
        List<Sample> samples = series.samples();
        if (instant && !samples.isEmpty()) {
            put(into, samples.get(0).value());
        } else {
            ArrayNode array = into.putArray("samples");
            samples.forEach(sample ->
                    put(array.addObject().put("timestampMs", Long.toString(sample.millis())), sample.value()));
        }
        if (!series.exemplars().isEmpty()) {
            ArrayNode array = into.putArray("exemplars");
            series.exemplars().forEach(exemplar -> describe(exemplar, array.addObject()));
        }
    }

    private static void describe(Exemplar exemplar, ObjectNode into) {
        ArrayNode labels = into.putArray("labels");
        labels.addObject().put("key", "trace:id").putObject("value").put("stringValue", exemplar.traceId());
        labels.addObject().put("key", "span:id").putObject("value").put("stringValue", Hex.of(exemplar.spanId()));
        into.put("timestampMs", Long.toString(exemplar.startNanos() / NANOS_PER_MILLI));
        put(into, exemplar.value());
    }

    /** JSON has no number that is infinite. */
    private static void put(ObjectNode into, double value) {
        if (Double.isFinite(value)) {
            into.put("value", value);
        } else {
            into.put("value", Double.toString(value));
        }
    }

    private void show(Terminal terminal) {
        Steps steps = answer.steps();
        terminal.note("from " + Units.time(Math.max(0, steps.fromNanos())) + " to " + Units.time(steps.toNanos())
                + (instant ? "" : ", in steps of " + Units.duration(steps.stepNanos())));
        if (answer.query().metric() instanceof Contrast) {
            new ContrastTable(answer).show(terminal, most);
            return;
        }
        double greatest = answer.series().stream()
                .flatMap(series -> series.samples().stream())
                .mapToDouble(Sample::value)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        Table table = new Table(
                instant
                        ? List.of(Column.text("SERIES", 8), Column.beginning("VALUE", 5), Column.beginning("", 8))
                        : List.of(
                                Column.text("SERIES", 8),
                                Column.beginning("LEAST", 5),
                                Column.beginning("GREATEST", 5),
                                Column.beginning("LAST", 5),
                                Column.beginning("OVER TIME", 8)));
        answer.series().stream().limit(most).forEach(series -> table.add(cells(series, greatest)));
        table.print(terminal);
        if (answer.series().size() > most) {
            terminal.note(Units.count(answer.series().size() - most) + " more series beyond --limit");
        }
    }

    private String[] cells(Series series, double greatest) {
        List<Sample> samples = series.samples();
        String name = series.labels().stream().map(SeriesReport::text).collect(Collectors.joining(", "));
        if (instant) {
            double value = samples.get(0).value();
            return new String[] {name, number(value), bar(value, greatest)};
        }
        return new String[] {
            name,
            number(samples.stream().mapToDouble(Sample::value).min().orElse(0)),
            number(samples.stream().mapToDouble(Sample::value).max().orElse(0)),
            number(samples.get(samples.size() - 1).value()),
            line(series)
        };
    }

    private static String text(Label label) {
        @Nullable Value value = label.value();
        if (label.key().equals(Label.NAME)) {
            return String.valueOf(value);
        }
        return label.key() + "=" + (value == null ? "nil" : value);
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros();
        return Math.abs(rounded.precision() - rounded.scale()) > 7 ? rounded.toString() : rounded.toPlainString();
    }

    private static String bar(double value, double greatest) {
        return value > 0 && greatest > 0 && Double.isFinite(value)
                ? "█".repeat((int) Math.max(1, Math.round(value / greatest * GRAPH_COLUMNS)))
                : "";
    }

    /** Draws the numbers between the least or 0 and the greatest, the greatest of each part where there are more than columns; blanks for none. */
    private String line(Series series) {
        double[] values = series.values();
        int columns = Math.min(values.length, GRAPH_COLUMNS);
        double[] parts = new double[columns];
        Arrays.fill(parts, Double.NaN);
        double low = 0;
        double high = 0;
        for (int i = 0; i < values.length; i++) {
            int part = (int) ((long) i * columns / values.length);
            if (Double.isFinite(values[i])) {
                parts[part] = Double.isNaN(parts[part]) ? values[i] : Math.max(parts[part], values[i]);
                low = Math.min(low, values[i]);
                high = Math.max(high, values[i]);
            }
        }
        StringBuilder line = new StringBuilder();
        for (double part : parts) {
            double share = high > low ? (part - low) / (high - low) : 0;
            line.append(Double.isNaN(part) ? ' ' : LEVELS.charAt((int) Math.round(share * (LEVELS.length() - 1))));
        }
        return line.toString();
    }
}
