package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.value.SpanStoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemedyTest {
    @TempDir
    Path directory;

    @Test
    void everyKindOfRefusalHasItsOwnRemedy() {
        assertThat(Remedy.of(new AccessDeniedException("slabs"))).contains("right to write");
        assertThat(Remedy.of(new FileSystemException("slabs", null, "Read-only file system")))
                .contains("right to write");
        assertThat(Remedy.of(new NoSuchFileException("slabs"))).contains("not there", "mount");
        assertThat(Remedy.of(new FileAlreadyExistsException("slabs"))).contains("move it away");
        assertThat(Remedy.of(new FileSystemException("slabs", null, "Too many open files")))
                .contains("ulimit -n");
        assertThat(Remedy.of(new FileNotFoundException("slabs (Too many open files)")))
                .contains("ulimit -n");
        assertThat(Remedy.of(new FileNotFoundException("slabs (No such file or directory)")))
                .contains("not there");
        assertThat(Remedy.of(new FileSystemException("slabs", null, "Input/output error")))
                .contains("the system's log");
    }

    @Test
    void onlyALackOfRoomAsksForSpace() {
        List<IOException> refusals = List.of(
                new AccessDeniedException("slabs"),
                new NoSuchFileException("slabs"),
                new FileAlreadyExistsException("slabs"),
                new IOException("Input/output error"));
        assertThat(refusals)
                .allSatisfy(refusal -> assertThat(FreeSpace.explain("x", directory, refusal))
                        .isNotInstanceOf(SpanStoreException.DiskFull.class)
                        .hasMessageNotContaining("Free some space")
                        .hasMessageContaining(Remedy.of(refusal)));
    }

    @Test
    void aFileThatCannotBeReservedSaysWhatIsWrongWithIt() {
        assertThatThrownBy(() -> Reservation.extend(directory.resolve("nowhere"), 0, 4096))
                .isInstanceOf(NoSuchFileException.class);
    }
}
