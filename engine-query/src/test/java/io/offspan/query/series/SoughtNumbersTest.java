package io.offspan.query.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers that are found by their rank without being kept. */
class SoughtNumbersTest {
    private static final SeriesLimits LIMITS = new SeriesLimits(10, 10_000, 0);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void theOrderOfBitsIsThatOfNumbers() {
        double[] numbers = {
            Double.NEGATIVE_INFINITY,
            -1e300,
            -2,
            -1,
            -Double.MIN_VALUE,
            -0.0,
            0.0,
            Double.MIN_VALUE,
            1,
            1.5,
            2,
            1e300,
            Double.POSITIVE_INFINITY,
            Double.NaN
        };
        for (int i = 1; i < numbers.length; i++) {
            assertThat(Long.compareUnsigned(SoughtNumbers.bitsOf(numbers[i - 1]), SoughtNumbers.bitsOf(numbers[i])))
                    .as("%s and %s", numbers[i - 1], numbers[i])
                    .isNegative();
        }
    }

    @Test
    void aNumberIsFoundBitByBitAndAmongThoseThatAreKept() {
        double[] numbers = random.doubles(1_000)
                .map(number -> random.nextInt(4) == 0 ? Math.rint(number * 5) - 2 : (number - .3) * 1e6)
                .toArray();
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        for (double quantile : new double[] {0, .1, .5, .99, 1}) {
            double expected = sorted[(int) Tally.rank(quantile, sorted.length) - 1];
            for (int walks : new int[] {0, 1, 5, 13}) {
                assertThat(found(numbers, quantile, walks))
                        .as("quantile %s after %d walks, seed %d", quantile, walks, seed)
                        .isEqualTo(expected);
            }
        }
    }

    /** @param walks how many walks tell more bits before numbers are kept, if any are */
    private static double found(double[] numbers, double quantile, int walks) {
        FirstBits first = new FirstBits(new CellBudget(LIMITS));
        for (double number : numbers) {
            first.add(number);
        }
        SoughtNumbers sought = new SoughtNumbers(1);
        first.seek(quantile, sought, 0);
        for (int i = 0; i < walks; i++) {
            for (double number : numbers) {
                sought.add(0, 1, number, false);
            }
            if (!sought.goOn()) {
                return sought.number(0);
            }
        }
        for (double number : numbers) {
            sought.add(0, 1, number, true);
        }
        return sought.number(0);
    }
}
