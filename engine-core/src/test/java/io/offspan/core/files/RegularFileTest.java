package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {
    private static final int LOOKS = 20_000;

    @TempDir
    Path directory;

    @Test
    void aLinkAndADirectoryAreSomethingElseAndWhatIsNotThereIsNot() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        Path none = directory.resolve("none");
        assertThat(RegularFile.isSomethingElse(directory)).isTrue();
        assertThat(RegularFile.isSomethingElse(link)).isTrue();
        assertThat(RegularFile.isSomethingElse(file)).isFalse();
        assertThat(RegularFile.isSomethingElse(none)).isFalse();
        assertThatThrownBy(() -> RegularFile.require(link))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a link, a directory or a special file");
        assertThatThrownBy(() -> RegularFile.require(none)).isInstanceOf(NoSuchFileException.class);
        assertThatCode(() -> RegularFile.require(file)).doesNotThrowAnyException();
    }

    /** As the file made ready for the next segment does: it is there, and in the next moment it has another name. */
    @Test
    void aFileThatIsGivenAnotherNameMeanwhileIsNeverSomethingElse() throws Exception {
        Path file = directory.resolve("next");
        Path renamed = directory.resolve("renamed");
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!done.get()) {
                try {
                    Files.createFile(file);
                    Files.move(file, renamed);
                    Files.delete(renamed);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        writer.start();
        int wrong = 0;
        for (int look = 0; look < LOOKS; look++) {
            wrong += RegularFile.isSomethingElse(file) ? 1 : 0;
        }
        done.set(true);
        writer.join();
        assertThat(wrong).isZero();
    }
}
