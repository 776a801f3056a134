package io.offspan.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.bench.suite.RunSize.Mode;
import io.offspan.bench.w1.W1Oracle;
import io.offspan.bench.w1.W1Queries;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offspan answers the questions of the workload as brute force does, whatever the seed. */
@Tag("gates")
class W1AnswersTest {
    /** They start within 750 seconds, so that a window of ten minutes leaves some out. */
    private static final long SPANS = 200_000;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(longs = {7, 0x0FF59A1120260001L, 0x0FF59A1120260099L})
    void everyAnswerIsTheOneThatBruteForceFinds(long seed) throws IOException {
        RunSize size = new RunSize(Mode.QUICK, seed, SPANS, 1, scratch);
        W1Oracle oracle = W1Oracle.of(seed, SPANS);
        try (StoreReader reader = StoreReader.open(Stores.filled(size, what -> {}))) {
            W1Answers answers = new W1Answers(QueryEngine.over(reader), oracle);
            check(answers::trace, W1Queries.TRACE_LOOKUPS, 50, oracle.traceSpans());
            check(answers::search, W1Queries.SEARCHES, 10, oracle.searchSpans());
            check(answers::count, W1Queries.COUNTS, 10, oracle.countedSpans());
            MoreQuestions more = MoreQuestions.of(seed, SPANS);
            checkMore(more, reader);
            PostedPairs pairs = PostedPairs.of(seed, SPANS);
            assertThat(pairs.keyCount()).isGreaterThanOrEqualTo(18);
            checkPairs(pairs, reader, 20);
            try (SpanIndex index = SpanIndex.open(reader, IndexLimits.DEFAULT)) {
                while (index.doWork() > 0) {}
                assertThat(index.counters().spansIndexed()).isEqualTo(SPANS);
                check(answers::trace, W1Queries.TRACE_LOOKUPS, 1, oracle.traceSpans());
                check(answers::search, W1Queries.SEARCHES, 1, oracle.searchSpans());
                check(answers::count, W1Queries.COUNTS, 1, oracle.countedSpans());
                checkMore(more, reader);
                checkPairs(pairs, reader, 1);
            }
        }
    }

    private static void checkPairs(PostedPairs pairs, StoreReader reader, int step) {
        QueryEngine engine = QueryEngine.over(reader);
        check(pairs.counts(engine), PostedPairs.PAIRS, step, Long.MAX_VALUE);
        check(pairs.countsOfService(engine), PostedPairs.PAIRS, step, Long.MAX_VALUE);
        check(pairs.searches(engine), PostedPairs.PAIRS, step, (long) PostedPairs.PAIRS * W1Queries.LIMIT);
    }

    private static void checkMore(MoreQuestions more, StoreReader reader) {
        more.prepare(QueryEngine.over(reader), (subject, question) -> {
            W1Answers.Checked answer = question.ask(0);
            assertThat(answer.got()).as(subject).isEqualTo(answer.expected()).isPositive();
            assertThat(answer.right()).as(subject).isTrue();
        });
    }

    private static void check(W1Answers.Question question, int questions, int step, long all) {
        long found = 0;
        for (int i = 0; i < questions; i += step) {
            W1Answers.Checked answer = question.ask(i);
            assertThat(answer.got()).as("spans that question %d finds", i).isEqualTo(answer.expected());
            assertThat(answer.right())
                    .as("question %d finds the right spans", i)
                    .isTrue();
            found += answer.got();
        }
        assertThat(found).isPositive().isLessThanOrEqualTo(all);
    }
}
