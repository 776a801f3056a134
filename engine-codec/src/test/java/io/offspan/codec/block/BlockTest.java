package io.offspan.codec.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks are built span by span, gathered in ranges, and refused when they are not what they say. */
class BlockTest {
    private static final int SIZE = 64 * 1024;

    private final SlabLayout layout = new SlabLayout(SIZE, 100, 600);
    private final Memory slab = Memory.allocate(SIZE);
    private final BlockBuilder builder = new BlockBuilder(SIZE);
    private final BlockGather gather = new BlockGather(SIZE);
    private final BlockReader reader = new BlockReader();
    private final SpanDraft draft = new SpanDraft();

    @Test
    void aFullSlabKeepsTheSpansItHas() {
        builder.start(slab, layout);
        int added = 0;
        while (builder.add(span(added).attribute("text", "x".repeat(900) + added)) == BlockBuilder.ADDED) {
            added++;
        }
        assertThat(added).isBetween(20, 60);
        assertThat(builder.count()).isEqualTo(added);
        assertThat(builder.add(span(added))).as("a small span still fits").isEqualTo(BlockBuilder.ADDED);
        reader.wrapSlab(slab, layout, builder.count());
        for (int i = 0; i <= added; i++) {
            reader.span(i).validate();
            assertThat(reader.span(i).name()).isEqualTo("span " + i);
        }
    }

    @Test
    void noMoreSpansThanTheLayoutAllows() {
        builder.start(slab, layout);
        for (int i = 0; i < 100; i++) {
            assertThat(builder.add(span(i))).isEqualTo(BlockBuilder.ADDED);
        }
        assertThat(builder.add(span(100))).isEqualTo(BlockBuilder.FULL);
    }

