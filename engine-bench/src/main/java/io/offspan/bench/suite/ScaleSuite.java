package io.offspan.bench.suite;

import io.offspan.bench.result.Row;
import io.offspan.bench.w1.W1Oracle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What questions cost, and how far an index is behind, where a store is not as it is everywhere else in the benchmark. */
public final class ScaleSuite implements Suite {
    static final String GROUP = "scale";
    private static final int WARM_UPS = 2;

    @Override
    public String name() {
        return GROUP;
    }

    @Override
    public String description() {
        return "Many segments, far clocks, full open slabs, a writer faster than the index, sixteen times the spans; not part of 'all'.";
    }

    @Override
    public int steps(RunSize size) {
        return SegmentsTime.steps(size) + FarClocks.STEPS + OpenSlabsTime.STEPS + LagTime.STEPS + OpenScale.STEPS;
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        steps.next("scale, answers by brute force");
        W1Oracle oracle = W1Oracle.of(size.seed(), size.spans());
        List<Row> rows = new ArrayList<>(SegmentsTime.rows(size, oracle, steps));
        rows.addAll(FarClocks.rows(size, oracle.queries(), steps));
        rows.addAll(OpenSlabsTime.rows(size, steps));
        rows.addAll(LagTime.rows(size, steps));
        rows.addAll(OpenScale.rows(size, steps));
        return new Outcome(rows, 0);
    }

    /** Asks sets of questions by turns and returns what they found. */
    static List<Row> ask(RunSize size, List<QuestionSet> sets) {
        for (int i = 0; i < WARM_UPS + size.rounds(); i++) {
            boolean counted = i >= WARM_UPS;
            sets.forEach(set -> set.round(counted));
        }
        return sets.stream().flatMap(set -> set.rows().stream()).toList();
    }

    /** Makes a set of which every question is asked in every round. */
    static QuestionSet set(String subject, int questions, W1Answers.Question question, String note) {
        return new QuestionSet(GROUP, subject, questions, questions, question, note, Long.MAX_VALUE);
    }
}
