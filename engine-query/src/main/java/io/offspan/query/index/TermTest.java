package io.offspan.query.index;

import io.offspan.query.value.Scalar;

/** Says which values of a key are wanted, so that an index finds their spans by its terms. */
public interface TermTest {
    /** How the values that pass lie among all in their order: texts by their bytes, numbers by their size. */
    enum Shape {
        /** Anywhere. */
        ANY,
        /** From some value on. */
        FROM,
        /** Up to some value. */
        UP_TO
    }

    /** Tells whether texts are wanted; else numbers are. */
    boolean isOfTexts();

    Shape shape();

    /** Returns what every text that passes begins with, in UTF-8; not to be changed. */
    byte[] prefix();

    /** Tells whether a value is wanted; it is valid for this call only. */
    boolean passes(Scalar value);
}
