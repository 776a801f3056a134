package io.offspan.query.plan;

import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.SpanStatus;
import io.offspan.query.index.Scope;
import io.offspan.query.index.Term;
import io.offspan.query.test.TraceIdTest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a filter into the way in which an index is asked for it. */
final class AccessCompiler {
    private AccessCompiler() {}

    /** Returns the way to the spans that may pass a filter, or null when no index helps. */
    static @Nullable Access compile(Filter filter) {
        if (filter instanceof Comparison comparison) {
            return comparison.operator() == Operator.EQUAL ? equal(comparison.field(), comparison.operand()) : null;
        }
        if (filter instanceof And and) {
            String service = and.filters().size() == 2
                    ? serviceOfErrorsInEitherOrder(
                            and.filters().get(0), and.filters().get(1))
                    : null;
            return service == null ? every(and.filters()) : new Posted(Term.of(Scope.SERVICE_OF_ERROR, "", service));
        }
        if (filter instanceof Or or) {
            return any(or.filters());
        }
        return filter instanceof Absent absent && absent.field() == Intrinsic.PARENT_ID
                ? new Posted(Term.of(Scope.ROOT, "", true))
                : null;
    }

    private static @Nullable String serviceOfErrorsInEitherOrder(Filter one, Filter other) {
        String service = serviceOfErrors(one, other);
        return service == null ? serviceOfErrors(other, one) : service;
    }

    /** Returns the service when one filter asks for it and the other for errors, which have postings in common; else null. */
    static @Nullable String serviceOfErrors(Filter service, Filter error) {
        return isEqual(error, Intrinsic.STATUS)
                        && ((Comparison) error).operand().equals(new Operand.OfStatus(SpanStatus.ERROR))
                        && isEqual(service, Intrinsic.SERVICE)
                        && ((Comparison) service).operand() instanceof Operand.Text text
                ? text.value()
                : null;
    }

    private static boolean isEqual(Filter filter, Field field) {
        return filter instanceof Comparison comparison
                && comparison.operator() == Operator.EQUAL
                && comparison.field() == field;
    }

    private static @Nullable Access every(List<Filter> filters) {
        List<Access> parts = new ArrayList<>();
        for (Filter filter : filters) {
            Access part = compile(filter);
            if (part != null) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? null : new Every(parts, parts.size() == filters.size());
    }

    private static @Nullable Access any(List<Filter> filters) {
        List<Access> parts = new ArrayList<>();
        for (Filter filter : filters) {
            Access part = compile(filter);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return new AnyOf(parts);
    }

    private static @Nullable Access equal(Field field, Operand operand) {
        if (field == Intrinsic.TRACE_ID) {
            String id = ((Operand.Text) operand).value();
            return new OfTrace(new TraceIdTest(Hex.parse(id, 0, 16), Hex.parse(id, 16, id.length())));
        }
        if (field instanceof Attribute attribute && attribute.scope() == AttributeScope.ANY) {
            return anywhere(attribute.key(), operand);
        }
        Term term = Term.ofEqual(field, operand);
        return term == null ? null : new Posted(term);
    }

    private static @Nullable Access anywhere(String key, Operand operand) {
        List<Posted> scopes = new ArrayList<>();
        for (AttributeScope scope : AttributeScope.values()) {
            if (scope != AttributeScope.ANY) {
                Term term = Term.ofEqual(new Attribute(scope, key), operand);
                if (term == null) {
                    return null;
                }
                scopes.add(new Posted(term));
            }
        }
        return new Anywhere(scopes);
    }
}
