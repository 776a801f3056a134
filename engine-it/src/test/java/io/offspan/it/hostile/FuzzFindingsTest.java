package io.offspan.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what fuzzing has found, and what it starts from, through the targets once more, without Jazzer. */
class FuzzFindingsTest {
    @TempDir
    Path work;

    /** A target. */
    private interface Target {
        void run(byte[] input) throws IOException;
    }

    @Test
    void requestsThatOnceFailedDoNot() throws IOException {
        all(FuzzSeeds.otlp(work.resolve("seeds")), OtlpDecodeFuzz::fuzzerTestOneInput);
    }

    @Test
    void blocksThatOnceFailedDoNot() throws IOException {
        all(FuzzSeeds.blocks(work.resolve("seeds")), BlockReadFuzz::fuzzerTestOneInput);
    }

    @Test
    void storesThatOnceFailedDoNot() throws IOException {
        System.setProperty("offspan.image", StoreImage.make(work).toString());
        all(FuzzSeeds.records(work.resolve("seeds")), RecordReadFuzz::fuzzerTestOneInput);
    }

    @Test
    void queriesThatOnceFailedDoNot() throws IOException {
        all(FuzzSeeds.queries(work.resolve("seeds")), TraceQlFuzz::fuzzerTestOneInput);
    }

    private static void all(Path seeds, Target target) throws IOException {
        int run = 0;
        try (Stream<Path> files = Files.list(seeds)) {
            for (Path seed : files.sorted().toList()) {
                target.run(Files.readAllBytes(seed));
                run++;
            }
        }
        assertThat(run).isGreaterThan(30);
    }
}
