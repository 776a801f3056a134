package io.offspan.query.test;

import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Exists;
import io.offspan.query.ast.Expression;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.ast.Relation;
import io.offspan.query.value.SourceCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns a filter into a test. */
public final class FilterCompiler {
    private final SourceCompiler sources;

    public FilterCompiler(SourceCompiler sources) {
        this.sources = sources;
    }

    public SpanTest compile(Filter filter) {
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
            return relation(relation.left(), relation.operator(), relation.right());
        }
        return comparison((Comparison) filter);
    }

    private SpanTest relation(Expression left, Operator operator, Expression right) {
        if (right instanceof Constant constant) {
            return new CompareTest(sources.compared(left), operator, constant.value());
        }
        return left instanceof Constant
                ? relation(right, operator.mirrored(), left)
                : new RelationTest(sources.compared(left), operator, sources.compared(right));
    }

    private List<SpanTest> compile(List<Filter> filters) {
        List<SpanTest> tests = new ArrayList<>(filters.size());
        for (Filter filter : filters) {
            tests.add(compile(filter));
        }
        return tests;
    }

    private SpanTest presence(Field field) {
        if (field == Intrinsic.PARENT_ID) {
            return new ParentTest();
        }
        return isAlwaysThere(field) ? ListTest.all(List.of()) : new PresenceTest(sources.compile(field));
    }

    private static boolean isAlwaysThere(Field field) {
        return field instanceof Intrinsic intrinsic
                && switch (intrinsic) {
                    case TRACE_ID, SPAN_ID, NAME, KIND, STATUS, START, END -> true;
                    default -> false;
                };
    }

    private SpanTest comparison(Comparison comparison) {
        Field field = comparison.field();
        Operator operator = comparison.operator();
        Operand operand = comparison.operand();
        if (operand instanceof Operand.OfKind kind) {
            return CodeTest.kind(operator.isNegated(), kind.value().code());
        }
        if (operand instanceof Operand.OfStatus status) {
            return CodeTest.status(operator.isNegated(), status.value().code());
        }
        Operand constant = isLinkId(field) && !operator.isPattern() ? lowerCase(operand) : operand;
        return field instanceof Intrinsic intrinsic
                ? switch (intrinsic) {
                    case TRACE_ID, SPAN_ID, PARENT_ID -> id(intrinsic, operator, ((Operand.Text) operand).value());
                    case START, END, DURATION -> new TimeTest(intrinsic, operator, operand);
                    default -> new CompareTest(sources.compared(field), operator, constant);
                }
                : new CompareTest(sources.compared(field), operator, constant);
    }

    private static SpanTest id(Intrinsic field, Operator operator, String id) {
        return field == Intrinsic.TRACE_ID && operator == Operator.EQUAL
                ? new TraceIdTest(Hex.parse(id, 0, 16), Hex.parse(id, 16, id.length()))
                : new IdTest(field, operator, id);
    }

    private static boolean isLinkId(Field field) {
        return field == Intrinsic.LINK_TRACE_ID || field == Intrinsic.LINK_SPAN_ID;
    }

    private static Operand lowerCase(Operand id) {
        return new Operand.Text(((Operand.Text) id).value().toLowerCase(Locale.ROOT));
    }
}
