package io.offspan.codec.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.wire.EpochNanos;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SpanDraftTest {
    private static final Instant NOON = Instant.parse("2025-10-09T12:00:00.000000001Z");
    private static final long NOON_NANOS = 1_760_011_200_000_000_001L;
    private static final Resource CART =
            Resource.builder().put("service.name", "cart").build();

    private static SpanDraft whole() {
        return new SpanDraft()
                .traceId("4bf92f3577b34da6A3CE929D0E0E4736")
                .spanId("00f067aa0ba902b7")
                .name("GET /cart")
                .start(NOON);
    }

    @Test
    void takesIdsAsTheyAreWritten() {
        SpanDraft draft = whole().parent("fffffffffffffffe");
        assertThat(draft.traceIdHigh).isEqualTo(0x4bf92f3577b34da6L);
        assertThat(draft.traceIdLow).isEqualTo(0xa3ce929d0e0e4736L);
        assertThat(draft.spanId).isEqualTo(0x00f067aa0ba902b7L);
        assertThat(draft.parentId).isEqualTo(-2);
        assertThat(draft.hasParent).isTrue();
        draft.link("00000000000000010000000000000002", "0000000000000003");
        assertThat(draft.links.count).isEqualTo(1);
    }

    @Test
    void anIdOfAnotherLengthOrWithOtherCharactersIsRefusedAndChangesNothing() {
        SpanDraft draft = whole();
        assertThatThrownBy(() -> draft.traceId("4bf92f"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A trace id has 32 hexadecimal digits; '4bf92f' has 6");
        assertThatThrownBy(() -> draft.traceId("0".repeat(31) + "g")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> draft.spanId("00f067aa0ba902b7a")).hasMessageContaining("has 17");
        assertThatThrownBy(() -> draft.parent("")).hasMessageContaining("parent", "has 0");
        assertThat(draft.traceIdLow).isEqualTo(0xa3ce929d0e0e4736L);
        assertThat(draft.traceIdHigh).isEqualTo(0x4bf92f3577b34da6L);
        assertThat(draft.hasParent).isFalse();
    }

    @Test
    void takesTimesAsInstantsAndDurations() {
        SpanDraft draft = whole().times(NOON, Duration.ofMillis(3)).event(NOON.plusNanos(7), "event");
        assertThat(draft.start).isEqualTo(NOON_NANOS);
        assertThat(draft.end).isEqualTo(NOON_NANOS + 3_000_000);
        assertThat(draft.times(NOON, NOON.minusNanos(1)).end).isEqualTo(NOON_NANOS - 1);
        assertThat(draft.start(Instant.EPOCH).start).isZero();
        assertThat(draft.end(Instant.parse("2300-01-01T00:00:00Z")).end)
                .as("unsigned, beyond the year 2262")
                .isNegative();
    }

    @Test
    void timesThatNoSpanCanHaveAreRefused() {
        Instant last = Instant.parse("2554-07-21T23:34:33.709551615Z");
        assertThat(EpochNanos.of(last)).isEqualTo(-1);
        for (Instant time : new Instant[] {last.plusNanos(1), Instant.EPOCH.minusNanos(1), Instant.MAX, Instant.MIN}) {
            assertThatThrownBy(() -> new SpanDraft().start(time))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("from 1970-01-01T00:00:00Z to " + last);
        }
    }

    @Test
    void kindAndStatusHaveNames() {
        SpanDraft draft = whole().kind(SpanKind.SERVER).status(SpanStatus.ERROR);
        assertThat(draft.kind).isEqualTo(2);
        assertThat(draft.status).isEqualTo(2);
        assertThat(draft.hasStatus).isTrue();
    }

    @Test
    void aResourceThatComesAgainIsWrittenOnce() {
        SpanDraft draft = whole().resource(CART).scope(Scope.EMPTY);
        Envelope written = draft.resource;
        assertThat(written).isEqualTo(CART.toEnvelope());
        assertThat(draft.reset().resource.present()).isFalse();
        assertThat(draft.scope.present()).isFalse();
        assertThat(draft.resource(CART).resource).isSameAs(written);
        assertThat(draft.resource(Resource.EMPTY).resource).isNotSameAs(written);
    }

    @Test
    void clearingForgetsTheIdsToo() {
        SpanDraft draft = whole().clear();
        assertThat(draft.traceIdHigh | draft.traceIdLow | draft.spanId).isZero();
    }

    @Test
    void whatNoSpanIsWithoutIsNamedWhenItIsMissing() {
        assertThatCode(whole()::requireComplete).doesNotThrowAnyException();
        assertThatCode(() -> whole().name("").requireComplete())
                .as("an empty name is one")
                .doesNotThrowAnyException();
        missing(draft -> draft.ids(0, 0, 1), "no trace id; it needs a call of traceId before");
        missing(draft -> draft.ids(1, 0, 0), "no span id; it needs a call of spanId before");
        missing(draft -> draft.start(0), "no start;");
        missing(SpanDraft::clear, "The draft has no trace id, no span id, no name, no start; it needs a call of");
    }

    private static void missing(Consumer<SpanDraft> change, String said) {
        SpanDraft draft = whole();
        change.accept(draft);
        assertThatThrownBy(draft::requireComplete)
                .isInstanceOf(IncompleteSpanException.class)
                .hasMessageContaining(said);
    }
}
