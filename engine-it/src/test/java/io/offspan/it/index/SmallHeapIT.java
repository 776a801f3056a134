package io.offspan.it.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.bench.suite.Stores;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanKind;
import io.offspan.core.SpanStore;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.IndexLimits;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Questions about whole traces that leave out hardly any span are answered in a heap of 64 MiB, and a trace of very many spans is, too:
 * candidates all at once would take several times as much.
 */
class SmallHeapIT {
    private static final int SPANS = Gate.size(400_000, 4_000_000);
    private static final int LARGEST_TRACE = Gate.size(60_000, 200_000);
    /** A root, and four below it in a row. */
    private static final int SPANS_A_TRACE = 5;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int CHILD_SECONDS = 900;

    @TempDir
    Path scratch;

    private static void span(SpanStore store, SpanDraft draft, long trace, int number, int parent) {
        long start = number + (trace == 1 ? 1 : AskedChild.OTHERS_FROM + trace * 1_000);
        draft.clear()
                .ids(0, trace, number)
                .name(parent == 0 ? "root" : number == SPANS_A_TRACE && trace > 1 ? "leaf" : "middle")
                .kind(parent == 0 ? SpanKind.SERVER : SpanKind.INTERNAL)
                .times(start, start + 500)
                .attribute("number", (long) number);
        store.append(parent == 0 ? draft : draft.parent(parent));
    }

    /** The first trace has very many spans below its root, the others five. */
    private long fill(Path directory) {
        SpanDraft draft = new SpanDraft();
        long traces = 1 + (SPANS - LARGEST_TRACE) / SPANS_A_TRACE;
        try (SpanStore store = SpanStore.open(directory, Stores.keeping(SPANS));
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            for (int i = 1; i <= LARGEST_TRACE; i++) {
                span(store, draft, 1, i, i == 1 ? 0 : 1 + i / 4);
            }
            for (long trace = 2; trace <= traces; trace++) {
                for (int i = 1; i <= SPANS_A_TRACE; i++) {
                    span(store, draft, trace, i, i - 1);
                }
            }
            assertThat(index.await(PATIENCE)).isTrue();
        }
        return traces;
    }

    @Test
    void questionsThatLeaveOutHardlyAnySpanAreAnsweredIn64MebibytesOfHeap() {
        Path directory = scratch.resolve("store");
        long traces = fill(directory);
        long others = traces - 1;
        long all = LARGEST_TRACE + others * SPANS_A_TRACE;
        List<Long> expected = List.of(
                all - traces, // all but the roots
                LARGEST_TRACE + others,
                all,
                LARGEST_TRACE - 1L,
                traces,
                others * (SPANS_A_TRACE - 1),
                others,
                others * (SPANS_A_TRACE - 1),
                others * (SPANS_A_TRACE - 1));
        try (ChildJvm child = ChildJvm.of(AskedChild.class)
                .scratch(scratch)
                .flag("-Xmx64m")
                .arguments(directory)
                .start()) {
            int ended = child.await(CHILD_SECONDS);
            List<Long> found = child.output().lines().map(Long::valueOf).toList();
            new Gate("small-heap", 0)
                    .put("spans", all)
                    .put("heap_mb", 64)
                    .put("questions", expected.size())
                    .report(found.equals(expected));
            assertThat(ended).as(child.report()).isZero();
            assertThat(found)
                    .as("%s %s", AskedChild.OF_ALL, AskedChild.OF_OTHERS)
                    .isEqualTo(expected);
        }
    }
}
