package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLengthTest {
    private static final long MILLI = 1_000_000;

    @TempDir
    Path directory;

    private Path file;
    private long nanos = -5 * MILLI;

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.write(directory.resolve("file"), new byte[1_000]);
    }

    private void makeShorter() throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(10);
        }
    }

    @Test
    void aFileThatWasMadeShorterIsNoticedAtOnceByThoseWhoAreToldNothing() throws IOException {
        FileLength length = new FileLength(file, false, () -> nanos);
        assertThat(length.reaches(1_000)).isTrue();
        makeShorter();
        assertThat(length.reaches(1_000)).isFalse();
    }

    @Test
    void aFileThatIsLookedAtSeldomIsLookedAtAgainAfterAHundredthOfASecond() throws IOException {
        FileLength length = new FileLength(file, true, () -> nanos);
        assertThat(length.reaches(1_000)).isTrue();
        makeShorter();
        nanos += 9 * MILLI;
        assertThat(length.reaches(1_000)).isTrue();
        nanos += MILLI;
        assertThat(length.reaches(1_000)).isFalse();
        assertThat(length.reaches(10)).isTrue();
    }

    @Test
    void aFileThatHasGrownIsLookedAtAtOnce() throws IOException {
        FileLength length = new FileLength(file, true, () -> nanos);
        assertThat(length.reaches(900)).isTrue();
        makeShorter();
        assertThat(length.reaches(1_000)).isFalse();
        assertThat(length.reaches(900)).isFalse();
    }
}
