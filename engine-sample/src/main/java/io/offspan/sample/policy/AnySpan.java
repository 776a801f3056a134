package io.offspan.sample.policy;

/**
 * Keeps traces of which a span meets a condition; inverted, those of which none does.
 *
 * @param condition its number among the {@link Conditions}
 */
record AnySpan(int condition, boolean inverted) implements Rule {
    @Override
    public Judge judge() {
        return (trace, nanos) -> {
            boolean met = trace.meets(condition);
            if (inverted) {
                return met ? Verdict.INVERTED_LEAVE : Verdict.INVERTED_KEEP;
            }
            return Judge.plain(met);
        };
    }
}
