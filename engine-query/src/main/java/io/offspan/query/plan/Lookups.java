package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.Intersection;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Range;
import io.offspan.query.index.SpanSet;
import io.offspan.query.index.SpanTimes;
import io.offspan.query.index.TimeRange;
import io.offspan.query.index.Timely;
import io.offspan.query.plan.Planner.Demand;
import io.offspan.query.test.Remainder;
import io.offspan.query.test.TraceIdTest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an index is asked for the demands of a filter, all of which have to pass: the walks that it gives are followed together, the
 * cheapest leading, and a demand is left to the spans unless the answer to it is exact.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Lookups {
    private final Demand[] demands;
    /** By demand, null where no index helps. */
    private final @Nullable Access[] accesses;

    private final Answer[] answers;
    private final SpanSet[] walks;
    private final Remainder residual;
    private final Intersection common = new Intersection();
    private final Range everything = new Range();
    private final @Nullable TimeRange range;
    private final Timely timely = new Timely();

    /** Makes the lookups of demands, of which the only one is this test where there is one. */
    Lookups(List<Demand> demands, @Nullable TraceIdTest trace) {
        this.demands = demands.toArray(new Demand[0]);
        int count = this.demands.length;
        accesses = new Access[count];
        for (int i = 0; i < count; i++) {
            accesses[i] = trace == null ? AccessCompiler.compile(this.demands[i].filter()) : new OfTrace(trace);
        }
        answers = new Answer[count];
        walks = new SpanSet[count];
        residual = new Remainder(count);
        range = trace == null ? range(demands) : null;
    }

    /** Returns the times that some of the demands are for, or null when none is for times. */
    private static @Nullable TimeRange range(List<Demand> demands) {
        TimeRange range = new TimeRange();
        boolean ofTimes = false;
        for (Demand demand : demands) {
            ofTimes |= range.narrow(demand.filter());
        }
        return ofTimes ? range : null;
    }

    /** Asks the index of a leaf and makes the plan of it. */
    LeafPlan ask(LeafIndex index, LeafPlan plan) {
        residual.clear();
        Arrays.fill(answers, Answer.UNKNOWN);
        int spans = index.indexed();
        int count = 0;
        for (int i = 0; i < demands.length; i++) {
            Access access = accesses[i];
            Answer answer = access == null ? Answer.UNKNOWN : access.ask(index);
            answers[i] = answer;
            if (answer == Answer.NOTHING) {
                return plan.nothing(spans);
            }
            if (access != null && answer != Answer.UNKNOWN) {
                walks[count++] = access.walk();
            }
            if (answer != Answer.EXACT) {
                residual.add(demands[i].test());
            }
        }
        SpanTimes times = range == null ? null : index.times();
        if (count == 0 && demands.length > 0 && times == null) {
            return plan.all();
        }
        inCommon(spans, count, plan);
        return times == null || range == null ? plan : plan.within(timely, times, range);
    }

    private LeafPlan inCommon(int spans, int count, LeafPlan plan) {
        if (count < 2) {
            return plan.walking(spans, count == 0 ? everything.set(spans) : walks[0], residual);
        }
        SpanSet one = walks[0];
        SpanSet other = walks[1];
        plan.walking(spans, common.set(walks, count), residual);
        return count == 2 && one instanceof Postings first && other instanceof Postings second
                ? plan.inCommon(first, second)
                : plan;
    }

    PlanText describe(LeafPlan plan) {
        TermTally tally = new TermTally();
        int asked = plan.access() == null ? Arrays.asList(answers).indexOf(Answer.NOTHING) + 1 : demands.length;
        for (int i = 0; i < asked; i++) {
            Access access = accesses[i];
            if (access != null) {
                access.describe(tally);
            }
        }
        return plan.access() == null
                ? new PlanText(
                        "nothing, since no span has " + accesses[asked - 1], "", true, tally.looked(), tally.united())
                : describe(plan, tally);
    }

    private PlanText describe(LeafPlan plan, TermTally tally) {
        String looked = IntStream.range(0, demands.length)
                .filter(i -> answers[i] != Answer.UNKNOWN)
                .mapToObj(i -> Objects.toString(accesses[i]))
                .collect(Collectors.joining(" && "));
        String residual = Planner.asked(IntStream.range(0, demands.length)
                .filter(i -> answers[i] != Answer.EXACT)
                .mapToObj(i -> demands[i]));
        String within = plan.access() instanceof Timely ? looked.isEmpty() ? "times" : " && times" : "";
        String access = looked.isEmpty() && within.isEmpty() ? "all" : looked + within;
        return new PlanText(access + tally.refusal(), residual, plan.exact(), tally.looked(), tally.united());
    }

    /** Says why every span is visited although there is an index. */
    PlanText describeAll(String residual) {
        TermTally tally = new TermTally();
        for (Access access : accesses) {
            if (access != null) {
                access.describe(tally);
            }
        }
        return new PlanText("all" + tally.refusal(), residual, false, tally.looked(), tally.united());
    }
}
