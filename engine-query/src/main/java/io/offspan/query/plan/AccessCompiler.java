package io.offspan.query.plan;

import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.index.Scope;
import io.offspan.query.index.Term;
import io.offspan.query.test.TraceIdTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns a filter into the way in which an index is asked for it. */
final class AccessCompiler {
    private AccessCompiler() {}

    /** Returns the way to the spans that may pass a filter, or null when no index helps. */
    static @Nullable Access compile(Filter filter) {
        if (filter instanceof Comparison comparison) {
            return compile(comparison.field(), comparison.operator(), comparison.operand());
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
        if (filter instanceof Not not) {
            return without(compile(not.filter()));
        }
        if (filter instanceof Absent absent) {
            return absent.field() == Intrinsic.PARENT_ID
                    ? new Posted(Term.of(Scope.ROOT, "", true))
                    : without(keyed(absent.field()));
        }
        return filter instanceof Exists exists ? compile(exists.field()) : null;
    }

    private static @Nullable Access compile(Field there) {
        return there == Intrinsic.PARENT_ID ? without(compile(new Absent(there))) : keyed(there);
    }

    private static @Nullable Access without(@Nullable Access access) {
        return access == null ? null : new Complemented(access, true);
    }

    /** Returns the way to the spans that have an attribute. */
    private static @Nullable Access keyed(Field field) {
        Term key = field instanceof Attribute ? Term.ofKey(field) : null;
        return key == null ? null : new Keyed(key, field + " != nil");
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

    private static @Nullable Access compile(Field field, Operator operator, Operand operand) {
        if (field == Intrinsic.TRACE_ID) {
            return operator == Operator.EQUAL ? ofTrace(((Operand.Text) operand).value()) : null;
        }
        if (field instanceof Attribute attribute) {
            return attribute.scope() == AttributeScope.ANY
                    ? anywhere(attribute.key(), operator, operand)
                    : ofAttribute(attribute, operator, operand);
        }
        return field instanceof Intrinsic intrinsic ? ofIntrinsic(intrinsic, operator, operand) : null;
    }

    private static OfTrace ofTrace(String id) {
        return new OfTrace(new TraceIdTest(Hex.parse(id, 0, 16), Hex.parse(id, 16, id.length())));
    }

    private static @Nullable Access anywhere(String key, Operator operator, Operand operand) {
        List<Access> scopes = new ArrayList<>();
        List<Term> keys = new ArrayList<>();
        for (AttributeScope scope : AttributeScope.values()) {
            if (scope != AttributeScope.ANY) {
                Attribute attribute = new Attribute(scope, key);
                Access access = ofAttribute(attribute, operator, operand);
                if (access == null) {
                    return null;
                }
                scopes.add(access);
                keys.add(Objects.requireNonNull(Term.ofKey(attribute)));
            }
        }
        return new Anywhere(scopes, keys);
    }

    private static @Nullable Access ofAttribute(Attribute attribute, Operator operator, Operand operand) {
        if (!operator.isNegated()) {
            return positive(attribute, operator, operand);
        }
        boolean ofMany = attribute.scope() == AttributeScope.EVENT || attribute.scope() == AttributeScope.LINK;
        return ofMany ? keyed(attribute) : differing(attribute, operator, operand);
    }

    /** Returns the way to the spans whose one value of an attribute compares with a constant, and not as it should not. */
    private static @Nullable Access differing(Attribute attribute, Operator operator, Operand operand) {
        Access equal = positive(attribute, positive(operator), operand);
        if (equal == null) {
            return null;
        }
        if (operand instanceof Operand.Text) {
            Term key = Objects.requireNonNull(Term.ofKey(attribute));
            return new Except(new Selected(key, Values.allTexts(), "texts of " + attribute), equal);
        }
        if (operand instanceof Operand.Truth truth) {
            Access other = positive(attribute, Operator.EQUAL, new Operand.Truth(!truth.value()));
            return other == null ? null : new Except(other, equal);
        }
        // No term says that a value is not a number, which differs from all.
        return new Complemented(equal, false);
    }

    private static Operator positive(Operator negated) {
        return negated == Operator.NOT_EQUAL ? Operator.EQUAL : Operator.MATCHES;
    }

    private static @Nullable Access ofIntrinsic(Intrinsic field, Operator operator, Operand operand) {
        if (!operator.isNegated()) {
            return positive(field, operator, operand);
        }
        boolean ofEverySpan = switch (field) {
            case NAME, SERVICE, STATUS_MESSAGE, SCOPE_NAME, SCOPE_VERSION -> operand instanceof Operand.Text;
            case KIND -> operand instanceof Operand.OfKind;
            case STATUS -> operand instanceof Operand.OfStatus;
            default -> false;
        };
        return ofEverySpan ? without(positive(field, positive(operator), operand)) : null;
    }

    /** Returns the way to the spans of which a value is equal to a constant, in an order to it, or matched by it. */
    private static @Nullable Access positive(Field field, Operator operator, Operand operand) {
        if (operator == Operator.EQUAL) {
            Term term = Term.ofEqual(field, operand);
            return term == null ? null : new Posted(term);
        }
        Scope scope = Scope.of(field);
        Values values =
                scope == null || scope == Scope.KIND || scope == Scope.STATUS ? null : Values.of(operator, operand);
        if (scope == null || values == null || scope.isSilentlyEmpty() && values.passesEmptyText()) {
            return null;
        }
        Term key = Objects.requireNonNull(Term.ofKey(field));
        return new Selected(key, values, new Comparison(field, operator, operand).toString());
    }
}
