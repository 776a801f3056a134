package io.offspan.it.fault;

import io.offspan.core.Durability;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process that leaves a small store of several segments and some spans in open slabs, to be killed. */
final class Wreck {
    private Wreck() {}

    static StoreConfig config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(4)
                .stripes(2)
                .spansPerBlock(64)
                .largeSlabs(1)
                .maxSpanBytes(16 << 10)
                .segmentBytes(1 << 20)
                .segmentSpans(1024)
                .budgetBytes(1L << 30)
                .durability(Durability.PROCESS)
                .syncInterval(Duration.ofHours(1))
                .build();
    }

    /** Arguments: directory, spans to move to the log, spans to leave in slabs. */
    public static void main(String[] arguments) throws IOException {
        SpanStore store = SpanStore.open(Path.of(arguments[0]), config());
        int logged = Integer.parseInt(arguments[1]);
        append(store, 1, logged);
        if (!store.flush(Duration.ofSeconds(30))) {
            throw new IllegalStateException("not flushed", store.failure());
        }
        append(store, logged + 1, Integer.parseInt(arguments[2]));
        System.out.println("ready");
        System.out.flush();
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(0);
    }

    static void append(SpanStore store, int first, int count) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (int i = first; i < first + count; i++) {
            span.fill(appender.draft(), 0, i);
            int result = appender.append();
            while (result == AppendResult.NO_SLAB) {
                Thread.onSpinWait();
                result = appender.append();
            }
            if (result != AppendResult.ACCEPTED) {
                throw new IllegalStateException(AppendResult.name(result), store.failure());
            }
        }
    }
}
