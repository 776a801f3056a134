package io.offspan.sample.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Thresholds and randomness, with the values of OpenTelemetry's specification. */
class ThresholdTest {
    /** The table of the specification: one in so many traces, and the thresholds to 3, 4 and 5 digits. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 0",
        "2, 8, 8, 8",
        "3, aab, aaab, aaaab",
        "4, c, c, c",
        "5, ccd, cccd, ccccd",
        "8, e, e, e",
        "10, e66, e666, e6666",
        "16, f, f, f",
        "100, fd71, fd70a, fd70a4",
        "1000, ffbe7, ffbe77, ffbe76d",
        "10000, fff972, fff9724, fff97247",
        "100000, ffff584, ffff583a, ffff583a5",
        "1000000, ffffef4, ffffef39, ffffef391",
    })
    void thresholdsAreThoseOfTheSpecification(int oneIn, String three, String four, String five) {
        assertThat(text(Threshold.of(1.0 / oneIn, 3))).isEqualTo(three);
        assertThat(text(Threshold.of(1.0 / oneIn))).isEqualTo(four);
        assertThat(text(Threshold.of(1.0 / oneIn, 5))).isEqualTo(five);
    }

    private static String text(long threshold) {
        String digits = String.format("%014x", threshold).replaceAll("0+$", "");
        return digits.isEmpty() ? "0" : digits;
    }

    @Property(tries = 500)
    void aThresholdKeepsTheShareOfItsProbability(
            @ForAll @DoubleRange(min = 1e-9, max = 1) @Scale(9) double probability) {
        long threshold = Threshold.of(probability);
        assertThat(threshold).isBetween(0L, (1L << 56) - 1);
        double kept = (0x1p56 - threshold) / 0x1p56;
        assertThat(kept / probability).isBetween(1 - 1e-3, 1 + 1e-3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.1, Double.NaN, 0x1p-57})
    void whatIsNoProbabilityIsRefused(double probability) {
        assertThatThrownBy(() -> Threshold.of(probability))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 2^-56 to 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ot=th:c;rv:d29d6a7215ced0 | d29d6a7215ced0",
                "ot=rv:ffffffffffffff | ffffffffffffff",
                "a=1, ot=rv:00000000000001 ,b=2 | 1",
                "a=1,ot=p:8;r:62 | -1",
                "ot=rv:123 | -1",
                "ot=rv:d29d6a7215ced | -1",
                "ot=rv:d29d6a7215ced00 | -1",
                "ot=rv:g29d6a7215ced0 | -1",
                "ot=xrv:d29d6a7215ced0 | -1",
                "xot=rv:d29d6a7215ced0 | -1",
                "~~ | -1",
            })
    void randomnessIsReadWhereItIsNamed(String state, String randomness) {
        long expected = randomness.equals("-1") ? -1 : Long.parseLong(randomness, 16);
        assertThat(TraceState.randomness(state)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x00ffffffffffffff, -1", "0x0034567890abcdef, 0x1234567890abcdef"})
    void aTraceWithoutHasTheLast56BitsOfItsId(String randomness, String low) {
        assertThat(Threshold.randomness(Long.decode(low))).isEqualTo(Long.decode(randomness));
    }
}
