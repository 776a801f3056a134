package io.offspan.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes what reads bytes of strangers: each target in a process of its own, all at once, until it has run 40 inputs; for 30 seconds
 * with the profile {@code gates}, or as long as the property {@code offspan.fuzz.seconds} says.
 *
 * <p>That the targets find what they are for is shown with a bug planted in the engine for each.
 */
class FuzzGateIT {
    private static final Path WORK = Path.of("target", "fuzz");
    private static final int MUTANT_SECONDS = 60;
    /** Fewer than the seeds: the machine had no time, and nothing is proved. */
    private static final long MIN_EXECUTIONS = 30;

    /** The same for every build, so that a change is judged by itself; longer runs take others by {@code -Doffspan.seed}. */
    private static final long SEED = 20_261_121;

    private static int seconds() {
        return Integer.getInteger("offspan.fuzz.seconds", Gate.size(60, 30));
    }

    private static int inputs() {
        return Integer.getInteger("offspan.fuzz.seconds") == null ? Gate.size(40, Fuzzer.NO_END) : Fuzzer.NO_END;
    }

    @Test
    void noInputMakesAReaderThrowWhatItDoesNotDeclare() throws Exception {
        long seed = Long.getLong("offspan.seed", SEED);
        Path work = empty("gate");
        int seconds = seconds();
        Path image = StoreImage.make(work.resolve("store"));
        List<Fuzzer.Run> runs = List.of(
                Fuzzer.Run.of(
                        OtlpDecodeFuzz.class,
                        work.resolve("otlp"),
                        FuzzSeeds.otlp(work.resolve("otlp-seeds")),
                        seconds,
                        seed),
                Fuzzer.Run.of(
                        BlockReadFuzz.class,
                        work.resolve("block"),
                        FuzzSeeds.blocks(work.resolve("block-seeds")),
                        seconds,
                        seed),
                Fuzzer.Run.of(
                                RecordReadFuzz.class,
                                work.resolve("record"),
                                FuzzSeeds.records(work.resolve("record-seeds")),
                                seconds,
                                seed)
                        .flag("-Doffspan.image=" + image.toAbsolutePath()),
                Fuzzer.Run.of(
                        TraceQlFuzz.class,
                        work.resolve("traceql"),
                        FuzzSeeds.queries(work.resolve("traceql-seeds")),
                        seconds,
                        seed));
        List<String> failures = new ArrayList<>();
        all(runs, inputs(), (fuzzer, exit) -> {
            if (!fuzzer.gate(seed, exit, MIN_EXECUTIONS)) {
                failures.add(fuzzer.report());
            }
        });
        assertThat(failures).isEmpty();
    }

    @Tag(Gate.AT_LENGTH)
    @Test
    void eachTargetFindsABugPlantedInTheEngine() throws Exception {
        long seed = 7;
        Path work = empty("planted");
        Path image = StoreImage.make(work.resolve("store"));
        Path boundless = Mutant.compile(
                work.resolve("boundless"),
                "engine-codec/src/main/java/io/offspan/codec/otlp/ValueParser.java",
                "depth > OtlpLimits.MAX_NESTING",
                "depth > 1_000_000");
        Path trusting = Mutant.compile(
                work.resolve("trusting"),
                "engine-codec/src/main/java/io/offspan/codec/span/StringHeap.java",
                "to < from || end - to < floor",
                "end - to < floor");
        Path credulous = Mutant.compile(
                work.resolve("credulous"),
                "engine-core/src/main/java/io/offspan/core/segment/BodyCheck.java",
                "length && BlockChecksum.bodyMatches(buffer, length, expected, sum)",
                "length");
        Path ambiguous = Mutant.compile(
                work.resolve("ambiguous"),
                "engine-query/src/main/java/io/offspan/query/ast/Tree.java",
                "isList(filter) ? \"(\" + filter + \")\" : filter.toString()",
                "filter.toString()");
        List<Fuzzer.Run> runs = List.of(
                Fuzzer.Run.of(
                                OtlpDecodeFuzz.class,
                                work.resolve("otlp"),
                                FuzzSeeds.otlp(work.resolve("otlp-seeds")),
                                MUTANT_SECONDS,
                                seed)
                        .before(boundless),
                Fuzzer.Run.of(
                                BlockReadFuzz.class,
                                work.resolve("block"),
                                FuzzSeeds.blocks(work.resolve("block-seeds")),
                                MUTANT_SECONDS,
                                seed)
                        .before(trusting),
                Fuzzer.Run.of(
                                RecordReadFuzz.class,
                                work.resolve("record"),
                                FuzzSeeds.records(work.resolve("record-seeds")),
                                MUTANT_SECONDS,
                                seed)
                        .flag("-Doffspan.image=" + image.toAbsolutePath())
                        .before(credulous),
                Fuzzer.Run.of(
                                TraceQlFuzz.class,
                                work.resolve("traceql"),
                                FuzzSeeds.queries(work.resolve("traceql-seeds")),
                                MUTANT_SECONDS,
                                seed)
                        .before(ambiguous));
        Map<String, String> symptoms = Map.of(
                "OtlpDecodeFuzz", "Stack overflow",
                "BlockReadFuzz", "NegativeArraySize",
                "RecordReadFuzz", "never stored",
                "TraceQlFuzz", "Reads something else");
        List<String> missed = new ArrayList<>();
        all(runs, Fuzzer.NO_END, (fuzzer, exit) -> {
            System.out.println("Planted for " + fuzzer.target() + ": exit " + exit + ", " + fuzzer.finding());
            if (exit != Fuzzer.FOUND || !fuzzer.finding().contains(symptoms.get(fuzzer.target()))) {
                missed.add(fuzzer.report());
            }
        });
        assertThat(missed).isEmpty();
    }

    /** Takes a run that has ended. */
    private interface Judge {
        void ended(Fuzzer fuzzer, int exit) throws IOException;
    }

    private static void all(List<Fuzzer.Run> runs, int inputs, Judge judge) throws Exception {
        List<Fuzzer> fuzzers = new ArrayList<>();
        try {
            for (Fuzzer.Run run : runs) {
                fuzzers.add(Fuzzer.start(run, inputs));
            }
            for (Fuzzer fuzzer : fuzzers) {
                judge.ended(fuzzer, fuzzer.await());
            }
        } finally {
            fuzzers.forEach(Fuzzer::close);
        }
    }

    private static Path empty(String name) throws IOException {
        Path directory = WORK.resolve(name);
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(directory);
    }
}
