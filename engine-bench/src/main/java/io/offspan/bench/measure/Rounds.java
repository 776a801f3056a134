package io.offspan.bench.measure;

import io.offspan.bench.result.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures subjects side by side: in every round each of them once, beginning with another one each time, so that what disturbs the
 * machine disturbs all.
 *
 * <p>One subject may run twice under two names. How far the two lie apart is the noise of the machine, and a ratio within it is
 * called a tie.
 */
public final class Rounds {
    /** What is added to the name of a subject's second run in every round. */
    public static final String TWIN = " (again)";
    /** Noise is never believed to be less. */
    private static final double LEAST_NOISE = 0.03;

    private final String group;
    private final List<String> names = new ArrayList<>();
    private final List<Subject> subjects = new ArrayList<>();
    private final Map<String, String> baselines = new LinkedHashMap<>();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final Map<String, Map<Metric, List<Double>>> values = new LinkedHashMap<>();
    private String twin = "";

    public Rounds(String group) {
        this.group = group;
    }

    /** Adds a subject. */
    public Rounds add(String name, Subject subject) {
        if (names.contains(name)) {
            throw new IllegalArgumentException("Two subjects named '" + name + "' in " + group);
        }
        names.add(name);
        subjects.add(subject);
        return this;
    }

    /** Adds a subject that is measured twice in every round, for the noise. */
    public Rounds addTwins(String name, Subject subject) {
        return addTwins(name, subject, subject);
    }

    /** Adds two subjects that do the same, for the noise. */
    public Rounds addTwins(String name, Subject subject, Subject again) {
        twin = name;
        return add(name, subject).add(name + TWIN, again);
    }

    /** Says which other subject a subject is compared with. */
    public Rounds compare(String name, String baseline) {
        baselines.put(name, baseline);
        return this;
    }

    /** Says something about a subject that stands in each of its rows. */
    public Rounds note(String name, String text) {
        notes.put(name, text);
        return this;
    }

    /** Runs a round that is not counted. */
    public void warmUp() throws IOException {
        for (Subject subject : subjects) {
            subject.round(new Meter());
        }
    }

    /** Runs round {@code number}. */
    public void round(int number) throws IOException {
        for (int i = 0; i < subjects.size(); i++) {
            int which = (i + number) % subjects.size();
            Meter meter = new Meter();
            subjects.get(which).round(meter);
            Map<Metric, List<Double>> mine = values.computeIfAbsent(names.get(which), n -> new LinkedHashMap<>());
            meter.figures()
                    .forEach((metric, value) ->
                            mine.computeIfAbsent(metric, m -> new ArrayList<>()).add(value));
        }
    }

    /** Returns how far two measurements of one thing lay apart, by processor time; 0 when nothing was measured twice. */
    public double noise() {
        Map<Metric, List<Double>> first = values.get(twin);
        Map<Metric, List<Double>> second = values.get(twin + TWIN);
        if (first == null || second == null) {
            return 0;
        }
        Metric metric = steadiest(first);
        List<Double> a = first.getOrDefault(metric, List.of());
        List<Double> b = second.getOrDefault(metric, List.of());
        List<Double> apart = new ArrayList<>();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            apart.add(Math.max(a.get(i), b.get(i)) / Math.min(a.get(i), b.get(i)) - 1);
        }
        return apart.isEmpty() ? 0 : Math.max(LEAST_NOISE, row(apart).median());
    }

    private static Metric steadiest(Map<Metric, List<Double>> figures) {
        if (figures.containsKey(Metric.TOTAL_CPU)) {
            return Metric.TOTAL_CPU;
        }
        boolean other = !figures.containsKey(Metric.CPU);
        return figures.keySet().stream()
                .filter(metric -> other && metric.isTime())
                .findFirst()
                .orElse(Metric.CPU);
    }

    private Row row(List<Double> figures) {
        return Row.of(group, twin, "noise", "", true, figures);
    }

    /** Returns the rows of all subjects, ratios included. */
    public List<Row> rows() {
        return rows(noise());
    }

    /** Returns the rows of all subjects, with ratios of which those within {@code noise} are ties. */
    public List<Row> rows(double noise) {
        List<Row> rows = new ArrayList<>();
        for (String name : names) {
            values.getOrDefault(name, Map.of())
                    .forEach((metric, figures) -> rows.add(row(name, metric, figures, noise)));
        }
        return rows;
    }

    private Row row(String name, Metric metric, List<Double> figures, double noise) {
        Row row = row(name, metric, figures);
        String note = notes.get(name);
        if (note != null) {
            row = row.noted(note);
        }
        String baseline = name.endsWith(TWIN) ? twin : baselines.get(name);
        if (baseline == null) {
            return row;
        }
        List<Double> others = values.getOrDefault(baseline, Map.of()).get(metric);
        if (!metric.isTime()) {
            return row;
        }
        if (others == null) { // a store is compared by the time of all its threads with one that has none
            others = values.getOrDefault(baseline, Map.of()).get(Metric.CPU);
        }
        return others == null ? row : row.against(row(baseline, metric, others), noise);
    }

    private Row row(String name, Metric metric, List<Double> figures) {
        return Row.of(group, name, metric.name(), metric.unit(), metric.lessIsBetter(), figures);
    }
}
