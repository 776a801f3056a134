package io.offspan.query.value;

import io.offspan.query.ast.Arithmetic;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Negation;
import io.offspan.query.ast.ParentAttribute;

/** Turns an expression into a source. */
public final class SourceCompiler {
    public static final String SERVICE_KEY = "service.name";

    private final TraceValues traces;
    private final ZeroDivisions zeroDivisions;

    public SourceCompiler(TraceValues traces, ZeroDivisions zeroDivisions) {
        this.traces = traces;
        this.zeroDivisions = zeroDivisions;
    }

    /** Turns one side of a comparison into a source: a text or id that is missing is the empty text there. */
    public ValueSource compared(Expression expression) {
        ValueSource source = compile(expression);
        return expression instanceof Intrinsic field && field.mayBeEmpty() ? new OrEmptySource(field, source) : source;
    }

    public ValueSource compile(Expression expression) {
        if (expression instanceof Attribute attribute) {
            return attribute(attribute.scope(), attribute.key());
        }
        if (expression instanceof Intrinsic intrinsic) {
            return intrinsic(intrinsic);
        }
        if (expression instanceof ParentAttribute field) {
            return new TraceSource(field, traces);
        }
        if (expression instanceof Constant constant) {
            return new ConstantSource(constant.value());
        }
        if (expression instanceof Negation negation) {
            return new NegationSource(compile(negation.of()));
        }
        Arithmetic arithmetic = (Arithmetic) expression;
        return new ArithmeticSource(
                compile(arithmetic.left()), arithmetic.operation(), compile(arithmetic.right()), zeroDivisions);
    }

    private static ValueSource attribute(AttributeScope scope, String key) {
        return switch (scope) {
            case SPAN, EVENT, LINK -> new AttributeSource(scope, key);
            case RESOURCE -> EnvelopeSource.resource(key);
            case INSTRUMENTATION -> EnvelopeSource.scope(key);
            case ANY -> new AnywhereSource(key);
        };
    }

    private ValueSource intrinsic(Intrinsic field) {
        return switch (field) {
            case SERVICE -> EnvelopeSource.resource(SERVICE_KEY);
            case SCOPE_NAME -> EnvelopeSource.scopeText(EnvelopeMessage.SCOPE_NAME);
            case SCOPE_VERSION -> EnvelopeSource.scopeText(EnvelopeMessage.SCOPE_VERSION);
            case CHILD_COUNT,
                    TRACE_ROOT_NAME,
                    TRACE_ROOT_SERVICE,
                    TRACE_DURATION,
                    NESTED_SET_PARENT,
                    NESTED_SET_LEFT,
                    NESTED_SET_RIGHT -> new TraceSource(field, traces);
            default -> new IntrinsicSource(field);
        };
    }
}
