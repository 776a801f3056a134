package io.offspan.otel;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.AppendResult;
import io.offspan.core.SpanStore;
import io.offspan.core.SpanStoreException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an autoconfigured SDK records into: a store, or, where none can be opened, a counter that lets the host run.
 *
 * <p>Logs through {@code java.util.logging}, as the SDK does, so that its line appears where the host's operator looks for those of
 * the SDK, whatever logging the host itself has.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> the store and closes it at {@link #shutdown}.
 */
final class HostStore implements OffspanSpanExporter.Target {
    private static final Logger LOG = Logger.getLogger("io.offspan.otel");
    private static final Duration FLUSH_TIME = Duration.ofSeconds(10);

    private final @Nullable SpanStore store;
    private final LongAdder notOpen = new LongAdder();
    private final SpanRecorder recorder;
    private @Nullable AutoCloseable meters;

    private HostStore(@Nullable SpanStore store) {
        this.store = store;
        recorder = new SpanRecorder(store == null ? this::refuse : noticing(store));
    }

    /** Opens the store that the settings name; logs one line when anything about them or it is not as it should be. */
    static HostStore open(OtelSettings settings) {
        String complaint = settings.complaint();
        SpanStore opened = null;
        try {
            opened = DataDirectories.open(settings);
        } catch (RuntimeException | Error failed) {
            complaint = complaint + (complaint.isEmpty() ? "" : " ") + noStore(failed);
            LOG.log(Level.FINE, "Why no store is open", failed);
        }
        HostStore host = new HostStore(opened);
        if (!complaint.isEmpty()) {
            LOG.warning("Offspan: " + complaint);
        }
        return host;
    }

    private static String noStore(Throwable failed) {
        String reason = failed instanceof RuntimeException && failed.getMessage() != null
                ? failed.getMessage()
                : String.valueOf(failed);
        String remedy = failed instanceof SpanStoreException.DiskFull
                ? ". Or set " + OtelSettings.PATH + " to a directory of another disk"
                : "";
        return "Spans are dropped and counted in " + StoreMeters.DROPPED + "; the service runs. "
                + reason.replaceAll("\\R", " ") + remedy;
    }

    private static SpanSink noticing(SpanStore store) {
        DropNotices notices = new DropNotices(store);
        return span -> {
            int result = store.append(span);
            if (result < 0) {
                notices.dropped(result);
            }
            return result;
        };
    }

    private long refuse(SpanDraft span) {
        notOpen.increment();
        return AppendResult.CLOSED;
    }

    SpanRecorder recorder() {
        return recorder;
    }

    /** Returns the store, or null where none could be opened. */
    @Nullable
    SpanStore store() {
        return store;
    }

    /** Returns how many spans were dropped because no store could be opened. */
    long notOpen() {
        return notOpen.sum();
    }

    /** Takes the meters that end with this store. */
    synchronized void meters(AutoCloseable registered) {
        meters = registered;
    }

    @Override
    public CompletableResultCode flush() {
        return OffspanSpanExporter.code(store == null || store.awaitSynced(FLUSH_TIME));
    }

    @Override
    public synchronized CompletableResultCode shutdown() {
        try (AutoCloseable ending = meters) {
            meters = null;
            if (store != null) {
                store.close();
            }
            return CompletableResultCode.ofSuccess();
        } catch (Exception | Error failed) {
            LOG.warning("Offspan: the store could not be closed: " + failed + "; what it acknowledged is stored");
            return CompletableResultCode.ofFailure();
        }
    }
}
