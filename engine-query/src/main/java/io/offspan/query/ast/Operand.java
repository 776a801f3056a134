package io.offspan.query.ast;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import java.util.Objects;

/** What a field is compared with. */
public sealed interface Operand {
    /** A text, or a regular expression. */
    record Text(String value) implements Operand {
        public Text {
            FilterLimits.check(
                    "Characters of a text",
                    value.length(),
                    FilterLimits.MAX_TEXT_CHARS,
                    "compare with a shorter text or match its beginning");
        }

        @Override
        public String toString() {
            return CanonicalText.quote(value);
        }
    }

    /**
     * An integer; nanoseconds where the field is a duration or a time.
     *
     * @param duration whether it is a length of time, with which nothing is calculated as with integers
     */
    record Whole(long value, boolean duration) implements Operand {
        /** Makes an integer without a unit. */
        public Whole(long value) {
            this(value, false);
        }

        @Override
        public String toString() {
            if (duration) {
                return CanonicalText.duration(value);
            }
            return value == Long.MIN_VALUE ? "minInt" : Long.toString(value);
        }
    }

    /** A floating-point number. */
    record Fraction(double value) implements Operand {
        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** A boolean. */
    record Truth(boolean value) implements Operand {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A status code. */
    record OfStatus(SpanStatus value) implements Operand {
        public OfStatus {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** A span kind. */
    record OfKind(SpanKind value) implements Operand {
        public OfKind {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }
}
