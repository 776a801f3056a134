package io.offspan.core.slab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlabFileTest {
    /** File systems of which {@code du} says at once, and no more than, what a file has reserved. */
    private static final Set<String> EXACT = Set.of("ext2", "ext3", "ext4", "xfs", "tmpfs");

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

    /** Takes ordinary slabs for a stripe, from the first on. */
    private static void take(SlabFile file, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(file.take(i, file.word(i), SlabLayout.word(1, 1, SlabLayout.OPEN, 1)))
                    .isTrue();
        }
    }

    @Test
    void theOtherHalfOfManySlabsIsMadeReadyWhenHalfOfTheFirstIsTaken() {
        try (SlabFile file = open(64)) {
            assertThat(file.usable(0, 64)).isEqualTo(32);
            assertThat(file.usable(64, 65)).as("large ones").isEqualTo(65);
            take(file, 0, 15);
            assertThat(file.grow(1)).isFalse();
            take(file, 15, 16);
            assertThat(file.grow(1)).isTrue();
            assertThat(file.usable(0, 64)).isEqualTo(64);
            assertThat(file.grow(1)).as("there are no more").isFalse();
        }
        try (SlabFile file = open(16)) {
            assertThat(file.usable(0, 16)).as("all of few").isEqualTo(16);
        }
    }

    @Test
    void aCallerMakesThemReadyWhenTheAgentDoesNot() {
        try (SlabFile file = open(64)) {
            take(file, 0, 23);
            file.growForCaller();
            assertThat(file.usable(0, 64)).isEqualTo(32);
            take(file, 23, 24);
            file.growForCaller();
            assertThat(file.usable(0, 64)).isEqualTo(64);
        }
    }

    @Test
    void aCallerWhoseInterruptIsPendingMakesThemReadyAndKeepsIt() {
        try (SlabFile file = open(64)) {
            take(file, 0, 24);
            Thread.currentThread().interrupt();
            file.growForCaller();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(file.usable(0, 64)).isEqualTo(64);
        }
    }

    @Test
    void aFileThatWasMadeShorterIsNotMadeLongerAgain() throws IOException {
        Path path = directory.resolve(SlabFile.NAME);
        try (SlabFile file = open(64)) {
            take(file, 0, 16);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(20_000);
            }
            assertThat(file.grow(1)).isFalse();
            assertThat(path).hasSize(20_000);
        }
    }

    @Test
    void aFileThatTookTheNameMeanwhileIsNotWrittenTo() throws IOException {
        Path path = directory.resolve(SlabFile.NAME);
        try (SlabFile file = open(64)) {
            take(file, 0, 16);
            Files.move(path, directory.resolve("moved"));
            byte[] others = new byte[(int) file.fileBytes()];
            Arrays.fill(others, (byte) 1);
            Files.write(path, others);
            assertThat(file.grow(1)).isFalse();
            assertThat(path).hasBinaryContent(others);
        }
    }

    @Test
    void aWriterThatFindsSpansInTheOtherHalfCanUseAllSlabs() {
        try (SlabFile file = open(64)) {
            take(file, 0, 16);
            file.grow(1);
            take(file, 40, 41);
        }
        try (SlabFile file = open(64)) {
            assertThat(file.usable(0, 64)).isEqualTo(64);
        }
    }

    @Test
    void slabsThatAreNotReadyTakeOnePageOfTheDisk() throws IOException {
        long half;
        try (SlabFile file = open(64)) {
            half = realBytes();
            if (EXACT.contains(Files.getFileStore(directory).type())) {
                assertThat(half).isBetween(32L * (64 << 10), file.fileBytes() - 31L * (64 << 10) + 31L * 4096);
            }
            take(file, 0, 16);
            file.grow(1);
            assertThat(realBytes()).isGreaterThanOrEqualTo(half + 32L * ((64 << 10) - 4096));
        }
    }

    private long realBytes() throws IOException {
        Process du =
                new ProcessBuilder("du", "-k", directory.resolve(SlabFile.NAME).toString()).start();
        return 1024 * Long.parseLong(new String(du.getInputStream().readAllBytes(), US_ASCII).split("\\s")[0]);
    }

    @Test
    void whatThisProcessHasCommittedIsTakenFromItsMemoryAndThatOfOthersIsHeldAgainstItsMarks() throws IOException {
        try (SlabFile file = open(4)) {
            long word = fill(file, 3);
            file.slab(1).putByte(file.layout(1).line(1) + 8, (byte)
                    ~file.slab(1).getByte(file.layout(1).line(1) + 8));
            assertThat(copied(file, word)).as("by its own process").isEqualTo(3);
            try (SlabFile beside = SlabFile.openForReader(directory)) {
                assertThat(copied(beside, word)).as("by a reader").isEqualTo(1);
            }
        }
        try (SlabFile file = open(4)) {
            assertThat(copied(file, file.word(1))).as("by the next writer").isEqualTo(1);
        }
    }

    @Test
    void aLastMarkThatIsWrongLeavesThisProcessTheSpansBefore() {
        try (SlabFile file = open(4)) {
            long word = fill(file, 3);
            file.slab(1).putInt(file.layout(1).mark(2) + SlabLayout.MARK_STRINGS, Integer.MAX_VALUE);
            assertThat(copied(file, word)).isEqualTo(2);
        }
    }

    /** Fills slab 1 as a stripe does, and returns its word. */
    private static long fill(SlabFile file, int spans) {
        long free = file.word(1);
        long word = SlabLayout.word(SlabLayout.generation(free) + 1, 1, SlabLayout.OPEN, 0);
        assertThat(file.take(1, free, word)).isTrue();
        BlockBuilder builder = new BlockBuilder(4 << 10);
        builder.start(file.slab(1), file.layout(1));
        SpanDraft draft = new SpanDraft();
        for (int i = 1; i <= spans; i++) {
            assertThat(builder.add(draft.clear().ids(1, 1, i).name("span " + i).times(i, i + 1)))
                    .isEqualTo(BlockBuilder.ADDED);
            file.putWord(1, word + i);
        }
        return word + spans;
    }

    private static int copied(SlabFile file, long word) {
        SlabImage image = new SlabImage(file.layout(1));
        image.start(file.incarnation(), 1, SlabLayout.generation(word));
        assertThat(file.acquire()).isTrue();
        file.copyCommitted(1, word, image);
        file.release();
        return image.spans();
    }
}
