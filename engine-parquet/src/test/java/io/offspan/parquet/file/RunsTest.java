package io.offspan.parquet.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RunsTest {
    @Test
    void equalNumbersAreARun() {
        Bytes out = new Bytes(8);
        int[] numbers = new int[100];
        Arrays.fill(numbers, 1);
        Runs.write(numbers, numbers.length, 1, out);
        assertThat(Arrays.copyOf(out.array(), out.length())).containsExactly(0xc8, 0x01, 0x01);
    }

    @Test
    void theFormatsOwnExampleIsPackedAsItSays() {
        Bytes out = new Bytes(8);
        Runs.write(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 8, 3, out);
        assertThat(Arrays.copyOf(out.array(), out.length())).containsExactly(0x03, 0x88, 0xc6, 0xfa);
    }

    @Property
    void decodeInvertsWrite(@ForAll @Size(max = 200) int[] drawn, @ForAll @IntRange(min = 1, max = 31) int width) {
        int[] numbers = Arrays.stream(drawn).map(n -> n & (1 << width) - 1).toArray();
        Bytes out = new Bytes(8);
        Runs.write(numbers, numbers.length, width, out);
        assertThat(read(out, numbers.length, width)).isEqualTo(numbers);
    }

    @Property
    void decodeInvertsWriteOfNumbersThatRepeat(@ForAll @Size(max = 300) int[] drawn) {
        int[] numbers = Arrays.stream(drawn).map(n -> n & 1).toArray();
        Bytes out = new Bytes(8);
        Runs.write(numbers, numbers.length, 2, out);
        assertThat(read(out, numbers.length, 2)).isEqualTo(numbers);
    }

    private static int[] read(Bytes in, int count, int width) {
        int[] numbers = new int[count];
        int at = 0;
        int i = 0;
        while (i < count) {
            long head = 0;
            for (int shift = 0; ; shift += 7) {
                head |= (in.array()[at] & 0x7fL) << shift;
                if (in.array()[at++] >= 0) {
                    break;
                }
            }
            if ((head & 1) == 0) {
                int value = 0;
                for (int bits = 0; bits < width; bits += 8) {
                    value |= (in.array()[at++] & 0xff) << bits;
                }
                Arrays.fill(numbers, i, i + (int) (head >>> 1), value);
                i += (int) (head >>> 1);
            } else {
                int many = (int) (head >>> 1) * 8;
                for (int n = 0; n < many; n++) {
                    int value = 0;
                    for (int b = 0; b < width; b++) {
                        int bit = n * width + b;
                        value |= (in.array()[at + bit / 8] >>> bit % 8 & 1) << b;
                    }
                    if (i < count) {
                        numbers[i++] = value;
                    }
                }
                at += many * width / 8;
            }
        }
        return numbers;
    }
}
