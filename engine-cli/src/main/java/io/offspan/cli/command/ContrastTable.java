package io.offspan.cli.command;

import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Value;
import io.offspan.query.series.Label;
import io.offspan.query.series.Series;
import io.offspan.query.series.SeriesAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} found, for people: of each value of an attribute the share of the spans of both sides that have it, those first whose
 * shares differ most.
 */
final class ContrastTable {
    private static final String SELECTION = "selection";
    private static final String BASELINE = "baseline";
    private static final String TOTAL = "_total";
    /** Every span has a name. */
    private static final String OF_EVERY_SPAN = "name";

    /** A value of an attribute; numbers that the answer does not tell are null. */
    private record Row(
            Label label,
            @Nullable Double selection,
            @Nullable Double baseline,
            double difference) {}

    private final Map<Label, Map<String, Double>> counts = new LinkedHashMap<>();
    private final Map<String, Map<String, Double>> totals = new HashMap<>();

    ContrastTable(SeriesAnswer answer) {
        for (Series series : answer.series()) {
            Label side = series.labels().get(0);
            Label of = series.labels().get(1);
            String type = text(side.value());
            double spans = Arrays.stream(series.values()).sum();
            if (side.key().equals(Label.SIDE) && type.endsWith(TOTAL)) {
                totals.computeIfAbsent(of.key(), key -> new HashMap<>()).put(type, spans);
            } else if (side.key().equals(Label.SIDE)) {
                counts.computeIfAbsent(of, key -> new HashMap<>()).put(type, spans);
            }
        }
    }

    private static String text(@Nullable Value value) {
        return String.valueOf(value);
    }

    void show(Terminal terminal, int most) {
        double selected = total(OF_EVERY_SPAN, SELECTION);
        double others = total(OF_EVERY_SPAN, BASELINE);
        terminal.note("selection: " + Units.count((long) selected, "span") + ", baseline: "
                + Units.count((long) others, "span"));
        List<Row> rows = new ArrayList<>();
        counts.forEach((label, sides) -> {
            Double one = share(label, sides, SELECTION, selected);
            Double other = share(label, sides, BASELINE, others);
            rows.add(new Row(label, one, other, Math.abs(orZero(one) - orZero(other))));
        });
        // What belongs together stays together where shares are the same.
        rows.sort(Comparator.comparingDouble(Row::difference)
                .reversed()
                .thenComparing(row -> row.label().key())
                .thenComparing(row -> text(row.label().value())));
        Table table = new Table(List.of(
                Column.text("ATTRIBUTE", 8),
                Column.text("VALUE", 8),
                Column.beginning("SELECTION", 5),
                Column.beginning("BASELINE", 5)));
        rows.stream()
                .limit(most)
                .forEach(row -> table.add(
                        row.label().key(),
                        text(row.label().value()),
                        percent(row.selection()),
                        percent(row.baseline())));
        table.print(terminal);
        if (rows.size() > most) {
            terminal.note(Units.count(rows.size() - most, "more value") + " beyond --limit");
        }
    }

    private double total(String attribute, String side) {
        return Objects.requireNonNullElse(
                totals.getOrDefault(attribute, Map.of()).get(side + TOTAL), 0.0);
    }

    /** Returns the share of a side, or null where fewer spans may have the value than those of which it tells how many. */
    private @Nullable Double share(Label label, Map<String, Double> sides, String side, double spans) {
        Double found = sides.get(side);
        if (found != null) {
            return found / spans;
        }
        double told = counts.entrySet().stream()
                .filter(each -> each.getKey().key().equals(label.key()))
                .mapToDouble(each -> each.getValue().getOrDefault(side, 0.0))
                .sum();
        return told < total(label.key(), side) ? null : 0.0;
    }

    private static double orZero(@Nullable Double share) {
        return share == null ? 0 : share;
    }

    private static String percent(@Nullable Double share) {
        return share == null ? "few" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
}
