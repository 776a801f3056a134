package io.offspan.core.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.value.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
    private static final Checkpoint FIRST = new Checkpoint(
            new UUID(0x1122334455667788L, 0x99aabbccddeeff00L),
            new Position(0x0123456789abcdefL, 7, 65_600),
            41,
            1_700_000_000_123L);
    private static final Checkpoint SECOND =
            FIRST.next(new Position(0x0123456789abcdefL, 7, 99_968), 1_700_000_001_000L);

    @TempDir
    Path directory;

    @Test
    void aSlotHasTheBytesOfVersion2() throws IOException {
        byte[] slot = new byte[CheckpointFile.SLOT_CONTENT_BYTES];
        CheckpointFile.encode(SECOND, slot, 0);
        assertThat(HexFormat.of().formatHex(slot)).isEqualTo(golden(2));
        assertThat(CheckpointFile.decode(HexFormat.of().parseHex(golden(2)), 0, slot.length))
                .isEqualTo(SECOND);
    }

    @Test
    void aSlotOfVersion1IsTheBeginningOfItsSegment() throws IOException {
        byte[] slot = HexFormat.of().parseHex(golden(1));
        assertThat(CheckpointFile.decode(slot, 0, slot.length))
                .isEqualTo(new Checkpoint(
                        SECOND.storeId(), SECOND.position().at(0), SECOND.sequence(), SECOND.wallClockMillis()));
        CheckpointFile file = file();
        file.create(FIRST);
        byte[] bytes = Files.readAllBytes(file.path());
        System.arraycopy(slot, 0, bytes, 0, slot.length);
        Files.write(file.path(), bytes);
        assertThat(file.read()).as("the newer slot").isEqualTo(CheckpointFile.decode(slot, 0, slot.length));
        file.write(SECOND.next(SECOND.position(), 5));
        assertThat(file.read().position()).isEqualTo(SECOND.position());
    }

    private static String golden(int version) throws IOException {
        String name = "/golden/checkpoint-" + version + ".hex";
        try (InputStream file = CheckpointFileTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        }
    }

    @Test
    void theNewerOfTheSlotsIsRead() throws IOException {
        CheckpointFile file = file();
        assertThat(file.read()).isNull();
        Checkpoint checkpoint = FIRST;
        file.create(checkpoint);
        for (int i = 0; i < 5; i++) {
            assertThat(file.read()).isEqualTo(checkpoint);
            checkpoint = checkpoint.next(new Position(5, 1, i), i);
            file.write(checkpoint);
        }
        assertThat(file.read()).isEqualTo(checkpoint);
        assertThat(Files.size(file.path())).isEqualTo(CheckpointFile.BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void noFlippedBitGivesAPlaceThatWasNeverWritten() throws IOException {
        CheckpointFile file = file();
        file.create(FIRST);
        file.write(SECOND);
        byte[] sound = Files.readAllBytes(file.path());
        for (int bit = 0; bit < 8 * CheckpointFile.SLOT_CONTENT_BYTES; bit++) {
            byte[] slot = Arrays.copyOf(sound, CheckpointFile.SLOT_CONTENT_BYTES);
            slot[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(CheckpointFile.decode(slot, 0, slot.length)).isNull();
        }
        for (int bit = 0; bit < 8 * CheckpointFile.SLOT_CONTENT_BYTES; bit += 13) {
            // SECOND has an even sequence and stands in the first slot.
            assertThat(afterFlip(file, sound, bit))
                    .as("bit %d of the newer slot", bit)
                    .isEqualTo(FIRST);
            assertThat(afterFlip(file, sound, 8 * CheckpointFile.SLOT_BYTES + bit))
                    .as("bit %d of the older slot", bit)
                    .isEqualTo(SECOND);
        }
    }

    private static Checkpoint afterFlip(CheckpointFile file, byte[] sound, int bit) throws IOException {
        byte[] bytes = sound.clone();
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file.path(), bytes);
        return file.read();
    }

    @Test
    void aFileWithoutAnIntactSlotIsAnError() throws IOException {
        CheckpointFile file = file();
        file.create(FIRST);
        byte[] sound = Files.readAllBytes(file.path());
        byte[] damaged = sound.clone();
        damaged[CheckpointFile.SLOT_BYTES + 33] ^= 1;
        for (byte[] bytes :
                new byte[][] {new byte[0], damaged, Arrays.copyOf(sound, 4_160), new byte[CheckpointFile.BYTES]}) {
            Files.write(file.path(), bytes);
            assertThatThrownBy(file::read)
                    .isInstanceOf(CheckpointFile.DamagedException.class)
                    .hasMessageContaining("neither slot");
        }
        Files.delete(file.path());
        Files.createSymbolicLink(file.path(), directory.resolve("elsewhere"));
        assertThatThrownBy(file::read)
                .isInstanceOf(CheckpointFile.DamagedException.class)
                .hasMessageContaining("link");
    }

    private CheckpointFile file() {
        return new CheckpointFile(directory.resolve("otlp"));
    }
}
