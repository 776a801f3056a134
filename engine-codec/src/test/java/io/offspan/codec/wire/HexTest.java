package io.offspan.codec.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids as text. */
class HexTest {
    @Property
    void parsingInvertsWriting(@ForAll long high, @ForAll long low) {
        String text = Hex.of(high, low);
        assertThat(text).hasSize(32).isEqualTo(String.format("%016x%016x", high, low));
        assertThat(Hex.parse(text, 0, 16)).isEqualTo(high);
        assertThat(Hex.parse(text.toUpperCase(java.util.Locale.ROOT), 16, 32)).isEqualTo(low);
        assertThat(Hex.of(low)).isEqualTo(text.substring(16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "0x1", "-1", " 1", "00000000000000001", "１", "٣"})
    void whatIsNoIdIsRefused(String text) {
        assertThatThrownBy(() -> Hex.parse(text, 0, text.length())).isInstanceOf(IllegalArgumentException.class);
    }
}
