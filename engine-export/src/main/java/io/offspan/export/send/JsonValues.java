package io.offspan.export.send;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the single values of a JSON object that a receiver has sent, under the names that lead to them: {@code error.message}.
 *
 * <p>Lists are passed over. So little of JSON is wanted here that a library would be more to carry for every host.
 */
final class JsonValues {
    private static final int MAX_DEPTH = 32;

    private final String text;
    private final Map<String, String> values = new HashMap<>();
    private int at;

    /** Says that a text is not JSON; never leaves this class. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(null, null, false, false);
        }
    }

    private JsonValues(String text) {
        this.text = text;
    }

    /** Returns the values of an object, or null when the bytes are none. */
    static @Nullable Map<String, String> read(byte[] utf8) {
        JsonValues json = new JsonValues(new String(utf8, StandardCharsets.UTF_8));
        try {
            if (json.peek() != '{') {
                return null;
            }
            json.value("", 0);
            json.blanks();
            return json.at == json.text.length() ? json.values : null;
        } catch (Malformed broken) {
            return null;
        }
    }

    private void value(@Nullable String name, int depth) {
        if (depth > MAX_DEPTH) {
            throw new Malformed();
        }
        char first = peek();
        if (first == '{') {
            object(name, depth);
        } else if (first == '[') {
            list(depth);
        } else {
            String value = first == '"' ? string() : word();
            if (name != null && !value.equals("null")) {
                values.put(name, value);
            }
        }
    }

    private void object(@Nullable String name, int depth) {
        take('{');
        if (peek() != '}') {
            do {
                peek();
                String key = string();
                take(':');
                value(name == null ? null : name.isEmpty() ? key : name + "." + key, depth + 1);
            } while (taken(','));
        }
        take('}');
    }

    private void list(int depth) {
        take('[');
        if (peek() != ']') {
            do {
                value(null, depth + 1);
            } while (taken(','));
        }
        take(']');
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(next(), 16);
                    if (digit < 0) {
                        throw new Malformed();
                    }
                    code = code << 4 | digit;
                }
                yield (char) code;
            }
            default -> throw new Malformed();
        };
    }

    /** Reads a number, true, false or null. */
    private String word() {
        int from = at;
        while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0 || isLetterOrDigit()) {
            at++;
        }
        if (from == at) {
            throw new Malformed();
        }
        return text.substring(from, at);
    }

    private boolean isLetterOrDigit() {
        return at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }

    private boolean taken(char wanted) {
        boolean there = peek() == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private void take(char wanted) {
        if (!taken(wanted)) {
            throw new Malformed();
        }
    }

    /** Passes blanks over; returns what stands behind them. */
    private char peek() {
        blanks();
        if (at == text.length()) {
            throw new Malformed();
        }
        return text.charAt(at);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        if (at == text.length()) {
            throw new Malformed();
        }
        return text.charAt(at++);
    }
}
