package io.offspan.query.traceql;

import io.offspan.query.traceql.Token.Kind;
import org.jspecify.annotations.Nullable;

/** The tokens of a query with a view of the next one. */
final class Tokens {
    private final Source source;
    private final Lexer lexer;
    private @Nullable Token next;

    Tokens(Source source) {
        this.source = source;
        lexer = new Lexer(source);
    }

    Source source() {
        return source;
    }

    Token peek() {
        Token token = next == null ? lexer.next() : next;
        next = token;
        return token;
    }

    Token take() {
        Token token = peek();
        next = null;
        return token;
    }

    Token expect(Kind kind, String expected) {
        if (!peek().is(kind)) {
            throw unexpected(peek(), expected, null);
        }
        return take();
    }

    String shown(Token token) {
        return token.is(Kind.END) ? "the end of the query" : source.quoted(token.start(), token.end());
    }

    TraceQlException unexpected(Token token, String expected, @Nullable String nearest) {
        return source.syntax(token.start(), shown(token), expected, nearest);
    }
}
