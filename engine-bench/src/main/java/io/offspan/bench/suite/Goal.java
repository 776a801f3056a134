package io.offspan.bench.suite;

import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A figure that the project has set itself.
 *
 * @param floor what has to be reached
 * @param goal what it is designed for
 * @param moonshot what the hardware might allow
 * @param reached what a run reached, in words; {@code NOT BUILT} for what does not exist yet, {@code NOT RUN} for what was left out
 */
public record Goal(String what, String floor, String goal, String moonshot, Function<Report, String> reached) {
    static final String NOT_RUN = "NOT RUN";

    /** How far a figure got. */
    enum Level {
        MISSED,
        FLOOR,
        GOAL,
        MOONSHOT;

        /** Judges a figure of which less is better. */
        static Level atMost(double value, double floor, double goal, double moonshot) {
            return value <= moonshot ? MOONSHOT : value <= goal ? GOAL : value <= floor ? FLOOR : MISSED;
        }

        /** Judges a figure of which more is better. */
        static Level atLeast(double value, double floor, double goal, double moonshot) {
            return atMost(-value, -floor, -goal, -moonshot);
        }

        Level worse(Level other) {
            return compareTo(other) < 0 ? this : other;
        }

        String say(String format, Object... figures) {
            return "**" + name().toLowerCase(Locale.ROOT) + "**: " + text(format, figures);
        }
    }

    static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }

    /** Returns the median of a figure, or nothing when it was not measured. */
    static Optional<Double> median(Report report, String group, String subject, String metric) {
        return report.row(group, subject, metric).map(Row::median);
    }
}
