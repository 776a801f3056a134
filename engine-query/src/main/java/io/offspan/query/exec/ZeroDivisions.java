package io.offspan.query.exec;

/** Counts the divisions by zero of a scan. */
final class ZeroDivisions {
    private long count;

    void add() {
        count++;
    }

    long count() {
        return count;
    }
}
