package io.offspan.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeSpaceTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void theLastHundredthOfADiskIsLeftToOthers() {
        assertThat(FreeSpace.leftToOthers(100_000 * MIB)).isEqualTo(1_000 * MIB);
    }

    @Test
    void largeDisksKeepOneGibibyteAndSmallOnesAnEighth() {
        assertThat(FreeSpace.leftToOthers(1L << 45)).isEqualTo(1L << 30);
        assertThat(FreeSpace.leftToOthers(1_000 * MIB)).isEqualTo(16 * MIB);
        assertThat(FreeSpace.leftToOthers(160 * MIB)).isEqualTo(16 * MIB);
        assertThat(FreeSpace.leftToOthers(16 * MIB)).isEqualTo(2 * MIB);
    }

    @Test
    void whatWouldReachIntoTheRestIsRefusedWithTheNumbers() {
        assertThat(FreeSpace.lacking(14 * MIB, 30 * MIB, 160 * MIB)).isNull();
        assertThat(FreeSpace.lacking(15 * MIB, 30 * MIB, 160 * MIB))
                .isEqualTo("31457280 of 167772160 bytes are free, of which 16777216 are left to others");
    }

    @Test
    void aDiskThatDoesNotSayItsSizeTakesWhatItTakes() {
        assertThat(FreeSpace.lacking(Long.MAX_VALUE, 0, 0)).isNull();
    }

    @Test
    void onlyALackOfRoomIsCalledOne() {
        assertThat(FreeSpace.explain("x", directory, new IOException("No space left on device")))
                .isInstanceOf(SpanStoreException.DiskFull.class);
        assertThat(FreeSpace.explain("x", directory, new IOException("a: Disk quota exceeded")))
                .isInstanceOf(SpanStoreException.DiskFull.class);
        assertThat(FreeSpace.explain("x", directory, new AccessDeniedException("slabs")))
                .isNotInstanceOf(SpanStoreException.DiskFull.class)
                .hasMessageContaining("right to write");
        assertThat(FreeSpace.explain("x", directory, new IOException("Input/output error")))
                .isNotInstanceOf(SpanStoreException.DiskFull.class);
    }

    @Test
    void moreThanADiskHasIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> Reservation.create(directory.resolve("file"), 1L << 60))
                .isInstanceOf(NoSpaceException.class);
        assertThat(directory).isEmptyDirectory();
    }
}
