package io.offspan.bench.measure;

import java.io.IOException;

/** Something to be measured, round after round, beside others. */
@FunctionalInterface
public interface Subject {
    /** Does one round of work, and has the meter measure the part that counts. */
    void round(Meter meter) throws IOException;
}
