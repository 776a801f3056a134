package io.offspan.export.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is packed can be unpacked by others, and samples decide by their figures alone. */
class PackingTest {
    private static final int WIRE = Samples.MIN_WIRE_BYTES;

    @Property(tries = 50)
    void whatIsPackedIsUnpackedByOthers(@ForAll List<byte[]> bodies) throws IOException {
        try (Packing gzip = new Packing(new Choice(Compression.GZIP), () -> 0);
                Packing zstd = new Packing(new Choice(Compression.ZSTD), () -> 0);
                Packing none = new Packing(new Choice(Compression.NONE), () -> 0)) {
            for (byte[] body : bodies) {
                byte[] longer = Arrays.copyOf(body, body.length + 3);
                assertThat(gunzip(gzip.pack(longer, body.length))).isEqualTo(body);
                Packer frame = zstd.pack(longer, body.length);
                assertThat(Zstd.decompress(Arrays.copyOf(frame.bytes(), frame.length()), body.length))
                        .isEqualTo(body);
                Packer plain = none.pack(longer, body.length);
                assertThat(Arrays.copyOf(plain.bytes(), plain.length())).isEqualTo(body);
            }
        }
    }

    @Test
    void afterTheEndBodiesAreLeftAsTheyAre() {
        byte[] body = new byte[1000];
        for (Compression way : Compression.values()) {
            Packing packing = new Packing(new Choice(way), () -> 0);
            packing.pack(body, body.length);
            packing.close();
            assertThat(packing.pack(body, body.length).compression()).isEqualTo(Compression.NONE);
        }
    }

    @Test
    void aBodyThatCannotBeMadeSmallerIsPackedToo() throws IOException {
        byte[] noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        try (Packing gzip = new Packing(new Choice(Compression.GZIP), () -> 0)) {
            assertThat(gunzip(gzip.pack(noise, noise.length))).isEqualTo(noise);
        }
    }

