package io.offspan.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.server.http.Refused;
import io.offspan.server.otlp.Outcome.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    /** A sender gives up what is malformed, so that a body which stood still must not be called so. */
    @ParameterizedTest
    @CsvSource({"400, MALFORMED", "408, BUSY", "413, TOO_LARGE", "415, MALFORMED", "500, BUSY", "503, BUSY"})
    void tellsTheSenderWhetherToComeAgain(int status, Kind kind) {
        assertThat(Outcome.of(new Refused(status, "why")).kind()).isEqualTo(kind);
    }
}
