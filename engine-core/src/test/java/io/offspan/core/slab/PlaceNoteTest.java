package io.offspan.core.slab;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.wire.Memory;
import io.offspan.core.value.LogPlace;
import org.junit.jupiter.api.Test;

class PlaceNoteTest {
    private static final LogPlace PLACE = new LogPlace(18, 0x0102030405060708L, 7, 1_013, 0xA1B2C3D4);

    private final Memory page = Memory.allocate(SlabFile.HEADER_BYTES);

    private void put(LogPlace place) {
        PlaceNote.put(
                page, place.nextSequence(), place.segmentId(), place.segmentNumber(), place.ordinal(), place.lastCrc());
    }

    @Test
    void aPageWithoutANoteHasNoPlace() {
        assertThat(PlaceNote.read(page)).isNull();
    }

    @Test
    void theBytesAreThoseOfTheFormat() {
        put(PLACE);
        assertThat(page.getLong(448)).isEqualTo(18);
        assertThat(page.getLong(456)).isEqualTo(0x0102030405060708L);
        assertThat(page.getInt(464)).isEqualTo(7);
        assertThat(page.getInt(468)).isEqualTo(1_013);
        assertThat(page.getInt(472)).isEqualTo(0xA1B2C3D4);
        assertThat(page.getInt(476)).isZero();
        long sum = 0x9E3779B97F4A7C15L;
        for (int at = 448; at < 480; at += 8) {
            sum = (sum ^ page.getLong(at)) * 0xBF58476D1CE4E5B9L;
            sum ^= sum >>> 32;
        }
        assertThat(page.getLong(480)).isEqualTo(sum);
        assertThat(PlaceNote.read(page)).isEqualTo(PLACE);
    }

    @Test
    void aSlotThatIsCutLeavesTheOneBefore() {
        put(PLACE);
        LogPlace next = new LogPlace(19, 9, 8, 0, -1);
        put(next);
        assertThat(PlaceNote.read(page)).isEqualTo(next);
        for (int bit = 0; bit < 40 * 8; bit++) {
            flip(512, bit);
            assertThat(PlaceNote.read(page)).as("bit %s", bit).isEqualTo(PLACE);
            flip(512, bit);
        }
        assertThat(PlaceNote.read(page)).isEqualTo(next);
    }

    private void flip(int at, int bit) {
        int where = at + bit / 8;
        page.putByte(where, (byte) (page.getByte(where) ^ 1 << bit % 8));
    }

    @Test
    void aSlabsSequenceIsReadOnlyWhenItsSumMatches() {
        long noted = PlaceNote.packed(123_456);
        assertThat(PlaceNote.unpacked(noted)).isEqualTo(123_456);
        assertThat(PlaceNote.unpacked(0)).isZero();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertThat(PlaceNote.unpacked(noted ^ 1L << bit)).as("bit %s", bit).isZero();
        }
    }
}
