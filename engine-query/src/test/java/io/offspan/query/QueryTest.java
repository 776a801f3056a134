package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import org.junit.jupiter.api.Test;

/** A question as a value. */
class QueryTest {
    @Test
    void aQuestionIsImmutableAndPrintsItself() {
        Query query = Query.where(Filter.name("a"));
        Query windowed = query.from(5).to(-1).limit(3);
        assertThat(query).hasToString("{ name = \"a\" } limit 20");
        assertThat(windowed).hasToString("{ name = \"a\" } from 5 to 18446744073709551615 limit 3");
        assertThat(windowed)
                .isEqualTo(Query.where(Filter.name("a")).from(5).to(-1).limit(3));
        assertThat(Query.all()).hasToString("{ } limit 20");
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        for (int limit : new int[] {0, -1, Query.MAX_LIMIT + 1}) {
            assertThatThrownBy(() -> Query.all().limit(limit))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining(String.valueOf(limit))
                    .hasMessageContaining(String.valueOf(Query.MAX_LIMIT));
        }
        assertThat(Query.all().limit(Query.MAX_LIMIT).limit()).isEqualTo(Query.MAX_LIMIT);
    }
}
