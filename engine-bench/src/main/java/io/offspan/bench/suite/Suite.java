package io.offspan.bench.suite;

import io.offspan.bench.result.Row;
import java.io.IOException;
import java.util.List;

/** A part of the benchmark. */
public interface Suite {
    /** Is told how far a suite is. */
    interface Steps {
        /** Says that one more step is done, and what comes now. */
        void next(String what);
    }

    /**
     * What a suite found.
     *
     * @param noise how far two measurements of one thing lay apart, 0 when that was not measured
     */
    record Outcome(List<Row> rows, double noise) {
        /** Keeps a copy. */
        public Outcome {
            rows = List.copyOf(rows);
        }
    }

    /** Returns the name, which is that of its command and of its group of rows. */
    String name();

    /** Returns what it measures, in one sentence. */
    String description();

    /** Returns about how many steps it takes. */
    int steps(RunSize size);

    /** Measures. */
    Outcome run(RunSize size, Steps steps) throws IOException;
}
