package io.offspan.otel;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Stores every sampled span at the moment it ends: when {@code Span.end()} returns, a kill of the process does not lose it.
 *
 * <pre>{@code
 * SpanStore store = SpanStore.open(directory, StoreConfig.defaults());
 * SdkTracerProvider provider = SdkTracerProvider.builder()
 *         .addSpanProcessor(OffspanSpanProcessor.into(store::append))
 *         .build();
 * }</pre>
 *
 * <p><b>Threads.</b> Called by every thread that ends a span; waits for no other thread beyond what the store's overflow
 * policy allows. <b>Owns</b> drafts, not the store: close the provider first, then the store.
 *
 * <p><b>Fails</b> never towards the host: a span that cannot be stored is counted, by the store under its reason, and in
 * {@link #refused()}.
 */
public final class OffspanSpanProcessor implements SpanProcessor {
    private final SpanSink sink;
    private final MapperPool mappers = new MapperPool();
    private final LongAdder stored = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private OffspanSpanProcessor(SpanSink sink) {
        this.sink = sink;
    }

    /** Returns a processor that hands spans to a store: {@code into(store::append)}. */
    public static OffspanSpanProcessor into(SpanSink sink) {
        return new OffspanSpanProcessor(sink);
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        SpanDataMapper mapper = mappers.take();
        try {
            long result = sink.append(mapper.map(span.toSpanData()));
            (result > 0 ? stored : refused).increment();
        } catch (RuntimeException unfit) {
            // A span that has no place in a store is no reason to fail the host's call.
            refused.increment();
        } finally {
            mappers.give(mapper);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    /** Returns how many spans the store has acknowledged to this processor. */
    public long stored() {
        return stored.sum();
    }

    /** Returns how many spans were not stored. */
    public long refused() {
        return refused.sum();
    }
}
