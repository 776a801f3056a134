package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.RollingResourcesCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentNameTest {
    @Property
    void numberInvertsOf(@ForAll @IntRange(max = SegmentName.MAX) int number) {
        assertThat(SegmentName.number(SegmentName.of(number))).isEqualTo(number);
        assertThat(SegmentName.number(SegmentName.quarantined(number))).isEqualTo(number);
        assertThat(SegmentName.number(SegmentName.precreated(number))).isEqualTo(number);
    }

    @Property
    void namesSortAsNumbersDo(
            @ForAll @IntRange(max = SegmentName.MAX) int a, @ForAll @IntRange(max = SegmentName.MAX) int b) {
        assertThat(Integer.signum(SegmentName.of(a).compareTo(SegmentName.of(b))))
                .isEqualTo(Integer.compare(a, b));
    }

    @Property
    void namesAreThoseOfTheQueue(@ForAll @IntRange(max = 5_000_000) int number) {
        RollingResourcesCache queue = new RollingResourcesCache(
                RollCycles.FIVE_MINUTELY, 0, name -> new java.io.File("/x", name + ".cq4"), java.io.File::getName);
        assertThat(SegmentName.of(number))
                .isEqualTo(queue.resourceFor(number).path.getName());
    }

    @Property
    void theIndexFileIsTheSegmentsInAnotherDirectory(@ForAll @IntRange(max = SegmentName.MAX) int number) {
        Path file = SegmentName.indexFile(Path.of("store/log").resolve(SegmentName.quarantined(number)), number);
        assertThat(file.getParent()).isEqualTo(Path.of("store/index"));
        assertThat(SegmentName.numberOfIndex(String.valueOf(file.getFileName())))
                .isEqualTo(number);
        assertThat(SegmentName.numberOfIndex(file.getFileName() + ".new")).isEqualTo(SegmentName.NONE);
        assertThat(SegmentName.numberOfIndex(SegmentName.of(number))).isEqualTo(SegmentName.NONE);
    }

    @Test
    void knowsTheFirstAndTheLast() {
        assertThat(SegmentName.of(1)).isEqualTo("19700101-0005V.cq4");
        assertThat(SegmentName.of(SegmentName.MAX)).isEqualTo("99991231-2355V.cq4");
        assertThatThrownBy(() -> SegmentName.of(SegmentName.MAX + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SegmentName.of(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "metadata.cq4t",
                "19700101-0005V",
                "19700101-0005.cq4",
                "19700101-0006V.cq4",
                "19700101-2400V.cq4",
                "19700101-0060V.cq4",
                "19700230-0005V.cq4",
                "19701301-0005V.cq4",
                "19700001-0005V.cq4",
                "19691231-2355V.cq4",
                "00000101-0005V.cq4",
                "19700101-0005V.cq4.bak",
                "../19700101-0005V.cq4",
                "١٩٧٠٠١٠١-0005V.cq4"
            })
    void refusesOtherNames(String name) {
        assertThat(SegmentName.number(name)).isEqualTo(SegmentName.NONE);
    }
}
