package io.offspan.otel;

import io.offspan.core.SpanStore;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stores the batches of the SDK's batch processor, for who wants to keep the encoding off the threads that end spans.
 *
 * <p>The price: what the batch processor still holds, up to 2,048 spans or five seconds of them by its defaults, is on the heap
 * and dies with the process. {@link OffspanSpanProcessor} has no such window.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> drafts, not the store: close the provider first, then the store.
 *
 * <p><b>Fails</b> by result codes: an export has failed when at least one of its spans was not stored. The others are.
 */
public final class OffspanSpanExporter implements SpanExporter {
    private static final Duration FLUSH_TIME = Duration.ofSeconds(10);

    /** The store behind an exporter, whoever owns it. */
    interface Target {
        CompletableResultCode flush();

        CompletableResultCode shutdown();
    }

    private final SpanRecorder recorder;
    private final Target target;
    private final AtomicBoolean shutDown = new AtomicBoolean();

    OffspanSpanExporter(SpanRecorder recorder, Target target) {
        this.recorder = recorder;
        this.target = target;
    }

    /** Returns an exporter into a store, which stays open when the exporter is shut down. */
    public static OffspanSpanExporter into(SpanStore store) {
        SdkLink.warn();
        return new OffspanSpanExporter(new SpanRecorder(store::append), new Target() {
            @Override
            public CompletableResultCode flush() {
                return code(store.awaitSynced(FLUSH_TIME));
            }

            @Override
            public CompletableResultCode shutdown() {
                return flush();
            }
        });
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        if (shutDown.get()) {
            return CompletableResultCode.ofFailure();
        }
        boolean all = true;
        for (SpanData span : spans) {
            all &= recorder.record(span);
        }
        return code(all);
    }

    /** Waits until every span exported so far is on the disk. */
    @Override
    public CompletableResultCode flush() {
        return target.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return shutDown.compareAndSet(false, true) ? target.shutdown() : CompletableResultCode.ofSuccess();
    }

    /** Returns how many spans the store has acknowledged to this exporter. */
    public long stored() {
        return recorder.stored();
    }

    /** Returns how many spans were not stored. */
    public long refused() {
        return recorder.refused() + recorder.unfit();
    }

    static CompletableResultCode code(boolean success) {
        return success ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
    }
}
