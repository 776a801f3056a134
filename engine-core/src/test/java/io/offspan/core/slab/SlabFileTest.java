package io.offspan.core.slab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.SlabLayout;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlabFileTest {
    private static final LogPlace PLACE = new LogPlace(18, 99, 7, 1_013, 0xA1B2C3D4);

    @TempDir
    Path directory;

    private SlabFile open(int slabs) {
        return open(slabs, file -> "");
    }

    private SlabFile open(int slabs, Function<SlabFile, String> misfit) {
        return SlabOpening.forWriter(
                directory, SlabGeometry.of(slabs, 64 << 10, 64, 1, 2 << 20), null, misfit, spans -> {});
    }

    @Test
    void slabsOfAnotherShapeStillKnowWhereTheLogEnded() {
        try (SlabFile file = open(4)) {
            file.putPlace(
                    PLACE.nextSequence(), PLACE.segmentId(), PLACE.segmentNumber(), PLACE.ordinal(), PLACE.lastCrc());
            file.putLoggedBefore(2, 20);
        }
        try (SlabFile file = open(8)) {
            assertThat(file.ordinary()).isEqualTo(8);
            assertThat(file.place()).isEqualTo(PLACE);
            assertThat(file.nextSequence()).isEqualTo(20);
        }
    }

    @Test
    void aFileThatIsRefusedDoesNotStayMapped() throws IOException {
        open(4).close();
        assertThatThrownBy(() -> open(4, file -> {
                    throw new IllegalStateException("planted");
                }))
                .hasMessage("planted");
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            assertThat(maps).noneMatch(line -> line.contains(directory.toString()));
        }
    }

    @Test
    void aWordThatCountsMoreThanTheSlabHasRoomForIsDamaged() {
        try (SlabFile file = open(4)) {
            file.putWord(1, SlabLayout.word(1, 0, SlabLayout.OPEN, SlabLayout.MAX_SPANS));
            assertThat(new SlabCheck(file).finding(1))
                    .contains("the word of slab 1 is damaged", "65535 spans", "room for 64");
        }
    }
}
