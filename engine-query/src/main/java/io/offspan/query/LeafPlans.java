package io.offspan.query;

/**
 * Parts of a store, such as segments, that a question is put to in the same way.
 *
 * @param access what their indexes are asked for, {@code times} for starts and durations, {@code all} where every span is visited
 * @param residual what is asked of the spans that are visited, empty for nothing
 * @param exact whether the indexes know the answer, so that a count visits no span that is indexed
 * @param leaves how many parts there are
 * @param spans how many spans they have
 * @param spansIndexed how many of these are indexed; the others are visited each, and asked everything
 * @param scanned why the others are not indexed, empty where all are
 * @param termsLooked how many values of keys the indexes go through, for regular expressions, orders and differences
 * @param termsUnited how many of them are wanted, and their spans put together
 */
public record LeafPlans(
        String access,
        String residual,
        boolean exact,
        int leaves,
        long spans,
        long spansIndexed,
        String scanned,
        long termsLooked,
        long termsUnited) {
    /** Returns the same of no leaf: what leaves that are told together have in common. */
    LeafPlans kind() {
        return new LeafPlans(access, residual, exact, 0, 0, 0, scanned, 0, 0);
    }

    LeafPlans and(LeafPlans other) {
        return new LeafPlans(
                access,
                residual,
                exact,
                leaves + other.leaves,
                spans + other.spans,
                spansIndexed + other.spansIndexed,
                scanned,
                termsLooked + other.termsLooked,
                termsUnited + other.termsUnited);
    }
}
