package io.offspan.export;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What an exporter takes for time and chance; tests bring their own.
 *
 * @param nanos a clock that only goes forward, for waits
 * @param epochMillis the wall clock, for dates in answers and the sign of life
 * @param random numbers from 0 to 1, for the jitter of waits
 */
public record ExportClock(LongSupplier nanos, LongSupplier epochMillis, DoubleSupplier random) {
    /** Returns those of the JVM. */
    public static ExportClock system() {
        return new ExportClock(
                System::nanoTime,
                System::currentTimeMillis,
                () -> ThreadLocalRandom.current().nextDouble());
    }
}
