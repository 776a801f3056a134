package io.offspan.export.sampling;

/** How the spans of a destination are sampled, as it was written down; immutable. */
@FunctionalInterface
public interface SamplingRules {
    /** Makes a sampler that has seen nothing yet. */
    SpanSampler newSampler();
}
