package io.offspan.query.plan;

import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.Relation;
import java.util.stream.Stream;

/** The fields that a filter or an expression looks at, some of them repeatedly. */
public final class AskedFields {
    private AskedFields() {}

    public static Stream<Field> of(Filter filter) {
        if (filter instanceof And and) {
            return and.filters().stream().flatMap(AskedFields::of);
        }
        if (filter instanceof Or or) {
            return or.filters().stream().flatMap(AskedFields::of);
        }
        if (filter instanceof Not not) {
            return of(not.filter());
        }
        if (filter instanceof Relation relation) {
            return Stream.concat(of(relation.left()), of(relation.right()));
        }
        if (filter instanceof Exists exists) {
            return Stream.of(exists.field());
        }
        return Stream.of(filter instanceof Absent absent ? absent.field() : ((Comparison) filter).field());
    }

    public static Stream<Field> of(Expression expression) {
        if (expression instanceof Negation negation) {
            return of(negation.of());
        }
        if (expression instanceof Arithmetic arithmetic) {
            return Stream.concat(of(arithmetic.left()), of(arithmetic.right()));
        }
        return expression instanceof Field field ? Stream.of(field) : Stream.empty();
    }
}
