package io.offspan.export.send;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes text of the other side printable: secrets of ours that it echoes become {@code ***}, control and invisible characters become {@code ?}, and it is
 * cut to a length.
 *
 * <p>Immutable.
 */
final class Redaction {
    private static final int MAX_CHARS = 200;
    /** Shorter values would blot out ordinary words. */
    private static final int MIN_SECRET_CHARS = 4;

    private final List<String> secrets = new ArrayList<>();

    Redaction(Iterable<String> values) {
        for (String value : values) {
            note(value);
            // What follows the scheme of an Authorization header is a secret by itself.
            int space = value.lastIndexOf(' ');
            if (space >= 0) {
                note(value.substring(space + 1));
            }
        }
        secrets.sort(Comparator.comparingInt(String::length).reversed());
    }

    private void note(String value) {
        if (value.length() >= MIN_SECRET_CHARS) {
            secrets.add(value);
        }
    }

    String apply(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        return printable(clean);
    }

    static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        int at = 0;
        while (at < text.length() && clean.length() < MAX_CHARS) {
            int c = text.codePointAt(at);
            clean.appendCodePoint(isPrintable(c) ? c : '?');
            at += Character.charCount(c);
        }
        return at < text.length() ? clean + "…" : clean.toString();
    }

    /** Direction marks and other invisible characters could make a message look like another one. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
