package io.offspan.query.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.Filter;
import io.offspan.query.traceql.TraceQl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a question about whole traces needs to know of them. */
class TraceQuestionTest {
    private static TraceQuestion question(String query) {
        return new TraceQuestion(TraceQl.parse(query), Filter.all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ nestedSetLeft > 1 }",
                "{ nestedSetParent = 5 } | count() > 1",
                "{ } | by(nestedSetParent) | count() > 1",
                "{ } | avg(nestedSetRight) > 1",
                "{ } | select(nestedSetLeft)"
            })
    void nestedSetsAreNumberedWhereTheyAreAskedFor(String query) {
        assertThat(question(query).needsFamilies()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ nestedSetParent < 0 && trace:duration > 1s }",
                "{ nestedSetParent < 0 } | by(trace:rootName) | count() > 1",
                "{ trace:duration > 1s } | count() > 1"
            })
    void aQuestionForRootsNumbersNoNestedSets(String query) {
        assertThat(question(query).needsFacts()).isTrue();
        assertThat(question(query).needsFamilies()).isFalse();
    }
}
