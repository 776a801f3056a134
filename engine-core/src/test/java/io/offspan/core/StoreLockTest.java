package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLockTest {
    @TempDir
    Path directory;

    @Test
    void leavesAFileAloneThatTheLockIsAHardLinkTo() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "secret");
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.createLink(store.resolve("lock"), other);
        assertThatThrownBy(() -> SpanStore.open(store))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("2 names");
        assertThat(other).hasContent("secret");
    }

    @Test
    void leavesSlabsAloneThatHaveAnotherName() throws IOException {
        Path store = directory.resolve("store");
        SpanStore.open(store).close();
        Path other = Files.createLink(directory.resolve("backup"), store.resolve("slabs"));
        byte[] before = Files.readAllBytes(other);
        assertThatThrownBy(() -> SpanStore.open(store))
                .isInstanceOf(SpanStoreException.NotAStore.class)
                .hasMessageContaining("slabs has 2 names");
        assertThat(Files.readAllBytes(other)).isEqualTo(before);
        Files.delete(other);
        SpanStore.open(store).close();
    }
}
