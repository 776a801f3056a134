package io.offspan.query.value;

/** Counts the divisions by zero of a scan. */
public final class ZeroDivisions {
    private long count;

    void add() {
        count++;
    }

    public long count() {
        return count;
    }
}
