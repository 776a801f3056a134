package io.offspan.core;

import io.offspan.codec.span.AttributeOwner;
import io.offspan.core.pattern.LinearPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One rule about attributes: what to do with those of some owners and keys, and of which values.
 *
 * @param action what to do
 * @param owners whose attributes it is about
 * @param key the key, or several by {@code *}, which stands for any characters
 * @param pattern what is looked for in the value, or null for every value
 * @param text the rule as it was written
 */
record AttributeRule(
        Action action,
        List<AttributeOwner> owners,
        String key,
        @Nullable LinearPattern pattern,
        String text) {
    /** What a rule does. */
    enum Action {
        KEEP,
        DROP,
        MASK
    }

    private static final int MAX_KEY_CHARS = 4_096;
    private static final String EXAMPLES =
            "write for example 'drop span.user.email', 'keep resource.service.*' or 'mask .url.full token=[^&]*'";

    /** Reads {@code ACTION NAME [PATTERN]}. */
    static AttributeRule parse(String rule) {
        String[] words = rule.strip().split("\\s+", 3);
        Action action = action(words[0], rule);
        if (words.length < 2) {
            throw refused(rule, "names no attribute; " + EXAMPLES);
        }
        String name = words[1];
        int dot = name.indexOf('.');
        if (dot < 0 || dot == name.length() - 1) {
            throw refused(rule, "names '" + name + "', which is no attribute with its owner; " + EXAMPLES);
        }
        if (name.length() > MAX_KEY_CHARS) {
            throw refused(rule, "names a key of " + name.length() + " characters, allowed are " + MAX_KEY_CHARS);
        }
        return new AttributeRule(
                action,
                owners(name.substring(0, dot), rule),
                name.substring(dot + 1),
                words.length < 3 ? null : pattern(words[2], rule),
                String.join(" ", words));
    }

    private static Action action(String word, String rule) {
        for (Action action : Action.values()) {
            if (action.name().equals(word.toUpperCase(Locale.ROOT))) {
                return action;
            }
        }
        throw refused(rule, "begins with '" + word + "', allowed are keep, drop and mask; " + EXAMPLES);
    }

    private static List<AttributeOwner> owners(String prefix, String rule) {
        if (prefix.isEmpty()) {
            return List.of(AttributeOwner.values());
        }
        List<String> allowed = new ArrayList<>();
        for (AttributeOwner owner : AttributeOwner.values()) {
            if (nameOf(owner).equals(prefix)) {
                return List.of(owner);
            }
            allowed.add("'" + nameOf(owner) + ".'");
        }
        throw refused(
                rule,
                "is about '" + prefix + ".', allowed are " + String.join(", ", allowed)
                        + ", and '.' for all of them; a key with dots has its owner in front: " + EXAMPLES);
    }

    /** Returns what TraceQL calls an owner. */
    private static String nameOf(AttributeOwner owner) {
        return owner == AttributeOwner.SCOPE ? "instrumentation" : owner.name().toLowerCase(Locale.ROOT);
    }

    private static LinearPattern pattern(String expression, String rule) {
        try {
            return LinearPattern.compile(expression);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(about(rule) + invalid.getMessage(), invalid);
        }
    }

    private static IllegalArgumentException refused(String rule, String what) {
        return new IllegalArgumentException(about(rule) + what);
    }

    private static String about(String rule) {
        String shown = rule.length() <= 200 ? rule.strip() : rule.substring(0, 200) + "…";
        return "The rule \"" + shown + "\" ";
    }

    /** Tells whether an attribute may be stored otherwise than it came because of this rule. */
    boolean changes(AttributeOwner owner) {
        return action != Action.KEEP && owners.contains(owner);
    }

    boolean isAbout(AttributeOwner owner, String of) {
        return owners.contains(owner) && (key.equals(of) || key.indexOf('*') >= 0 && fits(of));
    }

    /** Tells whether the rule is about the value, too. */
    boolean isAbout(String value) {
        return pattern == null || pattern.finds(value);
    }

    /** Compares with the key piece by piece between its stars, each at the first place where it stands. */
    private boolean fits(String of) {
        String[] pieces = key.split("\\*", -1);
        String first = pieces[0];
        String last = pieces[pieces.length - 1];
        if (of.length() < first.length() + last.length() || !of.startsWith(first) || !of.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = of.length() - last.length();
        for (String piece : Arrays.asList(pieces).subList(1, pieces.length - 1)) {
            int found = of.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }
}
