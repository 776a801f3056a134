package io.offspan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Queries;
import io.offspan.bench.w1.W1Span;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerQuestionsTest {
    private static final long SEED = 5;
    private static final int SPANS = 3000;
    private static final long LONG_MILLIS = 60_000;

    /** A list of spans that is asked by going through it; may leave one of every answer out, or take another one for it. */
    private static final class ListPeer implements Peer {
        final List<W1Span> spans = new W1Generator(SEED).spans(SPANS);
        long leftOut;
        long mistaken;

        @Override
        public String description() {
            return "a list";
        }

        @Override
        public void open(Path directory, long count) {
            // It is there.
        }

        @Override
        public void ingest(byte[] request) {
            // It is full.
        }

        @Override
        public void settle() {
            // Nothing is under way.
        }

        @Override
        public Finding trace(long high, long low) {
            List<W1Span> found = spans.stream()
                    .filter(span -> span.traceIdHigh() == high && span.traceIdLow() == low)
                    .toList();
            return finding(found);
        }

        private Finding finding(List<W1Span> found) {
            long sum = found.stream().mapToLong(W1Span::spanId).sum();
            return new Finding(found.size() - leftOut, sum + mistaken);
        }

        @Override
        public Finding search(W1Queries.Search search) {
            return finding(spans.stream()
                    .filter(span -> span.service() == search.service() && span.status() == W1Span.ERROR)
                    .filter(span -> span.endNanos() - span.startNanos() >= W1Queries.SLOW_NANOS)
                    .filter(span -> span.startNanos() >= search.fromNanos() && span.startNanos() < search.toNanos())
                    .sorted(Comparator.comparingLong(W1Span::startNanos).reversed())
                    .limit(W1Queries.LIMIT)
                    .toList());
        }

        @Override
        public long count(W1Queries.Count count) {
            return spans.stream()
                            .filter(span -> span.service() == count.service()
                                    && span.route().equals(count.route()))
                            .count()
                    - leftOut;
        }

        @Override
        public void close() {
            // It stays.
        }
    }

    @Test
    void aStoreThatAnswersRightIsNotWrongAnywhere() throws Exception {
        assertThat(PeerQuestions.of(SEED, SPANS).round(new ListPeer(), LONG_MILLIS))
                .containsEntry("Q1 asked", W1Queries.TRACE_LOOKUPS)
                .containsEntry("Q1 wrong", 0)
                .containsEntry("Q2 asked", W1Queries.SEARCHES)
                .containsEntry("Q2 wrong", 0)
                .containsEntry("Q3 asked", W1Queries.COUNTS)
                .containsEntry("Q3 wrong", 0)
                .hasEntrySatisfying("Q3 expected", sum -> assertThat((Long) sum).isPositive())
                .hasEntrySatisfying("Q3 got", sum -> assertThat((Long) sum).isPositive());
    }

    @Test
    void aStoreThatLeavesASpanOutOrFindsAnotherOneIsWrong() throws Exception {
        PeerQuestions questions = PeerQuestions.of(SEED, SPANS);
        ListPeer peer = new ListPeer();
        peer.leftOut = 1;
        assertThat(questions.round(peer, LONG_MILLIS))
                .containsEntry("Q1 wrong", W1Queries.TRACE_LOOKUPS)
                .containsEntry("Q2 wrong", W1Queries.SEARCHES)
                .containsEntry("Q3 wrong", W1Queries.COUNTS);
        peer.leftOut = 0;
        peer.mistaken = 1;
        assertThat(questions.round(peer, LONG_MILLIS))
                .containsEntry("Q1 wrong", W1Queries.TRACE_LOOKUPS)
                .containsEntry("Q2 wrong", W1Queries.SEARCHES)
                .containsEntry("Q3 wrong", 0);
    }

    @Test
    void aSetOfQuestionsIsLeftWhenItsTimeIsUpButNotBeforeTheFirst() throws Exception {
        assertThat(PeerQuestions.of(SEED, SPANS).round(new ListPeer(), 0))
                .containsEntry("Q1 asked", 1)
                .containsEntry("Q3 asked", 1)
                .containsEntry("Q3 size", W1Queries.COUNTS);
    }

    @Test
    void aPeerThatCannotBeBuiltHereIsNotRunAndSaysWhy() {
        assertThatThrownBy(PeerProject.ROCKSDB::classPath)
                .isInstanceOf(PeerProject.NotRun.class)
                .hasMessageContaining("from a checkout");
        PeerProject future = new PeerProject("future", "none", "none", 99, Long.MAX_VALUE);
        assertThatThrownBy(future::classPath)
                .isInstanceOf(PeerProject.NotRun.class)
                .hasMessageContaining("needs Java 99");
    }
}
