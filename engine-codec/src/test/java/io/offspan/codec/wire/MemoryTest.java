package io.offspan.codec.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.openhft.chronicle.bytes.BytesStore;
import org.junit.jupiter.api.Test;

/** The window refuses what lies outside it and is little-endian inside. */
class MemoryTest {
    private static final List<ObjLongConsumer<Memory>> WORDS = List.of(
            Memory::getLong,
            Memory::getLongAcquire,
            (memory, at) -> memory.putLong(at, 1),
            (memory, at) -> memory.putLongRelease(at, 1),
            (memory, at) -> memory.compareAndSetLong(at, 1, 1));

    @Test
    void everyAccessOutsideTheWindowIsRefused() {
        Memory memory = Memory.allocate(64);
        for (ObjLongConsumer<Memory> access : WORDS) {
            access.accept(memory, 56);
            for (long at : new long[] {57, 64, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 7}) {
                assertThatThrownBy(() -> access.accept(memory, at)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
        assertThat(memory.getByte(63)).isZero();
        refused(() -> memory.getByte(64));
        refused(() -> memory.getShort(63));
        refused(() -> memory.getInt(61));
        refused(() -> memory.putByte(64, 0));
        refused(() -> memory.putShort(63, 0));
        refused(() -> memory.putInt(61, 0));
    }

    @Test
    void rangesOutsideTheWindowAreRefused() {
        Memory memory = Memory.allocate(64);
        byte[] heap = new byte[65];
        refused(() -> memory.getBytes(0, heap, 0, 65));
        refused(() -> memory.getBytes(64, heap, 0, 1));
        refused(() -> memory.getBytes(0, heap, 60, 6));
        refused(() -> memory.getBytes(0, heap, 0, -1));
        refused(() -> memory.putBytes(60, heap, 0, 5));
        refused(() -> memory.zero(1, 64));
        refused(() -> memory.equalBytes(60, heap, 0, 5));
        refused(() -> memory.hash(60, 5));
        refused(() -> memory.hash(60, -5));
        refused(() -> new Memory().wrap(memory, 1, 64));
        refused(() -> new Memory().wrap(memory, -1, 4));
    }

    @Test
    void aReleasedWindowRefusesEverything() {
        Memory memory = Memory.allocate(64);
        memory.release();
        for (ObjLongConsumer<Memory> access : WORDS) {
            refused(() -> access.accept(memory, 0));
        }
        refused(() -> memory.getByte(0));
        refused(() -> new Memory().getLong(0));
    }

    @Test
    void theSharedEmptyWindowStaysEmpty() {
        Memory memory = Memory.allocate(64);
        Memory.NONE.release();
        assertThatThrownBy(() -> Memory.NONE.wrap(memory, 0, 64)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Memory.NONE.wrap(memory, 0, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(Memory.NONE.length()).isZero();
        refused(() -> Memory.NONE.getByte(0));
    }

    @Test
    void anEmptyWindowRefusesRangesAtTheEndOfTheNumbers() {
        Memory memory = new Memory();
        refused(() -> memory.check(Long.MAX_VALUE, 8));
        refused(() -> memory.check(Long.MAX_VALUE - 3, Long.MAX_VALUE));
        refused(() -> memory.getBytes(Long.MAX_VALUE, new byte[8], 0, 8));
    }

    @Test
    void aWindowReadsAndWritesWhatTheBytesStoreUnderItDoes() {
        BytesStore<?, ByteBuffer> store = BytesStore.wrap(ByteBuffer.allocateDirect(64));
        Memory memory = new Memory().wrap(store, store.addressForRead(8), 48);
        store.writeLong(8, 0x0102030405060708L);
        memory.putInt(8, 77);
        assertThat(memory.getLong(0)).isEqualTo(0x0102030405060708L);
        assertThat(store.readInt(16)).isEqualTo(77);
        refused(() -> memory.getLong(41));
    }

    @Test
    void aWindowHasNothingButAPlaceAndWhatKeepsItThere() {
        assertThat(Arrays.stream(Memory.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .map(Field::getType))
                .containsExactlyInAnyOrder(long.class, long.class, Object.class);
    }

    @Test
    void numbersAreLittleEndian() {
        Memory memory = Memory.allocate(64);
        memory.putLong(3, 0x0807060504030201L);
        byte[] bytes = new byte[8];
        memory.getBytes(3, bytes, 0, 8);
        assertThat(bytes).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(memory.getInt(3)).isEqualTo(0x04030201);
        assertThat(memory.getUnsignedShort(4)).isEqualTo(0x0302);
        memory.putInt(8, -1);
        assertThat(memory.getUnsignedInt(8)).isEqualTo(0xffff_ffffL);
        assertThat(memory.getUnsignedByte(9)).isEqualTo(255);
    }

    @Test
    void allocatedMemoryIsAlignedToACacheLineAndZero() {
        Memory memory = Memory.allocate(1000);
        assertThat(memory.address() % 64).isZero();
        assertThat(memory.length()).isEqualTo(1000);
        byte[] bytes = new byte[1000];
        memory.getBytes(0, bytes, 0, 1000);
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void heapBuffersAreRefused() {
        assertThatThrownBy(() -> new Memory().wrap(ByteBuffer.allocate(8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void bytesHashAndCompareAlikeOnTheHeapAndOffIt(
            @ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(max = 9) int offset, @ForAll byte change) {
        Memory memory = Memory.allocate(64);
        memory.putBytes(offset, bytes, 0, bytes.length);
        byte[] shifted = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, shifted, 5, bytes.length);
        assertThat(memory.hash(offset, bytes.length))
                .isEqualTo(HeapBytes.hash(bytes, 0, bytes.length))
                .isEqualTo(HeapBytes.hash(shifted, 5, bytes.length));
        assertThat(memory.equalBytes(offset, shifted, 5, bytes.length)).isTrue();
        assertThat(memory.equalBytes(offset, memory, offset, bytes.length)).isTrue();
        for (int i = 0; i < bytes.length && change != 0; i++) {
            byte[] other = bytes.clone();
            other[i] ^= change;
            assertThat(memory.equalBytes(offset, other, 0, bytes.length)).isFalse();
            Memory otherMemory = Memory.allocate(64);
            otherMemory.putBytes(3, other, 0, other.length);
            assertThat(memory.equalBytes(offset, otherMemory, 3, bytes.length)).isFalse();
            assertThat(HeapBytes.hash(other, 0, other.length)).isNotEqualTo(HeapBytes.hash(bytes, 0, bytes.length));
        }
    }

    @Test
    void whatFollowsAShortTextDoesNotCountNorIsItNeeded() {
        byte[] text = "text that is short".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < 10; length++) {
            byte[] alone = Arrays.copyOf(text, length);
            byte[] followed = Arrays.copyOf(text, 32);
            Arrays.fill(followed, length, 32, (byte) -1);
            Memory window = Memory.allocate(64);
            Memory end = new Memory().wrap(window, 0, length);
            Memory whole = Memory.allocate(64);
            end.putBytes(0, alone, 0, length);
            whole.putBytes(0, followed, 0, 32);
            int hash = HeapBytes.hash(alone, 0, length);
            assertThat(List.of(HeapBytes.hash(followed, 0, length), end.hash(0, length), whole.hash(0, length)))
                    .containsOnly(hash);
            for (Memory memory : List.of(end, whole)) {
                assertThat(memory.equalBytes(0, alone, 0, length)).isTrue();
                assertThat(memory.equalBytes(0, followed, 0, length)).isTrue();
            }
            for (int i = 0; i < length; i++) {
                followed[i] ^= 1;
                assertThat(whole.equalBytes(0, followed, 0, length)).isFalse();
                followed[i] ^= 1;
            }
        }
    }

    @Property
    void comparesAsUnsignedBytes(@ForAll @Size(max = 12) byte[] left, @ForAll @Size(max = 12) byte[] right) {
        Memory memory = Memory.allocate(64);
        memory.putBytes(1, left, 0, left.length);
        assertThat(Integer.signum(memory.compareBytes(1, left.length, right, 0, right.length)))
                .isEqualTo(Integer.signum(Arrays.compareUnsigned(left, right)));
    }

    private static void refused(Runnable access) {
        assertThatThrownBy(access::run).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
