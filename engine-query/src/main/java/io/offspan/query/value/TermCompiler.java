package io.offspan.query.value;

import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;

/** Turns an expression into a term. */
public final class TermCompiler {
    public static final String SERVICE_KEY = "service.name";

    private final TraceValues traces;
    private final ZeroDivisions zeroDivisions;

    public TermCompiler(TraceValues traces, ZeroDivisions zeroDivisions) {
        this.traces = traces;
        this.zeroDivisions = zeroDivisions;
    }

    /** Turns one side of a comparison into a term: a text or id that is missing is the empty text there. */
    public Term compared(Expression expression) {
        Term term = compile(expression);
        return expression instanceof Intrinsic field && field.mayBeEmpty() ? new OrEmptyTerm(field, term) : term;
    }

    public Term compile(Expression expression) {
        if (expression instanceof Attribute attribute) {
            return attribute(attribute.scope(), attribute.key());
        }
        if (expression instanceof Intrinsic intrinsic) {
            return intrinsic(intrinsic);
        }
        if (expression instanceof Constant constant) {
            return new ConstantTerm(constant.value());
        }
        if (expression instanceof Negation negation) {
            return new NegationTerm(compile(negation.of()));
        }
        Arithmetic arithmetic = (Arithmetic) expression;
        return new ArithmeticTerm(
                compile(arithmetic.left()), arithmetic.operation(), compile(arithmetic.right()), zeroDivisions);
    }

    private static Term attribute(AttributeScope scope, String key) {
        return switch (scope) {
            case SPAN, EVENT, LINK -> new AttributeTerm(scope, key);
            case RESOURCE -> EnvelopeTerm.resource(key);
            case INSTRUMENTATION -> EnvelopeTerm.scope(key);
            case ANY -> new AnywhereTerm(key);
        };
    }

    private Term intrinsic(Intrinsic field) {
        return switch (field) {
            case SERVICE -> EnvelopeTerm.resource(SERVICE_KEY);
            case SCOPE_NAME -> EnvelopeTerm.scopeText(EnvelopeMessage.SCOPE_NAME);
            case SCOPE_VERSION -> EnvelopeTerm.scopeText(EnvelopeMessage.SCOPE_VERSION);
            case CHILD_COUNT, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_DURATION -> new TraceTerm(field, traces);
            default -> new IntrinsicTerm(field);
        };
    }
}
