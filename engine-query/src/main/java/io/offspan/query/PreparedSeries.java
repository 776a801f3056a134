package io.offspan.query;

import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.series.MetricRun;
import io.offspan.query.series.SeriesAnswer;
import io.offspan.query.series.SeriesLimits;
import io.offspan.query.series.Steps;
import io.offspan.query.trace.GroupLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * A question for numbers over time, which may be asked again and again, of the store as it is each time.
 *
 * <p>An answer that ends early, since its time is over or somebody cancels it, says so in its outcome and has no series: numbers of a part
 * of the spans would be wrong ones.
 *
 * <p><b>Threads.</b> Belongs to one thread; {@link #cancel} from any. <b>Owns</b> nothing between two answers.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) when its memory is not enough.
 */
public final class PreparedSeries {
    private final MetricsQuery query;
    private final Steps steps;
    private final SeriesLimits memory;
    private final Leaves leaves;
    private final GroupLimits limits;
    private final RunLimit limit;

    PreparedSeries(MetricsQuery query, Steps steps, SeriesLimits memory, Leaves leaves, GroupLimits limits) {
        this.query = query;
        this.steps = steps;
        this.memory = memory;
        this.leaves = leaves;
        this.limits = limits;
        limit = new RunLimit(
                memory.time() == SeriesLimits.NO_END
                        ? RunLimit.NO_END
                        : memory.time().toNanos());
    }

    /** Answers the question. */
    public SeriesAnswer run() {
        limit.start();
        leaves.renew();
        try {
            MetricRun.Walk walk =
                    (pipeline, visitor) -> new SpanWalk(Query.of(pipeline), leaves, limits, limit).run(visitor);
            return new MetricRun(query, steps, memory, walk).run();
        } finally {
            leaves.close();
        }
    }

    /** Ends the run that is under way, soon: its outcome says so. */
    public void cancel() {
        limit.cancel();
    }

    /**
     * Says how the spans of each function in the question would be looked for in the leaves of the store; leaves that are searched alike are
     * told together, for each of the functions.
     */
    public List<LeafPlans> explain() {
        List<LeafPlans> plans = new ArrayList<>();
        for (Pipeline pipeline : MetricRun.pipelines(query)) {
            plans.addAll(new PreparedQuery(Query.of(pipeline), leaves, limits).explain());
        }
        return plans;
    }
}
