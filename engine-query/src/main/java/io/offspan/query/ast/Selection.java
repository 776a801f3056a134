package io.offspan.query.ast;

import io.offspan.query.ast.QueryException.Reason;
import java.util.List;
import java.util.stream.Collectors;

/** Asks for fields of the chosen spans beside those that every answer has. */
public record Selection(List<Field> fields) implements Stage {
    public Selection {
        fields = List.copyOf(fields);
        if (fields.isEmpty()) {
            throw new QueryException(
                    Reason.SYNTAX, "A selection of nothing; name a field, as in select(span.http.route)");
        }
    }

    @Override
    public int nodes() {
        return 1 + fields.size();
    }

    @Override
    public String toString() {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", ", "select(", ")"));
    }
}