    @Test
    void noMoreStringsThanTheLayoutAllows() {
        builder.start(slab, layout);
        span(0);
        for (int i = 0; i < 700; i++) {
            draft.attribute("key" + i, true);
        }
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.FULL);
        assertThat(builder.add(span(1))).isEqualTo(BlockBuilder.ADDED);
        assertThat(reader.wrapSlab(slab, layout, 1).span(0).name()).isEqualTo("span 1");
    }

    @Test
    void aSpanBeyondItsLimitIsRefusedAndLeavesNoTrace() {
        BlockBuilder strict = new BlockBuilder(1000);
        strict.start(slab, layout);
        assertThat(strict.add(span(0))).isEqualTo(BlockBuilder.ADDED);
        assertThat(strict.add(span(1).attribute("text", "x".repeat(1000)))).isEqualTo(BlockBuilder.TOO_LARGE);
        assertThat(strict.add(span(2).attribute("text", "x".repeat(500)))).isEqualTo(BlockBuilder.ADDED);
        reader.wrapSlab(slab, layout, 2);
        assertThat(reader.span(0).name()).isEqualTo("span 0");
        assertThat(reader.span(1).name()).isEqualTo("span 2");
        reader.span(1).validate();
    }

    @Test
    void aDraftThatFailsInTheMiddleLeavesNoTrace() {
        builder.start(slab, layout);
        assertThat(builder.add(span(0))).isEqualTo(BlockBuilder.ADDED);
        span(1).source(new byte[4]).attribute("new key", "new value").event(1, 2, 100);
        assertThatThrownBy(() -> builder.add(draft)).isInstanceOf(RuntimeException.class);
        assertThat(builder.count()).isEqualTo(1);
        assertThat(builder.add(span(2).attribute("new key", "new value"))).isEqualTo(BlockBuilder.ADDED);
        reader.wrapSlab(slab, layout, 2);
        reader.span(1).validate();
        assertThat(reader.span(1).name()).isEqualTo("span 2");
    }

    @Test
    void gatheringEveryRangeGivesItsSpans() {
        fill(12);
        for (int from = 0; from < 12; from++) {
            for (int to = from + 1; to <= 12; to++) {
                int length = gather.gather(slab, layout, from, to);
                assertThat(length % BlockLayout.ALIGNMENT).isZero();
                reader.wrap(gather.memory(), 0);
                assertThat(reader.count()).isEqualTo(to - from);
                for (int i = from; i < to; i++) {
                    SpanView span = reader.span(i - from);
                    span.validate();
                    assertThat(span.name()).isEqualTo("span " + i);
                    assertThat(span.spanId()).isEqualTo(i);
                }
            }
        }
    }

    @Test
    void theHeaderSaysTheBoundsOfTimes() {
        builder.start(slab, layout);
        builder.add(span(0).times(-2, 3));
        builder.add(span(1).times(10, 5));
        builder.add(span(2).times(7, -1));
        gather.gather(slab, layout, 0, 3);
        Memory block = gather.memory();
        assertThat(block.getLong(BlockLayout.MIN_START_OFFSET)).isEqualTo(7);
        assertThat(block.getLong(BlockLayout.MAX_START_OFFSET)).isEqualTo(-2);
        assertThat(block.getLong(BlockLayout.MIN_END_OFFSET)).isEqualTo(3);
        assertThat(block.getLong(BlockLayout.MAX_END_OFFSET)).isEqualTo(-1);
        assertThat(block.getLong(BlockLayout.MIN_DURATION_OFFSET)).isEqualTo(-8);
        assertThat(block.getLong(BlockLayout.MAX_DURATION_OFFSET)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"-1,1", "0,0", "1,1", "2,1", "0,101"})
    void impossibleRangesAreRefused(int from, int to) {
        fill(3);
        assertThat(gather.gather(slab, layout, from, to)).isEqualTo(BlockGather.DAMAGED);
    }

    @Test
    void marksThatContradictEachOtherAreRefused() {
        fill(3);
        slab.putInt(layout.mark(1) + SlabLayout.MARK_VALUES, -1);
        assertThat(gather.gather(slab, layout, 0, 2)).isEqualTo(BlockGather.DAMAGED);
        assertThat(gather.gather(slab, layout, 2, 3)).isEqualTo(BlockGather.DAMAGED);
        slab.putInt(layout.mark(1) + SlabLayout.MARK_VALUES, SIZE);
        assertThat(gather.gather(slab, layout, 1, 2)).isEqualTo(BlockGather.DAMAGED);
        slab.putInt(layout.mark(2) + SlabLayout.MARK_HEAP, -1);
        assertThat(gather.gather(slab, layout, 0, 3)).isEqualTo(BlockGather.DAMAGED);
        fill(3);
        slab.putInt(layout.mark(2) + SlabLayout.MARK_STRINGS, 601);
        assertThat(gather.gather(slab, layout, 0, 3)).isEqualTo(BlockGather.DAMAGED);
        int damaged = 3;
        assertThatThrownBy(() -> reader.wrapSlab(slab, layout, damaged)).isInstanceOf(FormatException.class);
    }

    @Test
    void everyFlippedBitOfACommittedSpanIsNoticedByItsSum() {
        fill(3);
        int last = layout.mark(2);
        int strings = slab.getInt(last + SlabLayout.MARK_STRINGS);
        List<int[]> parts = List.of(
                new int[] {layout.mark(0), layout.mark(3)},
                new int[] {layout.line(0), layout.line(3)},
                new int[] {layout.values(), layout.values() + slab.getInt(last + SlabLayout.MARK_VALUES)},
                new int[] {layout.strings(), layout.strings() + 4 * (strings + 1)},
                new int[] {SIZE - slab.getInt(last + SlabLayout.MARK_HEAP), SIZE});
        for (int[] part : parts) {
            for (int bit = part[0] * 8; bit < part[1] * 8; bit++) {
                flip(slab, bit);
                assertThat(gather.gather(slab, layout, 0, 3)).as("bit " + bit).isEqualTo(BlockGather.DAMAGED);
                flip(slab, bit);
            }
        }
        assertThat(gather.gather(slab, layout, 0, 3)).isPositive();
    }

    @Test
    void aSpanThatWouldTakeStringsAwayIsNotWhatItsMarkSays() {
        builder.start(slab, layout);
        for (int i = 0; i < 3; i++) {
            assertThat(builder.add(span(1).attribute("key", 7))).isEqualTo(BlockBuilder.ADDED);
        }
        long generation = SlabLayout.generation(slab.getLong(SlabLayout.WORD_OFFSET));
        assertThat(layout.spanMatches(slab, generation, 2, slab)).isTrue();
        for (int strings : new int[] {0x7f7f7f7f, -1, layout.maxStrings() + 1}) {
            slab.putInt(layout.mark(1) + SlabLayout.MARK_STRINGS, strings);
            assertThat(layout.spanMatches(slab, generation, 2, slab))
                    .as("after " + strings)
                    .isFalse();
        }
    }

    @Test
    void spansOfAnotherGenerationAreNotWhatTheirMarksSay() {
        fill(3);
        slab.putLong(SlabLayout.WORD_OFFSET, SlabLayout.word(1, 0, SlabLayout.OPEN, 3));
        assertThat(gather.gather(slab, layout, 0, 3)).isEqualTo(BlockGather.DAMAGED);
        fill(3);
        assertThat(gather.gather(slab, layout, 0, 3)).isPositive();
    }

    @Test
    void aPartOfASlabIsNotGatheredWithDamagedStringsOfSpansBeforeIt() {
        fill(3);
        slab.putByte(SIZE - 1, slab.getByte(SIZE - 1) ^ 1);
        assertThat(gather.gather(slab, layout, 2, 3)).isEqualTo(BlockGather.DAMAGED);
    }

    @Test
    void everyFlippedBitOfTheHeaderOfASlabIsNoticed() {
        layout.writeHeader(slab, 7, 0x123456789abcdefL);
        assertThat(SlabLayout.headerMatches(slab)).isTrue();
        for (int bit = 0; bit < 8 * (SlabLayout.HEADER_SUM_OFFSET + 4); bit++) {
            flip(slab, bit);
            assertThat(SlabLayout.headerMatches(slab)).as("bit " + bit).isFalse();
            flip(slab, bit);
        }
    }

    @Test
    void everyFlippedBitIsNoticedByAChecksum() {
        fill(3);
        int length = gather.gather(slab, layout, 0, 3);
        gather.close(1, 2, 3, 4);
        CRC32C crc = new CRC32C();
        Memory block = gather.memory();
        for (int bit = 0; bit < length * 8; bit++) {
            flip(block, bit);
            boolean header = BlockChecksum.headerMatches(gather.buffer(), block, crc);
            boolean body =
                    BlockChecksum.bodyMatches(gather.buffer(), length, block.getInt(BlockLayout.BODY_CRC_OFFSET), crc);
            assertThat(header && body).as("bit " + bit).isFalse();
            flip(block, bit);
        }
        assertThat(BlockChecksum.headerMatches(gather.buffer(), block, crc)).isTrue();
    }

    @Test
    void foreignNewerAndImpossibleBlocksAreToldApart() {
        fill(1);
        gather.gather(slab, layout, 0, 1);
        Memory block = gather.memory();
        expect(Reason.FOREIGN, () -> block.putByte(0, 'X'));
        expect(Reason.TOO_NEW, () -> block.putShort(BlockLayout.VERSION_OFFSET, BlockLayout.VERSION + 1));
        expect(Reason.TOO_OLD, () -> block.putShort(BlockLayout.VERSION_OFFSET, 1));
        expect(Reason.TOO_OLD, () -> block.putShort(BlockLayout.VERSION_OFFSET, 0));
        expect(Reason.MALFORMED, () -> block.putInt(BlockLayout.LENGTH_OFFSET, 100));
        expect(Reason.TRUNCATED, () -> block.putInt(BlockLayout.LENGTH_OFFSET, 1 << 30));
        expect(Reason.MALFORMED, () -> block.putInt(BlockLayout.SPAN_COUNT_OFFSET, 2));
        expect(Reason.MALFORMED, () -> block.putInt(BlockLayout.HEAP_BYTES_OFFSET, 1 << 30));
    }

    private void expect(Reason reason, Runnable damage) {
        gather.gather(slab, layout, 0, 1);
        damage.run();
        assertThatThrownBy(() -> reader.wrap(gather.memory(), 0))
                .isInstanceOfSatisfying(
                        FormatException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void randomDamageNeverReadsOutsideTheBlock() {
        long seed = System.nanoTime();
        System.out.println("BlockTest.randomDamage seed " + seed);
        Random random = new Random(seed);
        fill(12);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            int length = gather.gather(slab, layout, 0, 12);
            Memory block = gather.memory();
            for (int i = random.nextInt(4); i >= 0; i--) {
                block.putByte(random.nextInt(length), random.nextInt(256));
            }
            try {
                reader.wrap(block, 0);
                for (int i = 0; i < reader.count(); i++) {
                    reader.span(i).validate();
                }
            } catch (FormatException | IndexOutOfBoundsException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aReleasedReaderRefusesEverything() {
        fill(2);
        reader.wrapSlab(slab, layout, 2);
        SpanView span = reader.span(1);
        assertThat(span.name()).isEqualTo("span 1");
        reader.release();
        assertThatThrownBy(span::spanId).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(span::name).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.span(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void commitWordsKeepTheirParts() {
        long word = SlabLayout.word((1L << 34) - 1, 0xfff, SlabLayout.CLOSED, 0xffff);
        assertThat(word).isEqualTo(0xffff_ffff_fffe_ffffL);
        assertThat(SlabLayout.generation(word)).isEqualTo((1L << 34) - 1);
        assertThat(SlabLayout.owner(word)).isEqualTo(0xfff);
        assertThat(SlabLayout.state(word)).isEqualTo(SlabLayout.CLOSED);
        assertThat(SlabLayout.count(word)).isEqualTo(0xffff);
        long open = SlabLayout.word(5, 7, SlabLayout.OPEN, 9) + 1;
        assertThat(SlabLayout.count(open)).isEqualTo(10);
        assertThat(SlabLayout.state(open)).isEqualTo(SlabLayout.OPEN);
        assertThat(SlabLayout.owner(open)).isEqualTo(7);
        assertThat(SlabLayout.generation(open)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"65536,0,100", "65536,65536,100", "65536,10,15", "65536,10,65536", "65535,10,100", "65536,700,100"})
    void impossibleSlabsAreRefused(int size, int maxSpans, int maxStrings) {
        assertThatThrownBy(() -> new SlabLayout(size, maxSpans, maxStrings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(size));
    }

    private void fill(int spans) {
        builder.start(slab, layout);
        for (int i = 0; i < spans; i++) {
            span(i).attribute("shared", "value").attribute("own", "value " + i).attribute("number", i * 1000L);
            draft.event(i, "event").attribute("k", i).link(1, 2, 3).attribute("list", new byte[] {1, 2});
            assertThat(builder.add(draft.statusMessage("bad"))).isEqualTo(BlockBuilder.ADDED);
        }
    }

    private SpanDraft span(int i) {
        return draft.clear().ids(1, 2, i).name("span " + i).times(i, i + 1);
    }

    private static void flip(Memory block, int bit) {
        block.putByte(bit / 8, block.getByte(bit / 8) ^ 1 << bit % 8);
    }
}
