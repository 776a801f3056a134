package io.offspan.query.index;

import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.Scalar;

/**
 * Turns the values that are messages of their own into terms, each element of an array into one.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class ScalarTerms {
    private final TermWriter terms;
    private final AnyValueReader array = new AnyValueReader();
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar element = new Scalar();

    ScalarTerms(TermWriter terms) {
        this.terms = terms;
    }

    /** Posts a span under a value, or puts the value into the filter. */
    void post(Key key, Scalar value, BlockPostings postings, int ordinal) {
        if (value.type() != Scalar.ARRAY) {
            postOne(key, value, postings, ordinal);
            return;
        }
        array.wrapArray(value.memory(), value.offset(), value.length());
        while (array.nextElement(reader)) {
            element.set(reader);
            postOne(key, element, postings, ordinal);
        }
    }

    private void postOne(Key key, Scalar value, BlockPostings postings, int ordinal) {
        if (!hasTerm(value)) {
            return;
        }
        int term = term(key, value);
        if (term != Pages.NONE) {
            postings.add(term, ordinal);
        } else if (!isFraction(value)) {
            terms.filter();
        }
    }

    /** Adds what spans have by a value to a plan. */
    void collect(Key key, Scalar value, EnvelopePlan plan) {
        if (value.type() != Scalar.ARRAY) {
            collectOne(key, value, plan);
            return;
        }
        array.wrapArray(value.memory(), value.offset(), value.length());
        while (array.nextElement(reader)) {
            element.set(reader);
            collectOne(key, element, plan);
        }
    }

    private void collectOne(Key key, Scalar value, EnvelopePlan plan) {
        if (!hasTerm(value)) {
            return;
        }
        int term = term(key, value);
        if (term != Pages.NONE) {
            plan.addTerm(term);
        } else if (!isFraction(value)) {
            plan.addFiltered(terms.hash());
        }
    }

    private static boolean hasTerm(Scalar value) {
        return switch (value.type()) {
            case Scalar.TEXT, Scalar.WHOLE, Scalar.TRUTH -> true;
            case Scalar.FRACTION -> !Double.isNaN(value.fraction());
            default -> false;
        };
    }

    private static boolean isFraction(Scalar value) {
        return value.type() == Scalar.FRACTION && !Term.isWhole(value.fraction());
    }

    private int term(Key key, Scalar value) {
        return switch (value.type()) {
            case Scalar.TEXT -> terms.text(key, value.memory(), value.offset(), value.length(), false);
            case Scalar.WHOLE -> terms.number(key, Term.WHOLE, value.whole());
            case Scalar.TRUTH -> terms.number(key, Term.TRUTH, value.whole());
            default ->
                isFraction(value)
                        ? terms.number(key, Term.FRACTION, Double.doubleToRawLongBits(value.fraction()))
                        : terms.number(key, Term.WHOLE, (long) value.fraction());
        };
    }
}
