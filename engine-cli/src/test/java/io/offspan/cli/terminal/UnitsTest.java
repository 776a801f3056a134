package io.offspan.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0ns,0",
        "100ms,100000000",
        "1.5s,1500000000",
        "250us,250000",
        "2m,120000000000",
        "1h,3600000000000",
        "1d,86400000000000",
        "1w,604800000000000",
        "1h30m,5400000000000",
        "1d2h3m4.5s,93784500000000",
        "1s500ms,1500000000",
        "3μs,3000",
        "3µs,3000",
        "0.5ns,0"
    })
    void readsDurations(String text, long nanos) {
        assertThat(new Units.DurationNanos().convert(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "ms", "-1s", "1 s", "1e9s", "1h 30m", "1h30", "h", "1y", "999999999999d", "five seconds"
            })
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> new Units.DurationNanos().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0ns",
        "999,999ns",
        "1500,1.50us",
        "12345678,12.3ms",
        "123456789,123ms",
        "4560000000,4.56s",
        "-2000000,-2.00ms",
        "7200000000000,7200s"
    })
    void writesDurations(long nanos, String text) {
        assertThat(Units.duration(nanos)).isEqualTo(text);
    }

    @Test
    void writesTimesBeyondTheSignedRange() {
        assertThat(Units.time(0)).isEqualTo("1970-01-01T00:00:00.000000Z");
        assertThat(Units.time(1_700_000_000_123_456_789L)).isEqualTo("2023-11-14T22:13:20.123456Z");
        assertThat(Units.time(-1)).isEqualTo("2554-07-21T23:34:33.709551Z");
    }

    @Test
    void writesSizes() {
        assertThat(Units.bytes(1612)).isEqualTo("1,612 B");
        assertThat(Units.bytes(4 << 20)).isEqualTo("4.0 MiB");
        assertThat(Units.bytes(5L << 30)).isEqualTo("5.0 GiB");
    }
}
