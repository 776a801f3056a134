package io.offspan.parquet.file;

/** What the values of a column are. */
public enum ColumnType {
    /** UTF-8 text; what is not is mended with U+FFFD. */
    TEXT(6),
    /** Bytes. */
    BYTES(6),
    /** A signed number of 64 bits. */
    LONG(2),
    /** Nanoseconds since 1970, in UTC, signed. */
    TIME(2),
    /** A floating-point number of 64 bits. */
    DOUBLE(5),
    /** True or false. */
    BOOL(0);

    private final int physical;

    ColumnType(int physical) {
        this.physical = physical;
    }

    /** Returns Parquet's number of the physical type. */
    int physical() {
        return physical;
    }

    boolean isBytes() {
        return this == TEXT || this == BYTES;
    }
}
