package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.IncompleteSpanException;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanKind;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts that a store lends, and what becomes of those that were filled badly. */
class FilledDraftTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Resource CART =
            Resource.builder().put("service.name", "cart").build();
    private static final int MANY = 10_000;
    /** Compiling a caller's code allocates now and then, never in every round. */
    private static final int MOST_ROUNDS = 30;

    @TempDir
    Path parent;

    private SpanStore store;

    @BeforeEach
    void open() {
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
        store = SpanStore.open(parent.resolve("store"), config);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static SpanDraft fill(SpanDraft draft) {
        return draft.traceId(TRACE).spanId("00f067aa0ba902b7").name("GET /").times(Instant.now(), Duration.ofMillis(1));
    }

    private List<Span> stored() {
        List<Span> spans = new ArrayList<>();
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            for (BlockCursor blocks = snapshot.blocksOldestFirst(); blocks.next(); ) {
                BlockReader block = blocks.open();
                for (int i = 0; block != null && i < block.count(); i++) {
                    spans.add(Span.of(block.span(i)));
                }
            }
        }
        return spans;
    }

    @Test
    void aFunctionFillsADraftThatIsStored() {
        int result = store.append(draft -> fill(draft).kind(SpanKind.SERVER).resource(CART));
        assertThat(result).isEqualTo(AppendResult.ACCEPTED);
        assertThat(stored()).singleElement().satisfies(span -> {
            assertThat(span.traceId()).isEqualTo(TRACE);
            assertThat(span.kindName()).isEqualTo("SERVER");
            assertThat(span.serviceName()).isEqualTo("cart");
            assertThat(span.durationNanos()).isEqualTo(1_000_000);
        });
    }

    @Test
    void theNextDraftHasNothingOfTheOneBefore() {
        store.append(draft -> fill(draft).resource(CART).attribute("k", 1).event(7, "event"));
        store.append(draft -> fill(draft).attribute("k", 2));
        Span second = stored().get(1);
        assertThat(second.attributes().size()).isEqualTo(1);
        assertThat(second.events()).isEmpty();
        assertThat(second.serviceName()).isEmpty();
    }

    @Test
    void aHalfFilledDraftIsRefusedAndLeavesNothing() {
        assertThatThrownBy(() -> store.append(draft -> draft.name("forgotten").attribute("k", 1)))
                .isInstanceOf(IncompleteSpanException.class)
                .hasMessageContaining("no trace id", "no span id", "no start");
        assertThatThrownBy(() -> store.append(draft -> {
                    fill(draft);
                    throw new IllegalArgumentException("thrown by the function");
                }))
                .hasMessage("thrown by the function");
        assertThat(stored()).isEmpty();
        store.append(FilledDraftTest::fill);
        assertThat(stored())
                .singleElement()
                .satisfies(span -> assertThat(span.attributes().isEmpty()).isTrue());
    }

    @Test
    void aFunctionMayAppendAnotherSpan() {
        store.append(outer -> {
            fill(outer).name("outer");
            store.append(inner -> fill(inner).name("inner"));
        });
        assertThat(stored()).extracting(Span::name).containsExactlyInAnyOrder("outer", "inner");
    }

    @Test
    void anAcceptedDraftOfAnAppenderIsClearedAndARefusedOneStays() {
        SpanAppender appender = store.newAppender();
        appender.draft().resource(CART);
        fill(appender.draft()).attribute("k", 1);
        assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
        fill(appender.draft()).attribute("k", 2);
        assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
        Span second = stored().get(1);
        assertThat(second.attributes().size()).as("not those of both").isEqualTo(1);
        assertThat(second.serviceName()).as("the resource stays").isEqualTo("cart");
        fill(appender.draft()).attribute("k", 3);
        store.close();
        assertThat(appender.append()).isEqualTo(AppendResult.CLOSED);
        appender.draft().requireComplete();
    }

    @Test
    void lendingMakesNoGarbage() {
        Consumer<SpanDraft> filling = draft ->
                draft.traceId(TRACE).ids(1, 2, 3).name("GET /").times(1, 2).resource(CART);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long here = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        int rounds = 0;
        while (rounds < MOST_ROUNDS && least >= MANY) {
            long before = threads.getThreadAllocatedBytes(here);
            for (int i = 0; i < MANY; i++) {
                store.append(filling);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(here) - before);
            rounds++;
        }
        assertThat(store.counters().get(Counter.ACCEPTED)).isEqualTo((long) rounds * MANY);
        assertThat(least).as("bytes of %d spans", MANY).isLessThan(MANY);
    }
}
