package io.offspan.bench.child;

import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Appends spans as fast as the store takes them and ends in the middle of it, as if killed: nothing is flushed or closed. Arguments:
 * directory, spans, bytes of the store's budget.
 */
public final class KilledChild {
    private static final int HELD_SPANS = 4096;

    private KilledChild() {}

    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[1]);
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .budgetBytes(Long.parseLong(arguments[2]))
                .build();
        W1Drafts drafts = new W1Drafts();
        List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(HELD_SPANS);
        SpanStore store = SpanStore.open(Path.of(arguments[0]), config);
        SpanAppender appender = store.newAppender();
        for (long i = 0; i < count; i++) {
            W1Span span = spans.get((int) (i % HELD_SPANS));
            drafts.fill(appender.draft(), span);
            appender.draft().ids(span.traceIdHigh(), span.traceIdLow() + i / HELD_SPANS, span.spanId() + i);
            int result = appender.append();
            if (result != AppendResult.ACCEPTED) {
                throw new IllegalStateException("Span " + i + " was not accepted: " + AppendResult.name(result));
            }
        }
        Figures.print("spans", count);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
