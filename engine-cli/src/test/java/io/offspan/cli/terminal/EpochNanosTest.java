package io.offspan.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class EpochNanosTest {
    private static final EpochNanos TIMES = new EpochNanos();

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:01Z,1000000000",
        "1970-01-01T01:00:00.000000001+01:00,1",
        "2025-11-25 19:46:40Z,1764100000000000000",
        "2025-11-25t19:46:40z,1764100000000000000",
        "2025-11-25T19:46Z,1764099960000000000",
        "2025-11-25,1764028800000000000",
        "1764100000123456789,1764100000123456789",
        "9999999999999999999,-8446744073709551617",
        "1764100000s,1764100000000000000",
        "1764100000.25s,1764100000250000000",
        "1764100000123ms,1764100000123000000",
        "1764100000123456us,1764100000123456000",
        "1764100000123456µs,1764100000123456000",
        "1764100000123456789ns,1764100000123456789",
        "18446744073709551615ns,-1"
    })
    void readsTimes(String text, long nanos) {
        assertThat(TIMES.convert(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"now,0", "-0s,0", "-1h30m,5400", "now-1h30m,5400", "-2d,172800", "-1w1d,691200", "-90000ms,90"})
    void countsBackFromNow(String text, long secondsAgo) {
        long before = Instant.now().getEpochSecond() - secondsAgo;
        long read = TIMES.convert(text) / 1_000_000_000L;
        assertThat(read).isBetween(before, Instant.now().getEpochSecond() - secondsAgo);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1764100000 | has no unit and 10 digits, where nanoseconds since 1970 have 19",
                "1764100000 | it looks like seconds since 1970: write 1764100000s",
                "1764100000000 | looks like milliseconds since 1970: write 1764100000000ms",
                "1764100000000000 | looks like microseconds since 1970: write 1764100000000000us",
                "12 | no unit and 2 digits",
                "0 | no unit and 1 digit,",
                "17641000000000000 | no unit and 17 digits",
                "18446744073709551615 | no unit and 20 digits",
                "1764100000.5 | has no unit; write 1764100000.5s if it is seconds",
                "15m | is a duration; write -15m for so long ago",
                "1h30m | write -1h30m",
                "90s | before March 1973; write -90s",
                "2025-01-31T12:00:00 | has no time zone; append Z",
                "2025-01-31 12:00 | has no time zone",
                "2025-02-30 | is not a time",
                "2025-01-31T25:00:00Z | is not a time",
                "yesterday | is not a time; write",
                "- | is not a duration",
                "-5 | is not a duration",
                "now+5m | is not a time",
                "1e9 | is not a time",
                "18446744073709551616ns | outside the times of spans",
                "99999999999s | outside the times of spans"
            })
    void refusesWhatCouldMeanSomethingElseAndSaysWhatToWrite(String text, String why) {
        assertThatThrownBy(() -> TIMES.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1969-12-31T23:59:59Z",
                "1969-12-31",
                "2554-07-22T00:00:00Z",
                "9999-01-01T00:00:00Z",
                "-36500d",
                "-99999999w"
            })
    void refusesWhatIsOutsideOfTheTimesOfSpans(String text) {
        assertThatThrownBy(() -> TIMES.convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void theLastMomentIsReadAndWrittenBack() {
        assertThat(Units.time(TIMES.convert("18446744073709551615ns"))).isEqualTo("2554-07-21T23:34:33.709551Z");
    }
}
