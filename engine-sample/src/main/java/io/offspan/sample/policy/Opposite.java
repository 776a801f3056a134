package io.offspan.sample.policy;

/** Keeps the traces that another policy does not keep; what is inverted by itself, or dropped, stays as it is. */
record Opposite(Policy policy) implements Rule {
    @Override
    public Judge judge() {
        Judge other = policy.rule().judge();
        return (trace, nanos) -> {
            Verdict said = other.judge(trace, nanos);
            return switch (said) {
                case KEEP -> Verdict.LEAVE;
                case LEAVE -> Verdict.KEEP;
                case DROP, INVERTED_KEEP, INVERTED_LEAVE -> said;
            };
        };
    }
}
