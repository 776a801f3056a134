package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.FormatException;
import io.offspan.codec.wire.Memory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

class RoaringFormatTest {
    private static final int BOUND = 300_000;

    private final Postings postings = new Postings();
    private final Postings others = new Postings();

    @RepeatedTest(60)
    void walksOverWhatTheLibraryWroteAsTheLibraryDoes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        BitSet set = Walks.randomSet(random, BOUND);
        Memory file = written(set, random.nextBoolean());
        int spans = random.nextBoolean() ? BOUND : 1 + random.nextInt(BOUND);
        BitSet expected = set.get(0, spans);

        Walks.requireWalk(read(postings, file, spans, false), expected, random);
        Walks.requireWalk(read(postings, file, spans, true), Walks.mirrored(set, spans), random);
        assertThat(postings.count()).isEqualTo(expected.cardinality());
        assertThat(postings.cost()).isGreaterThanOrEqualTo(expected.cardinality());
    }

    @RepeatedTest(60)
    void countsWhatTwoSetsHaveInCommonAsTheLibraryDoes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition() + 1000L);
        BitSet one = Walks.randomSet(random, BOUND);
        BitSet other = Walks.randomSet(random, BOUND);
        int spans = random.nextBoolean() ? BOUND : 1 + random.nextInt(BOUND);
        read(postings, written(one, random.nextBoolean()), spans, false);
        read(others, written(other, random.nextBoolean()), spans, random.nextBoolean());
        one.and(other);
        assertThat(postings.countInCommon(others)).isEqualTo(one.get(0, spans).cardinality());
        assertThat(others.countInCommon(postings)).isEqualTo(one.get(0, spans).cardinality());
    }

    @Test
    void readsBitmapsWithoutAndWithManyContainers() {
        for (int every : new int[] {1, 40_000, 70_000, 300_000}) {
            for (int bound : new int[] {1, 65_536, 65_537, 400_000, 3_000_000}) {
                BitSet set = new BitSet();
                for (int i = 0; i < bound; i += every) {
                    set.set(i);
                }
                Memory file = written(set, true);
                assertThat(Walks.drain(read(postings, file, bound, false))).isEqualTo(set);
            }
        }
        assertThat(read(postings, written(new BitSet(), true), 10, true).next()).isEqualTo(Ordinals.NONE);
    }

    @Test
    void refusesWhatIsNoBitmapAndEveryTruncation() {
        BitSet set = Walks.randomSet(new Random(5), BOUND);
        set.set(65_536, 70_000);
        Memory file = written(set, true);
        for (long length = 0; length < file.length(); length += length < 300 ? 1 : 97) {
            long bytes = length;
            postings.clear(BOUND, false);
            assertThatThrownBy(() -> addAll(postings, file, bytes))
                    .as("%s bytes of %s", bytes, file.length())
                    .isInstanceOf(FormatException.class);
        }
        file.putInt(0, 4711);
        assertThatThrownBy(() -> read(postings, file, BOUND, false))
                .hasMessageContaining("begins with something else: 4711");
    }

    @Test
    void anyByteOfTheDirectoryChangedIsRefusedOrStaysWithinItsBytes() {
        BitSet set = Walks.randomSet(new Random(6), BOUND);
        Memory file = written(set, true);
        for (int at = 0; at < Math.min(80, file.length()); at++) {
            byte old = file.getByte(at);
            for (int bit = 0; bit < 8; bit++) {
                file.putByte(at, old ^ 1 << bit);
                assertThatCode(() -> {
                            try {
                                Walks.drain(read(postings, file, BOUND, false));
                            } catch (FormatException refused) {
                                assertThat(refused).hasMessageContaining("bitmap");
                            }
                        })
                        .doesNotThrowAnyException();
            }
            file.putByte(at, old);
        }
    }

    private static Postings read(Postings into, Memory file, int spans, boolean mirrored) {
        into.clear(spans, mirrored);
        addAll(into, file, file.length());
        return into.begin();
    }

    private static void addAll(Postings into, Memory file, long bytes) {
        RoaringFormat bitmap = new RoaringFormat().wrap(file, 0, bytes);
        while (bitmap.next()) {
            bitmap.addTo(into);
        }
    }

    private static Memory written(BitSet set, boolean runs) {
        RoaringBitmap bitmap = BitSetUtil.bitmapOf(set);
        if (runs) {
            bitmap.runOptimize();
        }
        ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
        bitmap.serialize(bytes);
        Memory file = Memory.allocate(bytes.capacity());
        file.putBytes(0, bytes.array(), 0, bytes.capacity());
        return file;
    }
}
