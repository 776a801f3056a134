package io.offspan.query.test;

import io.offspan.query.ast.AnchoredPattern;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.Order;
import io.offspan.query.value.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * The relation of a comparison, asked of two values.
 *
 * <p>Nil compares with nothing, whether the relation is negated or not, and neither do values of different types. A plain
 * relation holds for an array when it holds for one element; a negated one when the array has a comparable element and the
 * plain relation holds for none. Texts compare by their bytes as unsigned numbers, without being decoded; only a regular
 * expression decodes, and bytes that are no UTF-8 reach it as U+FFFD.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing, except for the first array and where texts meet a regular
 * expression.
 */
final class ValueTest {
    /** The values have types that do not compare. */
    private static final int INCOMPARABLE = 0;

    private static final int FAILS = 1;
    private static final int HOLDS = 2;

    /** What is asked of each pair; the negation of "equal" is the array's business. */
    private final Operator plain;

    private final int wanted;
    private final @Nullable AnchoredPattern pattern;
    private final boolean matchesEmpty;
    private @Nullable Elements elements;

    /** Walks the elements of arrays; made for the first array. */
    private static final class Elements {
        final Scalar left = new Scalar();
        final Scalar right = new Scalar();
        final AnyValueReader leftArray = new AnyValueReader();
        final AnyValueReader rightArray = new AnyValueReader();
        final AnyValueReader one = new AnyValueReader();
    }

    private ValueTest(Operator operator, @Nullable AnchoredPattern pattern) {
        plain = operator == Operator.NOT_EQUAL ? Operator.EQUAL : operator;
        wanted = operator.isNegated() ? FAILS : HOLDS;
        this.pattern = pattern;
        matchesEmpty = pattern != null && pattern.matches("");
    }

    /** Makes the relation of two values. */
    static ValueTest of(Operator operator) {
        return new ValueTest(operator, null);
    }

    /** Makes the relation to an operand, which may be a regular expression. */
    static ValueTest of(Operator operator, Operand operand) {
        boolean pattern = operator.isPattern() && operand instanceof Operand.Text;
        return new ValueTest(operator, pattern ? AnchoredPattern.compile(((Operand.Text) operand).value()) : null);
    }

    boolean isPattern() {
        return pattern != null;
    }

    boolean holds(Scalar left, Scalar right) {
        return wanted == (left.type() == Scalar.ARRAY ? ofElements(left, right) : ofLeft(left, right));
    }

    private int ofElements(Scalar left, Scalar right) {
        int best = INCOMPARABLE;
        Elements walk = elements();
        walk.leftArray.wrapArray(left.memory(), left.offset(), left.length());
        while (best != HOLDS && walk.leftArray.nextElement(walk.one)) {
            walk.left.set(walk.one);
            best = Math.max(best, ofLeft(walk.left, right));
        }
        return best;
    }

    private int ofLeft(Scalar left, Scalar right) {
        if (pattern != null) {
            return matches(pattern, left);
        }
        if (right.type() != Scalar.ARRAY) {
            return relate(left, right);
        }
        int best = INCOMPARABLE;
        Elements walk = elements();
        walk.rightArray.wrapArray(right.memory(), right.offset(), right.length());
        while (best != HOLDS && walk.rightArray.nextElement(walk.one)) {
            walk.right.set(walk.one);
            best = Math.max(best, relate(left, walk.right));
        }
        return best;
    }

    private Elements elements() {
        Elements made = elements;
        if (made == null) {
            made = new Elements();
            elements = made;
        }
        return made;
    }

    private int matches(AnchoredPattern expression, Scalar value) {
        if (value.type() != Scalar.TEXT) {
            return INCOMPARABLE;
        }
        int length = value.length();
        boolean matches = length == 0 ? matchesEmpty : expression.matches(value.text());
        return outcome(matches);
    }

    /** Asks the plain relation of two values that are no arrays. */
    private int relate(Scalar left, Scalar right) {
        if (left.isNumber() && right.isNumber()) {
            return outcome(Order.holdsOrUnordered(plain, Scalar.order(left, right)));
        }
        if (left.type() != right.type()) {
            return INCOMPARABLE;
        }
        return switch (left.type()) {
            case Scalar.TEXT ->
                outcome(plain.isOrder() ? Order.holds(plain, left.compareText(right)) : left.equalText(right));
            case Scalar.TRUTH, Scalar.STATUS, Scalar.KIND ->
                plain.isOrder() ? INCOMPARABLE : outcome(left.whole() == right.whole());
            default -> INCOMPARABLE;
        };
    }

    private static int outcome(boolean holds) {
        return holds ? HOLDS : FAILS;
    }
}
