package io.offspan.core;

import io.offspan.codec.span.AttributeOwner;
import io.offspan.codec.span.AttributePolicy;
import io.offspan.codec.span.KeyRule;
import io.offspan.core.AttributeRule.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which attributes a store keeps, which it drops, and what of their values it masks, before anything of them is stored.
 *
 * <pre>{@code
 * AttributeRules.parse("""
 *         mask  span.url.full  (token|key)=[^&]*
 *         mask  .*             [0-9]{13,19}
 *         drop  event.exception.stacktrace
 *         keep  span.http.*
 *         drop  span.*""")
 * }</pre>
 *
 * <p>A rule stands on a line or before a semicolon: what to do; whose attributes, {@code span.}, {@code event.}, {@code link.}, {@code
 * resource.}, {@code instrumentation.} or {@code .} for all, and their key, in which {@code *} stands for any characters; and, if the value
 * matters, an expression of RE2 that is looked for in it (a semicolon in it is {@code \x3b}). Lines that begin with {@code #} say nothing.
 * The rules are asked in their order. {@code keep} and {@code drop} settle it, and so does {@code mask} without an expression, which leaves
 * {@value io.offspan.codec.span.AttributePolicy#MASK} of the value; {@code mask} with one puts that in the place of each match, and the next
 * rules are asked about the rest. What no rule settles is kept.
 *
 * <p>Numbers are looked at in decimal, bytes as UTF-8; what is masked becomes a text. Arrays and maps are looked at text by text, the keys
 * inside included, and are masked or dropped as a whole.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class AttributeRules {
    /** How many rules there may be. */
    public static final int MAX_RULES = 1_024;

    private static final AttributeRules NONE = new AttributeRules(List.of());

    private final List<AttributeRule> rules;

    private AttributeRules(List<AttributeRule> rules) {
        this.rules = rules;
    }

    /** Returns the rules that keep everything. */
    public static AttributeRules none() {
        return NONE;
    }

    /**
     * Reads rules.
     *
     * @throws IllegalArgumentException when one of them cannot be read, with the rule and what is allowed
     */
    public static AttributeRules parse(String text) {
        List<AttributeRule> rules = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (!line.strip().startsWith("#")) {
                for (String rule : line.split(";")) {
                    if (!rule.isBlank()) {
                        rules.add(AttributeRule.parse(rule));
                    }
                }
            }
        }
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(
                    rules.size() + " rules about attributes, allowed are " + MAX_RULES + "; put keys together by *");
        }
        return rules.isEmpty() ? NONE : new AttributeRules(List.copyOf(rules));
    }

    /** Tells whether everything is kept. */
    public boolean keepsAll() {
        return rules.stream().allMatch(rule -> rule.action() == Action.KEEP);
    }

    AttributePolicy policy() {
        return new AttributePolicy() {
            @Override
            public boolean concerns(AttributeOwner owner) {
                return rules.stream().anyMatch(rule -> rule.changes(owner));
            }

            @Override
            public KeyRule rule(AttributeOwner owner, String key) {
                return ruleOf(owner, key);
            }
        };
    }

    private KeyRule ruleOf(AttributeOwner owner, String key) {
        List<AttributeRule> asked = new ArrayList<>();
        for (AttributeRule rule : rules) {
            if (rule.isAbout(owner, key)) {
                asked.add(rule);
                if (rule.pattern() == null) {
                    break;
                }
            }
        }
        boolean changes = asked.stream().anyMatch(rule -> rule.action() != Action.KEEP);
        if (!changes) {
            return KeyRule.KEEP;
        }
        AttributeRule first = asked.get(0);
        return first.pattern() == null && first.action() == Action.DROP ? KeyRule.REMOVE : text -> stored(asked, text);
    }

    private static @Nullable String stored(List<AttributeRule> rules, String text) {
        String stored = text;
        for (AttributeRule rule : rules) {
            if (rule.action() == Action.MASK && rule.pattern() != null) {
                stored = rule.pattern().replaceAll(stored, AttributePolicy.MASK);
            } else if (rule.isAbout(stored)) {
                return switch (rule.action()) {
                    case KEEP -> stored;
                    case DROP -> null;
                    case MASK -> AttributePolicy.MASK;
                };
            }
        }
        return stored;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AttributeRules that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Returns the rules in one line, as {@link #parse} reads them. */
    @Override
    public String toString() {
        return rules.stream().map(AttributeRule::text).collect(Collectors.joining("; "));
    }
}
