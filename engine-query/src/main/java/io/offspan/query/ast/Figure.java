package io.offspan.query.ast;

import java.util.List;
import java.util.Objects;

/** A number that spans of one trace have together: a {@link Measure} of them, a constant, or what is calculated from such. */
public sealed interface Figure permits Measure, Figure.Fixed, Figure.Calculated, Figure.Piped {
    /** Returns how many levels the tree has. */
    int depth();

    /** Returns how many nodes the tree has. */
    int nodes();

    /** Tells whether it depends on the spans. */
    default boolean isMeasured() {
        return !(this instanceof Fixed);
    }

    /**
     * A number that is the same for all spans.
     *
     * <p><b>Fails</b> with {@link QueryException} ({@code TYPE}) for what is no number.
     */
    record Fixed(Operand value) implements Figure {
        public Fixed {
            StaticType.of(value).requireNumber(value, "an aggregate");
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public int nodes() {
            return 0;
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /**
     * A number of what the stages of a pipeline leave of the spans, all groups together. Where they leave none, {@code count()} is 0
     * and every other measure is missing.
     *
     * <p><b>Fails</b> with {@link QueryException} when the stages do not begin with a {@link Spanset}, are too many or select fields.
     */
    record Piped(List<Stage> stages, Figure figure) implements Figure {
        public Piped {
            stages = List.copyOf(stages);
            Tree.checkInnerStages(stages);
            Tree.checkSize(
                    1 + Math.max(Tree.depthOfStages(stages), figure.depth()),
                    1L + Tree.nodesOfStages(stages) + figure.nodes());
        }

        @Override
        public int depth() {
            return 1 + Math.max(Tree.depthOfStages(stages), figure.depth());
        }

        @Override
        public int nodes() {
            return (int) Math.min(1L + Tree.nodesOfStages(stages) + figure.nodes(), Integer.MAX_VALUE);
        }

        @Override
        public String toString() {
            return "(" + Tree.joinStages(stages) + " | " + figure + ")";
        }
    }

    /**
     * A number calculated from two, as {@link Operation} says. It is missing where one of the two is, or the divisor is zero.
     *
     * <p><b>Fails</b> with {@link QueryException}: {@code ARITHMETIC} when the divisor is a constant zero.
     */
    record Calculated(Figure left, Operation operation, Figure right) implements Figure {
        public Calculated {
            Objects.requireNonNull(operation, "operation");
            if (right instanceof Fixed divisor) {
                operation.checkDivisor(left, divisor.value());
            }
            Tree.checkSize(1 + Math.max(left.depth(), right.depth()), 1L + left.nodes() + right.nodes());
        }

        @Override
        public boolean isMeasured() {
            return left.isMeasured() || right.isMeasured();
        }

        @Override
        public int depth() {
            return 1 + Math.max(left.depth(), right.depth());
        }

        @Override
        public int nodes() {
            return 1 + left.nodes() + right.nodes();
        }

        @Override
        public String toString() {
            return grouped(left) + " " + operation + " " + grouped(right);
        }

        private String grouped(Figure side) {
            String text = side.toString();
            boolean signed = operation == Operation.POWER && text.startsWith("-");
            return side instanceof Calculated || signed ? "(" + text + ")" : text;
        }
    }
}
