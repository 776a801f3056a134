package io.offspan.query.series;

import io.offspan.codec.span.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks spans of a group as examples: at most two in each of some equal parts of the range, and one of a trace. Those are picked whose trace
 * ids have the least hashes, so that the same spans give the same examples wherever they are stored.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class ExemplarPick {
    private static final int OF_PART = 2;
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final Comparator<Exemplar> ORDER = Comparator.<Exemplar>comparingLong(ExemplarPick::hash)
            .thenComparingLong(Exemplar::traceIdHigh)
            .thenComparingLong(Exemplar::traceIdLow)
            .thenComparingLong(Exemplar::startNanos)
            .thenComparingLong(Exemplar::spanId)
            .thenComparingDouble(Exemplar::value);

    private final Steps steps;
    private final int most;
    /** Two for each part of the range, the better first. */
    private final @Nullable Exemplar[] picked;

    ExemplarPick(Steps steps, int most) {
        this.steps = steps;
        this.most = most;
        picked = new Exemplar[OF_PART * Math.max(1, most / OF_PART)];
    }

    /** Looks at a span, with its number or NaN for that of its interval. */
    void add(SpanView span, double value) {
        long start = span.startNanos();
        int parts = picked.length / OF_PART;
        double share = (double) (start - steps.fromNanos() - 1) / (steps.toNanos() - steps.fromNanos());
        int at = OF_PART * Math.min(parts - 1, (int) (share * parts));
        Exemplar first = picked[at];
        Exemplar second = picked[at + 1];
        long hash = hash(span.traceIdHigh(), span.traceIdLow());
        if (second != null && hash > hash(second)) {
            return;
        }
        Exemplar found = new Exemplar(span.traceIdHigh(), span.traceIdLow(), span.spanId(), start, value);
        if (first == null || isOfTrace(found, first)) {
            picked[at] = first == null || ORDER.compare(found, first) < 0 ? found : first;
        } else if (ORDER.compare(found, first) < 0) {
            picked[at] = found;
            picked[at + 1] = first;
        } else if (second == null || ORDER.compare(found, second) < 0) {
            picked[at + 1] = found;
        }
    }

    private static boolean isOfTrace(Exemplar one, Exemplar other) {
        return one.traceIdHigh() == other.traceIdHigh() && one.traceIdLow() == other.traceIdLow();
    }

    private static long hash(Exemplar exemplar) {
        return hash(exemplar.traceIdHigh(), exemplar.traceIdLow());
    }

    private static long hash(long high, long low) {
        long mixed = (high ^ low * MIX) * MIX;
        return (mixed ^ mixed >>> 31) >>> 1;
    }

    /** Returns the examples of intervals that have a number, in the order of time. */
    List<Exemplar> of(double[] values) {
        Map<List<Long>, Exemplar> byTrace = new HashMap<>();
        for (Exemplar each : picked) {
            if (each != null) {
                byTrace.merge(
                        List.of(each.traceIdHigh(), each.traceIdLow()),
                        each,
                        (one, other) -> ORDER.compare(one, other) <= 0 ? one : other);
            }
        }
        List<Exemplar> found = new ArrayList<>();
        byTrace.values().stream()
                .sorted(ORDER)
                .map(each -> valued(each, values[steps.intervalOf(each.startNanos())]))
                .filter(each -> !Double.isNaN(each.value()))
                .limit(most)
                .forEach(found::add);
        found.sort(Comparator.comparingLong(Exemplar::startNanos).thenComparing(ORDER));
        return found;
    }

    private static Exemplar valued(Exemplar exemplar, double ofInterval) {
        return Double.isNaN(exemplar.value()) && !Double.isNaN(ofInterval)
                ? new Exemplar(
                        exemplar.traceIdHigh(),
                        exemplar.traceIdLow(),
                        exemplar.spanId(),
                        exemplar.startNanos(),
                        ofInterval)
                : exemplar;
    }
}
