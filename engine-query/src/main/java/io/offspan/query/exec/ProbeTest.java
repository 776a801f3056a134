package io.offspan.query.exec;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;

/** Asks several places in turn; the first that has the value decides, and without any what is said of a missing value. */
final class ProbeTest extends SpanTest {
    private final Probe[] probes;
    private final boolean passesWithout;

    ProbeTest(Probe... probes) {
        this(false, probes);
    }

    ProbeTest(boolean passesWithout, Probe... probes) {
        this.passesWithout = passesWithout;
        this.probes = probes;
    }

    @Override
    void enterBlock(StringHeap strings) {
        for (Probe probe : probes) {
            probe.enterBlock(strings);
        }
    }

    @Override
    boolean passes(SpanView span) {
        for (Probe probe : probes) {
            int outcome = probe.probe(span);
            if (outcome != Probe.MISSING) {
                return outcome == Probe.HOLDS;
            }
        }
        return passesWithout;
    }

    @Override
    int cost() {
        int cost = LINE;
        for (Probe probe : probes) {
            cost = Math.max(cost, probe.cost());
        }
        return cost;
    }
}
