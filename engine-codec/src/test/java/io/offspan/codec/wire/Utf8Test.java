package io.offspan.codec.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strings are written as {@link String#getBytes} writes them, by the bulk path and by the other. */
class Utf8Test {
    private static final Memory MEMORY = Memory.allocate(512 * 1024);

    static Stream<String> texts() {
        return Stream.of(
                "",
                "a",
                "exactly8",
                "nine char",
                "GET /cart/{id}",
                "\0",
                "\u007f\u0080\u07ff\u0800\uffff",
                "é",
                "all latin: ÄÖÜ äöü ß ÿ",
                "seven..é",
                "日本語",
                "latin then 語",
                "👩‍🚀",
                "\ud83d",
                "\udc69",
                "\udc69\ud83d",
                "a\ud83db",
                "\ud83d\ud83d\udc69\udc69",
                "x".repeat(100 * 1024),
                "ü".repeat(100 * 1024),
                "語".repeat(100 * 1024));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void writesWhatGetBytesGives(String text) {
        expectSame(text);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void foldsAsItWritesWhatIsFoldedFromTheBytes(String text) {
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        long sum = Utf8.putAscii(MEMORY, 3, text, 7);
        assertThat(sum != Utf8.NOT_ASCII).isEqualTo(ascii && Utf8.BULK);
        if (sum != Utf8.NOT_ASCII) {
            assertThat(sum).isEqualTo(MEMORY.foldString(7, 3, text.length()));
            assertThat(Utf8.get(MEMORY, 3, text.length())).isEqualTo(text);
        }
    }

    @Property
    void writesWhatGetBytesGivesForAnyText(@ForAll("anyText") String text) {
        expectSame(text);
    }

    @Provide
    Arbitrary<String> anyText() {
        Arbitrary<String> any =
                Arbitraries.strings().withCharRange('\0', '\uffff').ofMaxLength(40);
        Arbitrary<String> latin =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
        Arbitrary<String> surrogates =
                Arbitraries.strings().withCharRange('\ud7f0', '\ue010').ofMaxLength(10);
        return Arbitraries.oneOf(any, latin, surrogates, Arbitraries.strings().ascii());
    }

    @Test
    void malformedBytesReadAsReplacementCharacters() {
        byte[] bytes = {'a', (byte) 0xff, 'b'};
        MEMORY.putBytes(0, bytes, 0, 3);
        assertThat(Utf8.get(MEMORY, 0, 3)).isEqualTo("a\ufffdb");
    }

    @Test
    void theArrayOfAStringIsReachableOnTheTestedJdks() {
        assertThat(Utf8.BULK).isTrue();
    }

    private static void expectSame(String text) {
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        int bytes = Utf8.length(text);
        assertThat(bytes).isEqualTo(expected.length);
        int at = 13;
        MEMORY.zero(at, bytes + 8L);
        Utf8.put(MEMORY, at, text, bytes);
        byte[] written = new byte[bytes + 1];
        MEMORY.getBytes(at, written, 0, written.length);
        assertThat(written).isEqualTo(Arrays.copyOf(expected, bytes + 1));
        assertThat(Utf8.get(MEMORY, at, bytes)).isEqualTo(new String(expected, StandardCharsets.UTF_8));
    }
}
