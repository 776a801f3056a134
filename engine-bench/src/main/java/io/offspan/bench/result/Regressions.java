package io.offspan.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What got worse from one run to another beyond noise: even the best round now is worse than the median then, by more than either
 * run's noise and {@value #LEAST_PERCENT} percent.
 */
public final class Regressions {
    private static final int LEAST_PERCENT = 10;
    /** Differences of figures near nothing, bytes a span above all, mean nothing. */
    private static final double LEAST_DIFFERENCE = 0.05;

    private Regressions() {}

    /** Returns one sentence for each figure that got worse, and for each answer that is wrong now. */
    public static List<String> between(Report then, Report now) {
        Map<String, Row> before =
                then.rows().stream().collect(Collectors.toMap(Row::key, Function.identity(), (first, second) -> first));
        List<String> found = new ArrayList<>();
        for (Row row : now.rows()) {
            Row old = before.get(row.key());
            if (Row.WRONG.equals(row.verdict())) {
                found.add(row.key() + " is wrong: expected " + row.expected() + ", got " + row.got());
            } else if (old != null && worse(old, row, tolerance(then, now, row.group()))) {
                found.add(String.format(
                        Locale.ROOT,
                        "%s was %.4g (best %.4g) and is %.4g (best %.4g) %s",
                        row.key(),
                        old.median(),
                        old.best(),
                        row.median(),
                        row.best(),
                        row.unit()));
            }
        }
        return found;
    }

    private static double tolerance(Report then, Report now, String group) {
        double noise =
                Math.max(then.noise().getOrDefault(group, 0.0), now.noise().getOrDefault(group, 0.0));
        return Math.max(noise, LEAST_PERCENT / 100.0);
    }

    private static boolean worse(Row old, Row row, double tolerance) {
        if (Math.abs(row.best() - old.median()) < LEAST_DIFFERENCE) {
            return false;
        }
        return row.lessIsBetter()
                ? row.best() > old.median() * (1 + tolerance)
                : row.best() < old.median() / (1 + tolerance);
    }
}
