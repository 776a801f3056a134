package io.offspan.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Range;
import io.offspan.query.index.SpanSet;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was not asked of a leaf says nothing of it: its figures are of the leaf before. */
class AskedPartsTest {
    /** A way that always has the same answer, and counts how often it is described. */
    private static final class Part extends Access {
        private final Answer answer;
        private int described;

        Part(Answer answer) {
            this.answer = answer;
        }

        @Override
        Answer ask(LeafIndex index) {
            return answer;
        }

        @Override
        SpanSet walk() {
            return new Range().set(1);
        }

        @Override
        void describe(TermTally tally) {
            described++;
        }

        @Override
        public String toString() {
            return answer.toString();
        }
    }

    private static final LeafIndex NEVER_ASKED = (LeafIndex)
            Proxy.newProxyInstance(LeafIndex.class.getClassLoader(), new Class<?>[] {LeafIndex.class}, (p, m, a) -> {
                throw new AssertionError(m);
            });

    private static int described(Access access, Part second) {
        access.ask(NEVER_ASKED);
        access.describe(new TermTally());
        return second.described;
    }

    @Test
    void anAlternativeAfterAnUnknownOneIsNotDescribed() {
        Part second = new Part(Answer.NOTHING);
        assertThat(described(new AnyOf(List.of(new Part(Answer.UNKNOWN), second)), second))
                .isZero();
        assertThat(described(new AnyOf(List.of(new Part(Answer.NOTHING), second)), second))
                .isOne();
    }

    @Test
    void aConditionAfterOneThatFindsNothingIsNotDescribed() {
        Part second = new Part(Answer.UNKNOWN);
        assertThat(described(new Every(List.of(new Part(Answer.NOTHING), second), true), second))
                .isZero();
        assertThat(described(new Every(List.of(new Part(Answer.EXACT), second), true), second))
                .isOne();
    }

    @Test
    void whatIsTakenAwayFromNothingIsNotDescribed() {
        Part second = new Part(Answer.NOTHING);
        assertThat(described(new Except(new Part(Answer.NOTHING), second), second))
                .isZero();
        assertThat(described(new Except(new Part(Answer.EXACT), second), second))
                .isOne();
    }
}
