package io.offspan.query.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One number for each interval, or none, with labels that tell the series from others of the answer.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Series {
    private final List<Label> labels;
    private final Steps steps;
    /** By interval; NaN for none. */
    private final double[] values;

    private final List<Exemplar> exemplars;

    /** @param values by interval, NaN for none; they become this series' own */
    Series(List<Label> labels, Steps steps, double[] values, List<Exemplar> exemplars) {
        this.labels = Collections.unmodifiableList(labels);
        this.steps = steps;
        this.values = values;
        this.exemplars = List.copyOf(exemplars);
    }

    /** Returns the labels, in the order in which the question groups by them. */
    public List<Label> labels() {
        return labels;
    }

    /** Returns the number of an interval, or NaN where there is none. */
    public double value(int interval) {
        return values[interval];
    }

    /** Returns a copy of the numbers by interval, NaN where there is none. */
    public double[] values() {
        return values.clone();
    }

    /** Returns the numbers that there are, in the order of time. */
    public List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                samples.add(new Sample(steps.millis(i), values[i]));
            }
        }
        return samples;
    }

    /** Returns the examples, in the order of time; none unless the question asks for some. */
    public List<Exemplar> exemplars() {
        return exemplars;
    }

    boolean isEmpty() {
        return Arrays.stream(values).allMatch(Double::isNaN);
    }

    /** Returns this series with other numbers; examples stay where their interval has one. */
    Series with(double[] others) {
        List<Exemplar> left = exemplars.stream()
                .filter(one -> !Double.isNaN(others[steps.intervalOf(one.startNanos())]))
                .toList();
        return new Series(labels, steps, others, left);
    }

    @Override
    public String toString() {
        return labels + " " + samples();
    }
}
