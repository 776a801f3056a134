package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReservationTest {
    @TempDir
    Path directory;

    @Test
    void aLeftOverOfAnEarlierTryIsReplaced() throws IOException {
        Path file = Files.write(directory.resolve("19700101-0010V.precreated"), new byte[] {1, 2, 3});
        Reservation.create(file, 1 << 16);
        assertThat(Files.readAllBytes(file)).hasSize(1 << 16).containsOnly(0);
    }

    @Test
    void fillingHolesKeepsWhatIsWritten() throws IOException {
        Path file = directory.resolve("file");
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(3 << 16);
            open.seek(1 << 16);
            open.write(7);
        }
        byte[] before = Files.readAllBytes(file);
        Reservation.fillHoles(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }
}
