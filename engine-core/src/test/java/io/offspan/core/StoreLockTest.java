package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
