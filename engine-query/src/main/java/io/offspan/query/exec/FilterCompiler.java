package io.offspan.query.exec;

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
import io.offspan.query.ast.Relation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns a filter into a test. The tests of one compiler share what they know of envelopes. */
final class FilterCompiler {
    static final String SERVICE_KEY = "service.name";

    private final EnvelopeTable envelopes;

    private final TermCompiler terms;

    FilterCompiler(EnvelopeTable envelopes, TermCompiler terms) {
        this.envelopes = envelopes;
        this.terms = terms;
    }

    SpanTest compile(Filter filter) {
        if (filter instanceof And and) {
            return ListTest.all(compile(and.filters()));
        }
        if (filter instanceof Or or) {
            return ListTest.any(compile(or.filters()));
        }
        if (filter instanceof Not not) {
            return new NotTest(compile(not.filter()));
        }
        if (filter instanceof Exists exists) {
            return presence(exists.field());
        }
        if (filter instanceof Absent absent) {
            return new NotTest(presence(absent.field()));
        }
        if (filter instanceof Relation relation) {
            return new RelationTest(
                    terms.compared(relation.left()), relation.operator(), terms.compared(relation.right()));
        }
        return comparison((Comparison) filter);
    }

    private List<SpanTest> compile(List<Filter> filters) {
        return filters.stream().map(this::compile).toList();
    }

    private SpanTest presence(Field field) {
        if (field instanceof Attribute attribute) {
            return attribute(attribute, null);
        }
        return switch ((Intrinsic) field) {
            case PARENT_ID -> new ParentTest();
            case DURATION,
                    EVENT_TIME_SINCE_START,
                    LINK_TRACE_ID,
                    LINK_SPAN_ID,
                    CHILD_COUNT,
                    TRACE_ROOT_NAME,
                    TRACE_ROOT_SERVICE,
                    TRACE_DURATION -> new PresenceTest(terms.compile(field));
            case STATUS_MESSAGE, EVENT_NAME, SERVICE, SCOPE_NAME, SCOPE_VERSION -> text((Intrinsic) field, null);
            default -> ListTest.all(List.of());
        };
    }

    private SpanTest comparison(Comparison comparison) {
        Operator operator = comparison.operator();
        Operand operand = comparison.operand();
        if (comparison.field() instanceof Attribute attribute) {
            return attribute(attribute, valueTest(operator, operand));
        }
        Intrinsic field = (Intrinsic) comparison.field();
        if (operand instanceof Operand.OfKind kind) {
            return CodeTest.kind(operator.isNegated(), kind.value().code());
        }
        if (operand instanceof Operand.OfStatus status) {
            return CodeTest.status(operator.isNegated(), status.value().code());
        }
        return switch (field) {
            case TRACE_ID, SPAN_ID, PARENT_ID -> new IdTest(field, operator, ((Operand.Text) operand).value());
            case START, END, DURATION -> new TimeTest(field, operator, operand);
            case LINK_TRACE_ID, LINK_SPAN_ID ->
                RelationTest.of(terms.compared(field), operator, operator.isPattern() ? operand : lowerCase(operand));
            case EVENT_TIME_SINCE_START, CHILD_COUNT, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_DURATION ->
                RelationTest.of(terms.compared(field), operator, operand);
            default -> text(field, valueTest(operator, operand));
        };
    }

    private static Operand lowerCase(Operand id) {
        return new Operand.Text(((Operand.Text) id).value().toLowerCase(Locale.ROOT));
    }

    private SpanTest text(Intrinsic field, @Nullable ValueTest test) {
        boolean passesWithout = test != null && field.mayBeEmpty() && test.passesEmpty();
        return new ProbeTest(
                passesWithout,
                switch (field) {
                    case NAME -> new TextProbe(TextProbe.Place.NAME, test);
                    case STATUS_MESSAGE -> new TextProbe(TextProbe.Place.STATUS_MESSAGE, test);
                    case EVENT_NAME -> new TextProbe(TextProbe.Place.EVENT_NAME, test);
                    case SERVICE -> EnvelopeProbe.service(envelopes, test);
                    case SCOPE_NAME -> EnvelopeProbe.scopeText(envelopes, EnvelopeMessage.SCOPE_NAME, test);
                    case SCOPE_VERSION -> EnvelopeProbe.scopeText(envelopes, EnvelopeMessage.SCOPE_VERSION, test);
                    default -> throw new IllegalArgumentException("Field " + field + " is no text");
                });
    }

    private SpanTest attribute(Attribute attribute, @Nullable ValueTest test) {
        String key = attribute.key();
        return switch (attribute.scope()) {
            case SPAN, EVENT, LINK -> new ProbeTest(new AttributeProbe(attribute.scope(), key, test));
            case RESOURCE -> new ProbeTest(EnvelopeProbe.resource(envelopes, key, test));
            case INSTRUMENTATION -> new ProbeTest(EnvelopeProbe.scope(envelopes, key, test));
            case ANY ->
                new ProbeTest(
                        new AttributeProbe(AttributeScope.SPAN, key, test),
                        EnvelopeProbe.resource(envelopes, key, test),
                        new AttributeProbe(AttributeScope.EVENT, key, test),
                        new AttributeProbe(AttributeScope.LINK, key, test),
                        EnvelopeProbe.scope(envelopes, key, test));
        };
    }

    private static ValueTest valueTest(Operator operator, Operand operand) {
        if (operand instanceof Operand.Text text) {
            return TextTest.of(operator, text.value());
        }
        if (operand instanceof Operand.Whole whole) {
            return NumberTest.of(operator, whole.value());
        }
        if (operand instanceof Operand.Fraction fraction) {
            return NumberTest.of(operator, fraction.value());
        }
        return new TruthTest(operator.isNegated(), ((Operand.Truth) operand).value());
    }
}
