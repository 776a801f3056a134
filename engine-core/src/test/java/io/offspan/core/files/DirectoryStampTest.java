package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStampTest {
    @TempDir
    Path directory;

    private void age(long millis) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.fromMillis(System.currentTimeMillis() - millis));
    }

    @Test
    void aDirectoryIsTheSameUntilAFileComesGoesOrIsReplaced() throws IOException {
        Files.createFile(directory.resolve("a"));
        DirectoryStamp stamp = new DirectoryStamp(directory);
        age(10_000);
        assertThat(stamp.isSame()).isFalse();
        assertThat(stamp.isSame()).isTrue();
        Files.move(directory.resolve("a"), directory.resolve("b"));
        assertThat(stamp.isSame()).isFalse();
        age(5_000);
        assertThat(stamp.isSame()).isFalse();
        assertThat(stamp.isSame()).isTrue();
        assertThat(stamp.invalidate()).isTrue();
        assertThat(stamp.invalidate()).isFalse();
        assertThat(stamp.isSame()).isFalse();
    }

    @Test
    void aDirectoryThatHasJustChangedMayChangeAgainWithTheSameStamp() throws IOException {
        DirectoryStamp stamp = new DirectoryStamp(directory);
        age(-60_000);
        assertThat(stamp.isSame()).isFalse();
        assertThat(stamp.isSame()).isFalse();
        assertThat(stamp.isSettled()).isFalse();
    }

    @Test
    void aDirectoryThatIsGoneIsNamed() {
        assertThatThrownBy(() -> new DirectoryStamp(directory.resolve("gone")).isSame())
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("gone");
    }
}
