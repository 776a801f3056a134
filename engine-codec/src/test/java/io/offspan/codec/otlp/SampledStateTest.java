package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threshold of consistent sampling in trace states. */
class SampledStateTest {
    private final SampledState states = new SampledState();

    private String with(String state, String digits) {
        long threshold = Long.parseLong(digits, 16) << 4 * (14 - digits.length());
        return new String(states.with(state, threshold), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "''                        | c              | ot=th:c",
                "''                        | fd70a4         | ot=th:fd70a4",
                "''                        | 00000000000001 | ot=th:00000000000001",
                "ot=rv:6e6d1a75832a2f      | 8              | ot=th:8;rv:6e6d1a75832a2f",
                "ot=th:4                   | 8              | ot=th:8",
                "ot=rv:00;th:4;p:8,x=1     | 8              | ot=th:8;rv:00;p:8,x=1",
                "x=1, ot=th:4 ,y=2         | 8              | ot=th:8,x=1,y=2",
                "x=1                       | 8              | ot=th:8,x=1",
                "ot=th:c                   | 8              | ot=th:c",
                "ot=th:8                   | 8              | ot=th:8",
                "ot=th:no                  | 8              | ot=th:8",
                "ot=th:                    | 8              | ot=th:8",
                "ot=                       | 8              | ot=th:8",
                "ot=rv:00;                 | 8              | ot=th:8;rv:00",
                "lot=th:c                  | 8              | ot=th:8,lot=th:c"
            })
    void aHigherThresholdReplacesALowerOne(String state, String digits, String expected) {
        assertThat(with(state, digits)).isEqualTo(expected);
    }

    @Test
    void whatWouldGetTooLongStaysAsItIs() {
        String state = "ot=rv:" + "0".repeat(250);
        assertThat(with(state, "8")).isEqualTo(state);
    }

    @Test
    void ofMoreEntriesThanThereMayBeTheLastOneGoes() {
        StringBuilder state = new StringBuilder("e1=1");
        for (int i = 2; i <= 32; i++) {
            state.append(",e").append(i).append("=1");
        }
        assertThat(with(state.toString(), "8")).startsWith("ot=th:8,e1=1,").endsWith(",e31=1");
    }
}
