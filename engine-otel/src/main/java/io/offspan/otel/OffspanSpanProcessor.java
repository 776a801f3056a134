package io.offspan.otel;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.jspecify.annotations.Nullable;

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
 * <p>A host that configures its SDK from properties gets it with {@code otel.traces.exporter=offspan} instead.
 *
 * <p><b>Threads.</b> Called by every thread that ends a span; waits for no other thread beyond what the store's overflow
 * policy allows. <b>Owns</b> drafts, not the store: close the provider first, then the store.
 *
 * <p><b>Fails</b> never towards the host: a span that cannot be stored is counted, by the store under its reason, and in
 * {@link #refused()}.
 */
public final class OffspanSpanProcessor implements SpanProcessor {
    private final SpanRecorder recorder;
    private final @Nullable HostStore owned;

    private OffspanSpanProcessor(SpanRecorder recorder, @Nullable HostStore owned) {
        this.recorder = recorder;
        this.owned = owned;
    }

    /** Returns a processor that hands spans to a store: {@code into(store::append)}. */
    public static OffspanSpanProcessor into(SpanSink sink) {
        SdkLink.warn();
        return new OffspanSpanProcessor(new SpanRecorder(sink), null);
    }

    /** Returns a processor that closes what it records into when it is shut down. */
    static OffspanSpanProcessor owning(HostStore store) {
        return new OffspanSpanProcessor(store.recorder(), store);
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
        try {
            recorder.record(span.toSpanData());
        } catch (StackOverflowError | OutOfMemoryError tight) {
            recorder.failed(tight);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    /** Waits until the spans are on the disk, where this processor was made by the autoconfiguration; they are stored in any case. */
    @Override
    public CompletableResultCode forceFlush() {
        return owned == null ? CompletableResultCode.ofSuccess() : owned.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return owned == null ? CompletableResultCode.ofSuccess() : owned.shutdown();
    }

    /** Returns how many spans the store has acknowledged to this processor. */
    public long stored() {
        return recorder.stored();
    }

    /** Returns how many spans were not stored. */
    public long refused() {
        return recorder.refused() + recorder.unfit();
    }
}
