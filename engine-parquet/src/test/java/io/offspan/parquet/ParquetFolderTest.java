package io.offspan.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Value;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFolderTest {
    private static final int SPANS = 50;
    private static final long START = 1_700_000_000_000_000_000L;

    @TempDir
    Path scratch;

    private Path data;
    private Path files;

    @BeforeEach
    void store() {
        data = scratch.resolve("store");
        files = scratch.resolve("files");
        append(0);
    }

    private void append(int first) {
        try (SpanStore store = SpanStore.open(data, StoreConfig.defaults())) {
            SpanAppender appender = store.newAppender();
            for (int i = first; i < first + SPANS; i++) {
                appender.draft().ids(1, i + 1, i + 1).name("pay").times(START + i, START + i + 1);
                appender.append();
            }
            assertThat(store.flush(Duration.ofMinutes(1))).isTrue();
        }
    }

    private ParquetReport export(Selection selection) throws IOException {
        try (StoreReader reader = StoreReader.open(data);
                ParquetFolder into = ParquetFolder.open(files, selection)) {
            return into.write(reader, spans -> {});
        }
    }

    private List<Path> written() throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            return all.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aRepeatedExportWritesOnlyWhatCameSince() throws IOException {
        assertThat(export(Selection.ALL).spans()).isEqualTo(SPANS);
        List<Path> first = written();
        byte[] before = Files.readAllBytes(first.get(0));
        ParquetReport again = export(Selection.ALL);
        assertThat(again).isEqualTo(new ParquetReport(0, 0, 0, 1, 0));
        append(SPANS);
        assertThat(export(Selection.ALL).spans()).isEqualTo(SPANS);
        assertThat(written()).hasSizeGreaterThan(first.size()).containsAll(first);
        assertThat(first.get(0)).hasBinaryContent(before);
    }

    @Test
    void aFileThatWasDeletedIsWrittenAgainUnderItsName() throws IOException {
        export(Selection.ALL);
        List<Path> first = written();
        byte[] before = Files.readAllBytes(first.get(0));
        Files.delete(first.get(0));
        assertThat(export(Selection.ALL).spans()).isEqualTo(SPANS);
        assertThat(written()).isEqualTo(first);
        assertThat(first.get(0)).hasBinaryContent(before);
    }

    @Test
    void onlySpansOfTheTimeAreWritten() throws IOException {
        assertThat(export(new Selection(START + 10, START + 30)).spans()).isEqualTo(20);
        assertThat(export(new Selection(START + 10, START + 30)).spans()).isZero();
    }

    @Test
    void anotherSelectionIsRefusedWhereSpansWouldBeThereTwice() throws IOException {
        export(new Selection(START, 0));
        assertThatThrownBy(() -> export(Selection.ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name another folder");
    }

    @Test
    void aSecondExportIsKeptOut() throws IOException {
        try (ParquetFolder open = ParquetFolder.open(files, Selection.ALL)) {
            assertThat(open).isNotNull();
            assertThatThrownBy(() -> ParquetFolder.open(files, Selection.ALL))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Another export");
        }
        ParquetFolder.open(files, Selection.ALL).close();
    }

    @Test
    void whatAKilledExportLeftGoesAwayAndOtherFilesStay() throws IOException {
        Files.createDirectories(files);
        Path left = Files.writeString(files.resolve(".spans-1.part"), "half");
        Path other = Files.writeString(files.resolve("other.parquet"), "PAR1");
        export(Selection.ALL);
        assertThat(left).doesNotExist();
        assertThat(other).hasContent("PAR1");
    }

    @Test
    void aFileBeginsAndEndsAsParquetDoes() throws IOException {
        export(Selection.ALL);
        byte[] file = Files.readAllBytes(written().get(0));
        byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
        assertThat(Arrays.copyOf(file, 4)).isEqualTo(magic);
        assertThat(Arrays.copyOfRange(file, file.length - 4, file.length)).isEqualTo(magic);
    }

    @Test
    void aNameSaysWhatAFileHolds() throws IOException {
        export(new Selection(START, START + 20));
        String name = written().get(0).getFileName().toString();
        FileName parsed = FileName.parse(name);
        assertThat(parsed).isNotNull().hasToString(name);
        assertThat(parsed.selection()).isEqualTo(new Selection(START, START + 20));
        assertThat(FileName.parse("part-0.parquet")).isNull();
    }

    @Test
    void valuesReadAsTheCollectorWritesThem() {
        assertThat(ValueText.of(Value.of(3.0))).isEqualTo("3");
        assertThat(ValueText.of(Value.of(0.25))).isEqualTo("0.25");
        assertThat(ValueText.of(Value.of(new byte[] {1, 2}))).isEqualTo("AQI=");
        assertThat(ValueText.of(Value.of(List.of(Value.of("a\"b"), Value.of(1), Value.EMPTY))))
                .isEqualTo("[\"a\\\"b\",1,null]");
        assertThat(ValueText.of(Value.of(List.of()))).isEqualTo("[]");
    }
}
