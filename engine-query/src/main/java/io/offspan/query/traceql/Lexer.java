package io.offspan.query.traceql;

import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.QueryException;
import io.offspan.query.traceql.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a query into tokens, one at a time and never ahead of the parser, so that the first mistake is the one that is reported.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Lexer {
    private final Source source;
    private final String text;
    private final Literals literals;
    private int at;

    Lexer(Source source) {
        this.source = source;
        text = source.text();
        literals = new Literals(source);
    }

    /** Returns the next token; behind the last, {@code END} for ever. */
    Token next() {
        at = afterBlanks(at);
        if (at == text.length()) {
            return Token.of(Kind.END, at, at, "");
        }
        int start = at;
        char c = text.charAt(at);
        if (c == '"' || c == '`') {
            Literals.Read read = literals.text(start);
            return constant(start, read.end(), new Operand.Text(checked(start, read.value())));
        }
        if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            return number(start);
        }
        if (c == '.') {
            return attribute(start, start, AttributeScope.ANY, false);
        }
        return isLetter(c) ? word(start) : symbol(start);
    }

    private String checked(int start, String value) {
        try {
            return new Operand.Text(value).value();
        } catch (QueryException tooLong) {
            throw source.refused(start, tooLong);
        }
    }

    private Token constant(int start, int end, Operand operand) {
        at = end;
        return new Token(Kind.CONSTANT, start, end, "", null, operand);
    }

    private Token number(int start) {
        Literals.Number number = literals.number(start);
        at = number.end();
        Kind kind = number.unsigned() ? Kind.UNSIGNED : Kind.CONSTANT;
        return new Token(kind, start, at, "", null, number.value());
    }

    private Token word(int start) {
        int end = endOfWord(start);
        String word = text.substring(start, end);
        char behind = end < text.length() ? text.charAt(end) : ' ';
        if (behind == '.') {
            return scoped(start, end, word);
        }
        if (behind == ':') {
            return intrinsic(start, end);
        }
        at = end;
        return Token.of(Kind.WORD, start, end, word);
    }

    private Token scoped(int start, int dot, String word) {
        AttributeScope scope = Vocabulary.SCOPES.get(word);
        if (scope != null) {
            return attribute(start, dot, scope, false);
        }
        if (word.equals("parent")) {
            return ofParent(start, dot);
        }
        int end = endOfName(dot + 1);
        String nearest = word.length() > 64 ? null : Vocabulary.nearest(word, Vocabulary.SCOPES.keySet());
        String rest = text.substring(dot, Math.min(end, dot + 64));
        throw source.syntax(
                start,
                source.quoted(start, end),
                "a scope before the point (span, resource, event, link, instrumentation, or nothing for any)",
                word.length() > 64 ? null : nearest == null ? "." + word + rest : nearest + rest);
    }

    private Token ofParent(int start, int dot) {
        int end = endOfWord(dot + 1);
        boolean isScoped = end < text.length() && text.charAt(end) == '.';
        AttributeScope scope = isScoped ? Vocabulary.SCOPES.get(text.substring(dot + 1, end)) : null;
        return scope == null ? attribute(start, dot, AttributeScope.ANY, true) : attribute(start, end, scope, true);
    }

    private Token intrinsic(int start, int colon) {
        int end = endOfWord(colon + 1);
        Intrinsic found = Vocabulary.INTRINSICS.get(text.substring(start, end));
        if (found == null) {
            throw source.syntax(
                    start,
                    source.quoted(start, end),
                    "an intrinsic field such as span:name, trace:duration or event:name",
                    end - start > 64 ? null : Vocabulary.nearestValue(text.substring(start, end)));
        }
        at = end;
        return new Token(Kind.FIELD, start, end, "", found, null);
    }

    /** Reads a name behind a point: plain characters and quoted parts in any order. */
    private Token attribute(int start, int dot, AttributeScope scope, boolean ofParent) {
        StringBuilder key = new StringBuilder();
        int end = dot + 1;
        while (end < text.length() && (isName(text.charAt(end)) || text.charAt(end) == '"')) {
            if (text.charAt(end) == '"') {
                Literals.Read part = literals.name(end);
                key.append(part.value());
                end = part.end();
            } else {
                key.append(text.charAt(end++));
            }
        }
        if (end == dot + 1) {
            throw source.syntax(start, source.quoted(start, end), "the name of an attribute behind the point", null);
        }
        at = end;
        return new Token(Kind.FIELD, start, end, "", field(start, scope, key.toString(), ofParent), null);
    }

    private Field field(int start, AttributeScope scope, String key, boolean ofParent) {
        if (!ofParent && scope == AttributeScope.RESOURCE && key.equals("service.name")) {
            return Intrinsic.SERVICE;
        }
        try {
            Attribute attribute = new Attribute(scope, key);
            return ofParent ? new ParentAttribute(attribute) : attribute;
        } catch (QueryException tooLong) {
            throw source.refused(start, tooLong);
        }
    }

    private Token symbol(int start) {
        String mistaken = Symbols.mistaken(text, start);
        if (mistaken != null) {
            int length = text.startsWith("&", start) ? 1 : 2;
            throw source.syntax(start, source.quoted(start, start + length), "an operator of TraceQL", mistaken);
        }
        String symbol = Symbols.longest(text, start);
        if (symbol == null) {
            int end = text.offsetByCodePoints(start, 1);
            @Nullable String nearest = text.charAt(start) == '\'' ? "\"" : null;
            throw source.syntax(start, source.quoted(start, end), "a field, a constant or an operator", nearest);
        }
        at = start + symbol.length();
        return Token.of(Symbols.kind(symbol), start, at, symbol);
    }

    /** Skips blanks, comments to the end of the line, and comments between slashes and stars. */
    private int afterBlanks(int start) {
        int end = start;
        while (end < text.length()) {
            if (isSpace(text.charAt(end))) {
                end++;
            } else if (text.startsWith("//", end)) {
                int line = text.indexOf('\n', end);
                end = line < 0 ? text.length() : line;
            } else if (text.startsWith("/*", end)) {
                int close = text.indexOf("*/", end + 2);
                if (close < 0) {
                    throw source.syntax(
                            end, source.quoted(end, end + 2) + " without an end", "*/ behind the comment", null);
                }
                end = close + 2;
            } else {
                break;
            }
        }
        return end;
    }

    private int endOfWord(int start) {
        int end = start;
        while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(text.charAt(end)))) {
            end++;
        }
        return end;
    }

    private int endOfName(int start) {
        int end = start;
        while (end < text.length() && isName(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || c == '\u00a0' || c == '\u0085';
    }

    private static boolean isName(char c) {
        return !isSpace(c) && "{}()=~!<>&|^,\"".indexOf(c) < 0;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
