package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.AttributeOwner;
import io.offspan.codec.span.AttributePolicy;
import io.offspan.codec.span.KeyRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeRulesTest {
    private static KeyRule rule(String rules, AttributeOwner owner, String key) {
        return AttributeRules.parse(rules).policy().rule(owner, key);
    }

    private static String stored(String rules, String value) {
        return rule(rules, AttributeOwner.SPAN, "k").apply(value);
    }

    @Test
    void keepsEverythingWithoutRules() {
        for (String nothing : new String[] {"", " ; ;\n", "# drop .*", "keep span.*"}) {
            assertThat(AttributeRules.parse(nothing).keepsAll()).isTrue();
        }
        assertThat(AttributeRules.none().policy().concerns(AttributeOwner.SPAN)).isFalse();
        assertThat(StoreConfig.defaults().attributes().keepsAll()).isTrue();
    }

    @Test
    void theFirstRuleThatSettlesAKeyHolds() {
        String rules = "keep span.http.*; drop span.*\ndrop resource.host.name";
        AttributePolicy policy = AttributeRules.parse(rules).policy();
        assertThat(policy.rule(AttributeOwner.SPAN, "http.route")).isSameAs(KeyRule.KEEP);
        assertThat(policy.rule(AttributeOwner.SPAN, "user.email")).isSameAs(KeyRule.REMOVE);
        assertThat(policy.rule(AttributeOwner.RESOURCE, "host.name")).isSameAs(KeyRule.REMOVE);
        assertThat(policy.rule(AttributeOwner.RESOURCE, "host.names")).isSameAs(KeyRule.KEEP);
        assertThat(policy.concerns(AttributeOwner.SPAN)).isTrue();
        assertThat(policy.concerns(AttributeOwner.RESOURCE)).isTrue();
        assertThat(policy.concerns(AttributeOwner.EVENT)).isFalse();
    }

    @Test
    void aPointInFrontMeansEveryOwner() {
        AttributePolicy policy = AttributeRules.parse("drop .user.email").policy();
        for (AttributeOwner owner : AttributeOwner.values()) {
            assertThat(policy.rule(owner, "user.email")).isSameAs(KeyRule.REMOVE);
            assertThat(policy.rule(owner, "user.emails")).isSameAs(KeyRule.KEEP);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http.*, http., true",
        "http.*, http, false",
        "*.password, db.password, true",
        "*.password, db.passwords, false",
        "a*b*c, abc, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, acb, false",
        "a*a, a, false",
        "a*ab*b, aabb, true",
        "a*ab*b, abb, false",
        "*, anything, true",
        "**, x, true"
    })
    void aStarStandsForAnyCharacters(String key, String of, boolean fits) {
        assertThat(rule("drop ." + key, AttributeOwner.LINK, of) == KeyRule.REMOVE)
                .isEqualTo(fits);
    }

    @Test
    void masksAllOfAValueOrWhatMatches() {
        assertThat(stored("mask span.k", "secret")).isEqualTo("***");
        assertThat(stored("mask span.k token=[^&]*", "a=1&token=xyz&b=2")).isEqualTo("a=1&***&b=2");
        assertThat(stored("mask span.k token=[^&]*; mask span.k [0-9]+", "a=1&token=2"))
                .as("one after the other")
                .isEqualTo("a=***&***");
        assertThat(stored("mask span.k x*", "ab")).as("empty matches").isEqualTo("ab");
        assertThat(stored("mask span.k [$]\\{a", "x${a}")).isEqualTo("x***}");
        String same = "nothing here";
        assertThat(stored("mask span.k [0-9]+", same)).isSameAs(same);
    }

    @Test
    void dropsAndKeepsByTheValue() {
        assertThat(stored("drop span.k (?i)bearer ", "Bearer abc")).isNull();
        assertThat(stored("drop span.k (?i)bearer ", "none")).isEqualTo("none");
        assertThat(stored("keep span.k ^(GET|PUT)$; mask span.k", "GET")).isEqualTo("GET");
        assertThat(stored("keep span.k ^(GET|PUT)$; mask span.k", "GET x")).isEqualTo("***");
        assertThat(stored("mask span.k [0-9]+; drop span.k \\*", "card 12"))
                .as("what is left is looked at")
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete span.k",
                "drop",
                "drop user",
                "drop span.",
                "drop .",
                "drop user.email",
                "mask span.k (",
                "mask span.k (?=a)",
                "mask span.k ((a{99}){99}){99}",
                "keep scope.k"
            })
    void refusesWhatItCannotReadWithTheRuleAndWhatIsAllowed(String rule) {
        assertThatThrownBy(() -> AttributeRules.parse("drop span.fine; " + rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + rule + "\"")
                .hasMessageMatching("(?s).*(write for example|allowed are|is not valid for RE2).*");
    }

    @Test
    void refusesMoreRulesThanAllowed() {
        String one = "drop span.k;";
        assertThat(AttributeRules.parse(one.repeat(AttributeRules.MAX_RULES)).keepsAll())
                .isFalse();
        assertThatThrownBy(() -> AttributeRules.parse(one.repeat(AttributeRules.MAX_RULES + 1)))
                .hasMessageContainingAll("1025 rules", "1024");
    }

    @Test
    void writesWhatItReads() {
        AttributeRules rules = AttributeRules.parse("# why\n  mask  span.url.full\t (a|b) c;\n\nKEEP .x");
        assertThat(rules).hasToString("mask span.url.full (a|b) c; KEEP .x");
        assertThat(AttributeRules.parse(rules.toString())).isEqualTo(rules).hasSameHashCodeAs(rules);
        assertThat(rules).isNotEqualTo(AttributeRules.none());
    }
}
