package io.offspan.sample.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Traces by their ids and in their order, held against queues and a map. */
class TraceRingTest {
    private record Waiting(long id, long arrival) {}

    @Property(tries = 100)
    void findsWhatWaitsAndWhatIsRemembered(@ForAll long seed) {
        Random random = new Random(seed);
        int mostWaiting = 1 + random.nextInt(40);
        int mostDecided = random.nextInt(40);
        TraceRing ring = new TraceRing(mostWaiting, mostDecided, random.nextBoolean());
        Deque<Waiting> waiting = new ArrayDeque<>();
        Deque<Long> decided = new ArrayDeque<>();
        Map<Long, Boolean> kept = new HashMap<>();
        Map<Long, Long> spans = new HashMap<>();
        for (int step = 0; step < 2_000; step++) {
            long id = random.nextInt(120);
            boolean known = kept.containsKey(id) || spans.containsKey(id);
            assertThat(ring.find(id >>> 3, id)).as("trace %d", id).isEqualTo(known);
            if (kept.containsKey(id)) {
                assertThat(ring.isDecided()).isTrue();
                assertThat(ring.isKept()).isEqualTo(kept.get(id));
            } else if (known || !ring.isFull()) {
                if (!known) {
                    ring.add(id >>> 3, id, step);
                    waiting.add(new Waiting(id, step));
                }
                ring.addSpan(step, step + 1, 1L << (step & 63));
                assertThat(ring.isDecided()).isFalse();
                assertThat(ring.spans()).isEqualTo(spans.merge(id, 1L, Long::sum));
                assertThat(ring.meets(step & 63)).isTrue();
            }
            assertThat(ring.waiting()).isEqualTo(waiting.size());
            if (random.nextInt(3) == 0 || ring.isFull()) {
                assertThat(ring.first()).isEqualTo(!waiting.isEmpty());
                if (!waiting.isEmpty()) {
                    Waiting oldest = waiting.remove();
                    assertThat(ring.traceIdLow()).isEqualTo(oldest.id());
                    assertThat(ring.traceIdHigh()).isEqualTo(oldest.id() >>> 3);
                    assertThat(ring.arrivalNanos()).isEqualTo(oldest.arrival());
                    spans.remove(oldest.id());
                    boolean keep = random.nextBoolean();
                    ring.decide(keep, 0);
                    kept.put(oldest.id(), keep);
                    decided.add(oldest.id());
                    if (decided.size() > mostDecided) {
                        kept.remove(decided.remove());
                    }
                }
            }
        }
    }

    /** A block may name the trace that was decided first and the one that came last before that, and is sent when the last is decided. */
    @Test
    void aDecisionIsKnownUntilAllThatWaitedAreDecidedAndAsManyThatFollowed() {
        int most = 200_000;
        TraceRing ring = new TraceRing(most, 0, true);
        for (int i = 0; i < most; i++) {
            ring.add(1, i, 0);
        }
        assertThat(ring.first()).isTrue();
        ring.decide(true, 77);
        for (int i = most; i < 2 * most - 1; i++) {
            ring.add(1, i, 0);
            assertThat(ring.first()).isTrue();
            ring.decide(false, 0);
        }
        while (ring.first()) {
            ring.decide(false, 0);
        }
        assertThat(ring.isKept(0)).isTrue();
        assertThat(ring.threshold(0)).isEqualTo(77);
    }

    @Test
    void growsOverManyChunksAndKeepsEachTraceApart() {
        int traces = 20_000;
        TraceRing ring = new TraceRing(traces, 10, false);
        for (int i = 0; i < traces; i++) {
            assertThat(ring.find(i, -i)).isFalse();
            ring.add(i, -i, i);
            ring.addSpan(i, i + 5, 0);
        }
        assertThat(ring.isFull()).isTrue();
        for (int i = 0; i < traces; i++) {
            assertThat(ring.find(i, -i)).isTrue();
            assertThat(ring.startNanos()).isEqualTo(i);
            assertThat(ring.endNanos()).isEqualTo(i + 5);
        }
    }

    @Test
    void timesAreUnsigned() {
        TraceRing ring = new TraceRing(1, 0, false);
        ring.add(1, 1, 0);
        ring.addSpan(5, -7, 0);
        ring.addSpan(-9, 6, 0);
        assertThat(ring.startNanos()).isEqualTo(5);
        assertThat(ring.endNanos()).isEqualTo(-7);
    }
}
