package io.offspan.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiteralPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "/api/.*, /api/",
        "GET, GET",
        "ab*, a",
        "ab+c, ab",
        "ab?, a",
        "ab{0}c, a",
        "a\\.b\\d, a.b",
        "ab\\Q*\\E, ab",
        "a(b|c), ''",
        "a[|]b, ''",
        "(?i)abc, ''",
        "^ab, ''",
        "ab$, ab",
        "ab\\, ab",
        "a\uD83D\uDE00*, a",
        "a\uFFFDb, a",
        "a\uFFFDb, a",
    })
    void everyTextThatMatchesBeginsSo(String expression, String prefix) {
        assertThat(LiteralPrefix.of(expression)).isEqualTo(prefix);
    }
}
