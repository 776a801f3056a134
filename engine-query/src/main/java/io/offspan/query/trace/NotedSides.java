package io.offspan.query.trace;

import io.offspan.query.ast.And;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Either;
import io.offspan.query.ast.Except;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Piped;
import io.offspan.query.ast.Related;
import io.offspan.query.ast.Spanset;
import io.offspan.query.plan.TraceLevel;
import io.offspan.query.scan.LeafScan;
import io.offspan.query.scan.Leaves;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filters by which a search for related spans notes the traces that may be in the answer: every trace in it has a span that passes one
 * of them. Where a trace has to have spans of each of two sides, the side that fewer spans pass is enough, and the other is noted, too,
 * where that takes little and may spare the loading of many traces.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the leaves.
 */
final class NotedSides {
    /** So many spans of another side may be visited for each span of the cheapest one: a fraction of what loading a trace takes. */
    private static final int WORTH = 8;

    private final TraceQuestion question;
    private final Leaves leaves;
    private final Map<Filter, Long> costs = new HashMap<>();
    private final List<Filter> noted;
    private final long unknown;

    /** Chooses what is noted of a question that is put to leaves, which are open. */
    NotedSides(TraceQuestion question, Leaves leaves) {
        this.question = question;
        this.leaves = leaves;
        noted = needed(question.pipeline().first());
        List<Filter> first = question.firstOfSpans();
        long others = 0;
        for (int i = 0; i < first.size(); i++) {
            others |= noted.contains(first.get(i)) || first.get(i).equals(Filter.all()) ? 0 : 1L << i;
        }
        unknown = others;
    }

    /** Returns the filter of the spans whose traces are noted. */
    Filter filter() {
        return question.within(noted);
    }

    /** Returns the id of the one trace that the filter is for, or null where it is for others, too, or for some of its spans. */
    @Nullable
    String trace() {
        return noted.size() == 1 && noted.get(0) instanceof Comparison comparison && isOfOneTrace(comparison)
                ? ((Operand.Text) comparison.operand()).value()
                : null;
    }

    /** Returns the filters of the first stage, one bit each, that spans may pass which are not noted. */
    long unknown() {
        return unknown;
    }

    private List<Filter> needed(Spanset spanset) {
        if (spanset instanceof Matching matching) {
            return List.of(TraceLevel.relaxed(question.filters().get(question.numberOf(matching))));
        }
        if (spanset instanceof Piped piped) {
            return needed(piped.first());
        }
        if (spanset instanceof Except except) {
            return needed(except.left());
        }
        if (spanset instanceof Related related && related.form() == Related.Form.NONE) {
            return needed(related.right());
        }
        List<List<Filter>> sides =
                TraceQuestion.partsOf(spanset).stream().map(this::needed).toList();
        return spanset instanceof Either ? united(sides) : cheapest(sides);
    }

    private static List<Filter> united(List<List<Filter>> sides) {
        return sides.stream().flatMap(List::stream).distinct().toList();
    }

    /** Returns the sides that are worth noting of some that are all needed; one that any span is enough for says nothing of a trace. */
    private List<Filter> cheapest(List<List<Filter>> sides) {
        List<List<Filter>> telling = new ArrayList<>();
        for (List<Filter> side : sides) {
            if (side.stream().allMatch(NotedSides::isOfOneTrace)) {
                return side;
            }
            if (!side.contains(Filter.all())) {
                telling.add(side);
            }
        }
        if (telling.size() < 2) {
            return united(telling.isEmpty() ? sides : telling);
        }
        long most = WORTH * telling.stream().mapToLong(this::cost).min().orElseThrow();
        return united(telling.stream().filter(side -> cost(side) <= most).toList());
    }

    /** Tells whether spans of one trace alone pass, so that nothing else has to be noted. */
    private static boolean isOfOneTrace(Filter filter) {
        if (filter instanceof And and) {
            return and.filters().stream().anyMatch(NotedSides::isOfOneTrace);
        }
        return filter instanceof Comparison comparison
                && comparison.field() == Intrinsic.TRACE_ID
                && comparison.operator() == Operator.EQUAL;
    }

    private long cost(List<Filter> side) {
        return side.stream().mapToLong(this::cost).sum();
    }

    private long cost(Filter filter) {
        return costs.computeIfAbsent(filter, any -> new LeafScan(question.within(List.of(any))).cost(leaves));
    }
}
