package io.offspan.query.traceql;

import io.offspan.query.traceql.Token.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signs of TraceQL. Where several begin alike, the longest counts. */
final class Symbols {
    private static final List<String> BY_LENGTH = List.of(
            "!>>", "!<<", "&>>", "&<<", "&&", "||", ">>", "<<", "!>", "!<", "!~", "!=", "&>", "&<", "&~", "=~", "<=",
            ">=", "{", "}", "(", ")", ",", "|", "!", "=", "<", ">", "~", "+", "-", "*", "/", "%", "^");

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("{", Kind.OPEN_BRACE),
            Map.entry("}", Kind.CLOSE_BRACE),
            Map.entry("(", Kind.OPEN),
            Map.entry(")", Kind.CLOSE),
            Map.entry(",", Kind.COMMA),
            Map.entry("|", Kind.PIPE),
            Map.entry("&&", Kind.AND),
            Map.entry("||", Kind.OR),
            Map.entry("!", Kind.NOT));

    private Symbols() {}

    /** Returns the longest sign that begins at a place, or null. */
    static @Nullable String longest(String text, int at) {
        for (String symbol : BY_LENGTH) {
            if (text.startsWith(symbol, at)) {
                return symbol;
            }
        }
        return null;
    }

    /** Returns the sign of TraceQL for one of another language that begins at a place, or null. */
    static @Nullable String mistaken(String text, int at) {
        String two = text.substring(at, Math.min(text.length(), at + 2));
        return switch (two) {
            case "==" -> "=";
            case "<>" -> "!=";
            case "=>" -> ">=";
            case "=<" -> "<=";
            default ->
                two.startsWith("&") && "&><~".indexOf(two.charAt(two.length() - 1)) < 0 || two.equals("&")
                        ? "&&"
                        : null;
        };
    }

    static Kind kind(String symbol) {
        Kind kind = KINDS.get(symbol);
        if (kind != null) {
            return kind;
        }
        return switch (symbol) {
            case "=", "!=", "<", "<=", ">", ">=", "=~", "!~" -> Kind.COMPARISON;
            case "+", "-", "*", "/", "%", "^" -> Kind.ARITHMETIC;
            default -> Kind.STRUCTURAL;
        };
    }
}
