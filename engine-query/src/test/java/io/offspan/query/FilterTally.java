package io.offspan.query;

import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operation;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the operators, scopes, operand types and intrinsics of filters. */
final class FilterTally {
    private static final List<String> TYPES = List.of("Text", "Whole", "Fraction", "Truth", "OfStatus", "OfKind");
    private static final List<String> NODES =
            List.of("And", "Or", "Not", "Exists", "Absent", "Relation", "Negation", "Arithmetic", "Constant");

    private final Map<String, Integer> counts = new TreeMap<>();

    private static List<String> required() {
        List<String> names = new ArrayList<>(TYPES);
        names.addAll(NODES);
        for (Operator operator : Operator.values()) {
            names.add(operator.name());
        }
        for (Operation operation : Operation.values()) {
            names.add(operation.name());
        }
        for (AttributeScope scope : AttributeScope.values()) {
            names.add("scope " + scope.name());
        }
        return names;
    }

    void add(Filter filter) {
        if (filter instanceof Comparison comparison) {
            count(comparison.operator().name());
            count(comparison.operand().getClass().getSimpleName());
            field(comparison.field());
            return;
        }
        count(filter.getClass().getSimpleName());
        if (filter instanceof And and) {
            and.filters().forEach(this::add);
        } else if (filter instanceof Or or) {
            or.filters().forEach(this::add);
        } else if (filter instanceof Relation relation) {
            count(relation.operator().name());
            expression(relation.left());
            expression(relation.right());
        } else if (filter instanceof Not not) {
            add(not.filter());
        } else if (filter instanceof Exists exists) {
            field(exists.field());
        } else if (filter instanceof Absent absent) {
            field(absent.field());
        }
    }

    private void expression(Expression expression) {
        if (expression instanceof Field field) {
            field(field);
            return;
        }
        count(expression.getClass().getSimpleName());
        if (expression instanceof Negation negation) {
            expression(negation.of());
        } else if (expression instanceof Arithmetic arithmetic) {
            count(arithmetic.operation().name());
            expression(arithmetic.left());
            expression(arithmetic.right());
        }
    }

    private void field(Field field) {
        if (field instanceof Attribute attribute) {
            count("scope " + attribute.scope().name());
        } else if (field instanceof Intrinsic intrinsic) {
            count("field " + intrinsic.name());
        }
    }

    private void count(String name) {
        counts.merge(name, 1, Integer::sum);
    }

    /** Tells whether a filter has something in it that has come up less often than asked for. */
    boolean needs(Filter filter, int least) {
        FilterTally alone = new FilterTally();
        alone.add(filter);
        return required().stream()
                .anyMatch(name -> counts.getOrDefault(name, 0) < least && alone.counts.getOrDefault(name, 0) > 0);
    }

    /** Returns what came up less often than asked for. */
    List<String> below(int least) {
        return required().stream()
                .filter(name -> counts.getOrDefault(name, 0) < least)
                .map(name -> name + "=" + counts.getOrDefault(name, 0))
                .toList();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