    @Test
    void lessEffortPacksTheSameBody() throws IOException {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4_000; i++) {
            text.append("service cart calls checkout ")
                    .append(random.nextInt(100_000))
                    .append(" GET /orders/");
            text.append(random.nextInt(50)).append(" 200 OK eu-west-").append(random.nextInt(3));
        }
        byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
        for (Compression way : List.of(Compression.GZIP, Compression.ZSTD)) {
            try (Packing packing = new Packing(new Choice(way), () -> 0)) {
                packing.effort(Effort.LOW);
                Packer quick = packing.pack(body, body.length);
                int low = quick.length();
                byte[] unpacked = way == Compression.GZIP
                        ? gunzip(quick)
                        : Zstd.decompress(Arrays.copyOf(quick.bytes(), low), body.length);
                assertThat(unpacked).isEqualTo(body);
                packing.effort(Effort.HIGH);
                // The levels of zstd do not come in the order of what they leave, for every body.
                assertThat(way == Compression.ZSTD
                                || packing.pack(body, body.length).length() < low)
                        .isTrue();
            }
        }
    }

    private static byte[] gunzip(Packer body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.bytes(), 0, body.length()))) {
            return in.readAllBytes();
        }
    }

    @Test
    void beforeThereAreSamplesOrAnswersTheChoiceStays() {
        Samples samples = new Samples();
        for (int i = 0; i < Samples.ENOUGH; i++) {
            assertThat(samples.choose(Compression.GZIP)).isEqualTo(Compression.GZIP);
            samples.packed(Compression.GZIP, 1000, 100, 20_000);
            samples.packed(Compression.ZSTD, 1000, 90, 2_000);
            samples.sent(WIRE - 1, 1);
        }
        assertThat(samples.choose(Compression.GZIP)).isEqualTo(Compression.GZIP);
    }

    @Test
    void theCheapestIsChosenAndLeftOnlyForOneThatCostsAFifthLess() {
        Samples samples = samples(10);
        // gzip 20 + 0.1 × 10 = 21, none 10, zstd 2 + 0.9 = 2.9
        assertThat(samples.choose(Compression.GZIP)).isEqualTo(Compression.ZSTD);
        samples.exclude(Compression.ZSTD);
        assertThat(samples.choose(Compression.GZIP)).isEqualTo(Compression.NONE);
        // none 25, gzip 22.5: no fifth less, from either side
        Samples even = samples(25);
        even.exclude(Compression.ZSTD);
        assertThat(even.choose(Compression.GZIP)).isEqualTo(Compression.GZIP);
        assertThat(even.choose(Compression.NONE)).isEqualTo(Compression.NONE);
        Samples slow = samples(1000);
        slow.exclude(Compression.ZSTD);
        assertThat(slow.choose(Compression.NONE)).isEqualTo(Compression.GZIP);
        assertThat(slow.figures()).isEqualTo("none 1000.0 ns a byte, gzip 120.0 ns a byte (10 % left), zstd not taken");
    }

    private static Samples samples(int wireNanosPerByte) {
        Samples samples = new Samples();
        for (int i = 0; i < Samples.ENOUGH; i++) {
            samples.packed(Compression.GZIP, 1000, 100, 20_000);
            samples.packed(Compression.ZSTD, 1000, 90, 2_000);
            samples.sent(WIRE, (long) WIRE * wireNanosPerByte);
        }
        return samples;
    }

    @Test
    void aSetWayIsNeverReplaced() {
        byte[] body = new byte[8 * WIRE];
        Choice choice = new Choice(Compression.GZIP);
        try (Packing packing = new Packing(choice, () -> 0)) {
            for (int i = 0; i < 3 * Choice.SELDOM; i++) {
                Packer packed = packing.pack(body, body.length);
                assertThat(packed.compression()).isEqualTo(Compression.GZIP);
                assertThat(packing.instead(packed, body, body.length)).isNull();
                packing.taken(packed, Integer.MAX_VALUE);
            }
            assertThat(choice.reason()).isEqualTo("gzip, as set");
        }
    }

    @Test
    void allConnectionsToADestinationShareOneChoice() {
        byte[] body = new byte[8 * WIRE];
        Choice choice = new Choice(Compression.AUTO);
        try (Packing one = new Packing(choice, () -> 0);
                Packing other = new Packing(choice, () -> 0)) {
            Packer refused = one.pack(body, body.length);
            assertThat(refused.compression()).isEqualTo(Compression.GZIP);
            one.exclude(refused, one.instead(refused, body, body.length));
            assertThat(other.pack(body, body.length).compression()).isNotEqualTo(Compression.GZIP);
            assertThat(choice.reason()).contains("gzip not taken");
        }
    }

    @Test
    void aWayThatTheDestinationDoesNotTakeIsNotTriedAgain() {
        // Repeats itself further back than gzip looks, so that without time to count zstd is a quarter of it.
        byte[] noise = new byte[40_000];
        new Random(3).nextBytes(noise);
        byte[] body = new byte[4 * noise.length];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(noise, 0, body, i * noise.length, noise.length);
        }
        Choice choice = new Choice(Compression.AUTO);
        try (Packing packing = new Packing(choice, () -> 0)) {
            Packer packed = packing.pack(body, body.length);
            for (int i = 0; i < 4 * Choice.OFTEN && packed.compression() != Compression.ZSTD; i++) {
                packing.taken(packed, 1_000_000_000);
                packed = packing.pack(body, body.length);
            }
            assertThat(packed.compression()).isEqualTo(Compression.ZSTD);
            assertThat(choice.reason())
                    .startsWith("zstd, chosen: none ")
                    .contains("zstd")
                    .contains("gzip");
            Packer other = packing.instead(packed, body, body.length);
            assertThat(other.compression()).isEqualTo(Compression.GZIP);
            packing.exclude(packed, other);
            for (int i = 0; i < 3 * Choice.SELDOM; i++) {
                packed = packing.pack(body, body.length);
                assertThat(packed.compression()).isEqualTo(Compression.GZIP);
                packing.taken(packed, 1_000_000_000);
            }
            assertThat(choice.reason()).contains("zstd not taken");
            assertThat(packing.instead(packed, body, body.length)).isNull();
        }
    }

    @Test
    void withoutItsLibraryZstdIsDeniedAndTheOthersWork() throws Exception {
        URL classes = Packing.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader poor = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> packing = poor.loadClass(Packing.class.getName());
            Class<?> compression = poor.loadClass(Compression.class.getName());
            Method knows = packing.getMethod("knows", compression);
            Object[] ways = compression.getEnumConstants();
            assertThat(Arrays.stream(ways).map(way -> {
                        try {
                            return way + "=" + knows.invoke(null, way);
                        } catch (ReflectiveOperationException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .containsExactly("NONE=true", "GZIP=true", "ZSTD=false", "AUTO=true");
        }
    }
}
