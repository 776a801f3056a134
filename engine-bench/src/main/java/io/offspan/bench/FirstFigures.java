package io.offspan.bench;

import io.offspan.bench.codec.Slabs;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How every benchmark here runs: nanoseconds a span, on one thread, in a JVM of its own with the flags that Chronicle needs.
 *
 * <p>A forked JVM does not see the manifest that opens the modules, so the flags stand here; a JDK that does not know one of them
 * ignores it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dchronicle.analytics.disable=true"
        })
abstract class FirstFigures {
    /** Spans of a block, and so of one invocation. */
    static final int BLOCK_SPANS = Slabs.BLOCK_SPANS;

    /** Spans that a benchmark goes round: enough that a branch predictor does not learn them. */
    static final int SPANS = 4096;
}
