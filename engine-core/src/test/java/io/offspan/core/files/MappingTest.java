package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {
    @TempDir
    Path directory;

    @Test
    void whatOneMappingWritesAnotherReads() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[4096]);
        try (Mapping writer = Mapping.readWrite(file, 4096);
                Mapping reader = Mapping.readOnly(file)) {
            writer.memory().putLong(8, 42);
            assertThat(reader.memory().getLong(8)).isEqualTo(42);
            assertThat(reader.length()).isEqualTo(4096);
        }
    }

    @Test
    void closedWindowRefusesEveryAccess() throws IOException {
        Mapping mapping = Mapping.readOnly(Files.write(directory.resolve("file"), new byte[64]));
        mapping.close();
        mapping.close();
        assertThatThrownBy(() -> mapping.memory().getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void closeUnmapsAtOnce() throws IOException {
        Path file = Files.write(directory.resolve("mapped-once"), new byte[4096]);
        try (Mapping mapping = Mapping.readOnly(file)) {
            assertThat(maps()).contains("mapped-once");
            assertThat(mapping.memory().getByte(0)).isZero();
        }
        assertThat(maps()).doesNotContain("mapped-once");
    }

    @Test
    void emptyFileGivesEmptyWindow() throws IOException {
        try (Mapping mapping = Mapping.readOnly(Files.createFile(directory.resolve("empty")))) {
            assertThat(mapping.length()).isZero();
        }
    }

    @Test
    void refusesLinksAndWrongLengths() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[64]);
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatThrownBy(() -> Mapping.readOnly(link)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Mapping.readOnly(directory)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Mapping.readWrite(file, 128)).hasMessageContaining("64");
    }

    private static String maps() throws IOException {
        return Files.readString(Path.of("/proc/self/maps"));
    }
}
