package io.offspan.query.traceql;

import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.traceql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads fields that stand by themselves.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class FieldParser {
    private final Tokens tokens;

    FieldParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Reads fields between parentheses. */
    List<Field> list() {
        tokens.expect(Kind.OPEN, "\"(\"");
        List<Field> fields = new ArrayList<>();
        fields.add(next());
        while (tokens.peek().is(Kind.COMMA)) {
            tokens.take();
            fields.add(next());
        }
        tokens.expect(Kind.CLOSE, "\",\" or \")\"");
        return fields;
    }

    /** Reads a field. */
    Field next() {
        Token token = tokens.take();
        if (token.field() != null) {
            return token.field();
        }
        if (token.is(Kind.WORD) && Vocabulary.FOREIGN_FIELDS.contains(token.text())) {
            throw tokens.source().unsupported(token.start(), "field " + token.text(), "select span:parentID");
        }
        Intrinsic intrinsic = token.is(Kind.WORD) ? Vocabulary.INTRINSICS.get(token.text()) : null;
        if (intrinsic == null) {
            String nearest = token.is(Kind.WORD) && token.text().length() <= 64
                    ? Vocabulary.nearest(token.text(), Vocabulary.INTRINSICS.keySet())
                    : null;
            throw tokens.unexpected(token, "a field such as span.http.route or name", nearest);
        }
        return intrinsic;
    }
}
