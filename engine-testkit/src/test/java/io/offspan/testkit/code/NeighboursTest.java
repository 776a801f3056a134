package io.offspan.testkit.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static Neighbours parse(String comment) {
        return Neighbours.parse("/**\n" + comment + "\n */\npackage a.b.c;\n", "a.b.c", "a.");
    }

    @Test
    void readsNamesOverTheBreaksOfLines() {
        Neighbours found = parse(
                " * A room.\n *\n * <p>May know {@code x}, {@code\n * y.z} for its sake, and {@code a.w}. Not {@code v}.");
        assertThat(found.named()).containsExactly("a.x", "a.y.z", "a.w");
    }

    @Test
    void allowsWhatIsBelowANameAndBelowItself() {
        Neighbours found = parse(" * May know {@code x}.");
        assertThat(found.allow("a.x.deep")).isTrue();
        assertThat(found.allow("a.b.c.d")).isTrue();
        assertThat(found.allow("a.b")).isFalse();
        assertThat(found.allow("a.xy")).isFalse();
    }

    @Test
    void takesANameAboveItForThatPackageAlone() {
        Neighbours found = parse(" * May know {@code b} for its exception.");
        assertThat(found.allow("a.b")).isTrue();
        assertThat(found.allow("a.b.other")).isFalse();
    }

    @Test
    void knowsNobody() {
        assertThat(parse(" * Knows nobody.").named()).isEmpty();
    }

    @Test
    void refusesAPackageThatDoesNotSay() {
        assertThatThrownBy(() -> parse(" * A room."))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a.b.c");
    }
}
