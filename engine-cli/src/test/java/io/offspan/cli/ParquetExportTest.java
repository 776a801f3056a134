package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetExportTest {
    private static final int SPANS = 20;

    @TempDir
    Path scratch;

    private Path data;
    private Path files;

    @BeforeEach
    void store() throws Exception {
        data = scratch.resolve("store");
        files = scratch.resolve("files");
        Path file = Requests.write(scratch.resolve("in.bin"), Requests.request("cart", Requests.spans(0, SPANS)));
        Ended.of("ingest", "--data", data, file).expect(0);
    }

    @Test
    void spansGoIntoFilesOnceHoweverOftenTheCommandIsRepeated() throws Exception {
        Ended first = Ended.of("export", "--data", data, "--parquet", files).expect(0);
        assertThat(first.out()).contains("20 spans written to " + files + " in 1 file");
        Ended again =
                Ended.of("export", "--data", data, "--parquet", files, "--json").expect(0);
        assertThat(again.json().path("spans").asInt()).isZero();
        assertThat(again.json().path("keptFiles").asInt()).isEqualTo(1);
        try (Stream<Path> written = Files.list(files)) {
            assertThat(written.filter(file -> file.toString().endsWith(".parquet")))
                    .hasSize(1);
        }
    }

    @Test
    void noCheckpointMoves() throws Exception {
        Ended.of("export", "--data", data, "--parquet", files).expect(0);
        try (Stream<Path> in = Files.walk(data)) {
            assertThat(in.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("checkpoint"));
        }
    }

    @Test
    void optionsOfAnEndpointAreRefused() {
        for (List<Object> more : List.<List<Object>>of(
                List.of("--output", scratch.resolve("x")),
                List.of("--endpoint", "http://localhost:4318"),
                List.of("--follow"))) {
            Object[] words = Stream.concat(Stream.of("export", "--data", data, "--parquet", files), more.stream())
                    .toArray();
            assertThat(Ended.of(words).expect(2).err()).contains("--parquet writes files");
        }
        assertThat(Ended.of("export", "--data", data, "--output", scratch.resolve("x"), "--from", "2020-01-01")
                        .expect(2)
                        .err())
                .contains("go with --parquet");
    }

    @Test
    void aFolderInTheStoreIsRefused() {
        assertThat(Ended.of("export", "--data", data, "--parquet", data.resolve("files"))
                        .expect(2)
                        .err())
                .contains("inside the store");
    }
}
