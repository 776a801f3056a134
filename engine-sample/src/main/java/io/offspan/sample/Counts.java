package io.offspan.sample;

import io.offspan.export.sampling.SamplingTally.Amount;

/** Traces and their spans, counted up. */
final class Counts {
    private long traces;
    private long spans;

    void add(long more) {
        traces++;
        spans += more;
    }

    Amount amount() {
        return new Amount(traces, spans);
    }
}
