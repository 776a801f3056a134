package io.offspan.bench.suite;

import java.io.IOException;

/** Appends spans and reads them back under a collector that collects nothing: garbage would end the JVM. */
public final class EpsilonSuite implements Suite {
    @Override
    public String name() {
        return AppendSuite.GROUP;
    }

    @Override
    public String description() {
        return "Appending and reading back in a JVM that collects nothing.";
    }

    @Override
    public int steps(RunSize size) {
        return 1;
    }

    @Override
    public Outcome run(RunSize size, Steps steps) throws IOException {
        steps.next("append, in a JVM that collects nothing");
        return new Outcome(SmallHeap.epsilonRows(size.scratch(), size.spans()), 0);
    }
}
