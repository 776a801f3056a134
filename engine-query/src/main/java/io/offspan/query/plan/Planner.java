package io.offspan.query.plan;

import io.offspan.query.ast.And;
import io.offspan.query.ast.Filter;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.Remainder;
import io.offspan.query.test.SpanTest;
import io.offspan.query.test.TraceIdTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plans how a filter is put to one leaf after another: what its index can be asked is asked there, and what is left is asked of the
 * spans. Without an index every span is asked everything, which is the plan that all others are held against.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once it has met an index, and its walks have grown to their size.
 */
public final class Planner {
    private static final Comparator<Demand> BY_COST = new Comparator<>() {
        @Override
        public int compare(Demand one, Demand other) {
            return Integer.compare(one.test().cost(), other.test().cost());
        }
    };

    private final List<Demand> demands;
    private final LeafPlan plan;
    /** For a planner of traces. */
    private final @Nullable TraceIdTest trace;
    /** Made for the first index. */
    private @Nullable Lookups lookups;
    /** Whether the leaf that was planned last has an index. */
    private boolean met;

    /** One of the filters that all have to pass. */
    record Demand(Filter filter, SpanTest test) {}

    public Planner(Filter filter, FilterCompiler compiler) {
        demands = new ArrayList<>(4);
        collect(filter, compiler);
        joinErrorsOfAService(compiler);
        if (demands.size() > 1) {
            demands.sort(BY_COST);
        }
        plan = new LeafPlan(whole());
        trace = null;
    }

    private Planner(TraceIdTest trace) {
        demands = List.of(new Demand(Filter.traceId("0"), trace));
        plan = new LeafPlan(trace);
        this.trace = trace;
    }

    /** Makes a planner for the spans of one trace after another, of which {@link #seek} says which. */
    public static Planner ofTraces() {
        return new Planner(new TraceIdTest(0, 0));
    }

    private void collect(Filter filter, FilterCompiler compiler) {
        if (filter instanceof And and) {
            for (Filter part : and.filters()) {
                collect(part, compiler);
            }
        } else {
            demands.add(new Demand(filter, compiler.compile(filter)));
        }
    }

    /** Makes one demand of a service and of errors, for which the index has common postings: far fewer than for either. */
    private void joinErrorsOfAService(FilterCompiler compiler) {
        for (int i = 0; demands.size() > 1 && i < demands.size(); i++) {
            Demand error = demands.get(i);
            for (Demand service : demands) {
                if (AccessCompiler.serviceOfErrors(service.filter(), error.filter()) != null) {
                    Filter both = new And(List.of(service.filter(), error.filter()));
                    demands.removeAll(List.of(service, error));
                    demands.add(new Demand(both, compiler.compile(both)));
                    return;
                }
            }
        }
    }

    private SpanTest whole() {
        if (demands.size() == 1) {
            return demands.get(0).test();
        }
        Remainder all = new Remainder(demands.size());
        for (Demand demand : demands) {
            all.add(demand.test());
        }
        return all;
    }

    /** Returns the test for the spans of one trace, or null where it is planned for a filter. */
    public @Nullable TraceIdTest trace() {
        return trace;
    }

    /** Goes for the spans of another trace from now on. */
    public void seek(long traceIdHigh, long traceIdLow) {
        TraceIdTest test = trace;
        if (test == null) {
            throw new IllegalStateException("The planner is one for a filter, not for traces");
        }
        test.seek(traceIdHigh, traceIdLow);
    }

    /**
     * Plans a leaf. The plan, its walk and its tests are valid until the next leaf is planned.
     *
     * @param index of its first spans, or null without one
     */
    public LeafPlan plan(@Nullable LeafIndex index) {
        met = index != null && index.indexed() > 0;
        if (index == null || index.indexed() == 0) {
            return plan.all();
        }
        Lookups made = lookups;
        if (made == null) {
            made = new Lookups(demands, trace);
            lookups = made;
        }
        return made.ask(index, plan);
    }

    /** Says how the leaf is searched that was planned last: what is looked up, and what is asked of the spans. */
    public PlanText describe() {
        Lookups made = lookups;
        String all = asked(demands.stream());
        if (made == null || !met) {
            return new PlanText("all", all, false, 0, 0);
        }
        return plan.indexed() == 0 ? made.describeAll(all) : made.describe(plan);
    }

    static String asked(Stream<Demand> demands) {
        return demands.map(demand -> demand.filter().toString()).collect(Collectors.joining(" && "));
    }
}
