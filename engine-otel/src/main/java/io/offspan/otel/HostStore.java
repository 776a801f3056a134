package io.offspan.otel;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an autoconfigured SDK records into: a store, or, as long as none can be opened, a counter that lets the host run.
 *
 * <p>What keeps a store from opening mostly passes: a full disk, a directory that another process holds, too many open files. So
 * it is tried again, by a thread of its own and ever more rarely, unless only a restart of the host can help.
 *
 * <p>Logs through {@code java.util.logging}, as the SDK does, so that its line appears where the host's operator looks for those of
 * the SDK, whatever logging the host itself has.
 *
 * <p><b>Threads.</b> Any. <b>Owns</b> the store and closes it at {@link #shutdown}.
 */
final class HostStore implements OffspanSpanExporter.Target {
    private static final Logger LOG = Logger.getLogger("io.offspan.otel");
    private static final Duration FLUSH_TIME = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final OtelSettings settings;
    private final LongAdder notOpen = new LongAdder();
    private final LongAdder failedOpenings = new LongAdder();
    private final SpanRecorder recorder = new SpanRecorder(this::append);

    private volatile @Nullable SpanStore store;
    private volatile @Nullable SpanSink sink;
    private @Nullable AutoCloseable meters;
    private boolean shutDown;

    private HostStore(OtelSettings settings) {
        this.settings = settings;
    }

    /** Opens the store that the settings name, now or as soon as it can be; logs where, and one line for what is wrong. */
    static HostStore open(OtelSettings settings) {
        return open(settings, FIRST_WAIT);
    }

    /** @param firstWait before the second trial; each one after waits twice as long, up to a minute */
    static HostStore open(OtelSettings settings, Duration firstWait) {
        HostStore host = new HostStore(settings);
        String complaint = settings.complaint();
        String unlinked = SdkLink.problem();
        if (unlinked != null) {
            complaint = join(complaint, noStore(unlinked));
        } else {
            Throwable failed = host.tryToOpen();
            if (failed != null) {
                complaint = join(complaint, noStore(reason(failed)));
                host.tryAgain(failed, firstWait);
            }
        }
        if (!complaint.isEmpty()) {
            LOG.warning("Offspan: " + complaint);
        }
        SpanStore opened = host.store;
        if (opened != null) {
            LOG.info("Offspan: spans are stored in " + opened.directory());
        }
        return host;
    }

    private static String join(String one, String other) {
        return one.isEmpty() ? other : one + " " + other;
    }

    private static String noStore(String reason) {
        return "Spans are dropped and counted in " + StoreMeters.DROPPED + "; the service runs. " + reason;
    }

    private static String reason(Throwable failed) {
        String reason = failed instanceof RuntimeException && failed.getMessage() != null
                ? failed.getMessage()
                : String.valueOf(failed);
        String remedy = failed instanceof SpanStoreException.DiskFull
                ? ". Or set " + OtelSettings.PATH + " to a directory of another disk"
                : "";
        return reason.replaceAll("\\R", " ") + remedy + (mayPass(failed) ? ". It is tried again within a minute." : "");
    }

    /** Returns whether the store may open later in this JVM. */
    private static boolean mayPass(Throwable failed) {
        return !(failed instanceof SpanStoreException.MissingFlags
                || failed instanceof SpanStoreException.Unsupported
                || failed instanceof LinkageError);
    }

    /** Opens the store and returns null, or what has kept it from opening. */
    private @Nullable Throwable tryToOpen() {
        try {
            SpanStore opened = DataDirectories.open(settings);
            DropNotices notices = new DropNotices(opened);
            // Before the store: whoever has seen that it is open must find the way into it.
            sink = span -> {
                int result = opened.append(span);
                if (result < 0) {
                    notices.dropped(result);
                }
                return result;
            };
            store = opened;
            return null;
        } catch (RuntimeException | Error failed) {
            failedOpenings.increment();
            LOG.log(Level.FINE, "Why no store is open", failed);
            return failed;
        }
    }

    private void tryAgain(Throwable failed, Duration firstWait) {
        if (mayPass(failed)) {
            Thread opener = new Thread(() -> openLater(firstWait.toNanos()), "offspan-open");
            opener.setDaemon(true);
            // Not the application's: it would be kept from going when the application is loaded anew.
            opener.setContextClassLoader(HostStore.class.getClassLoader());
            opener.start();
        }
    }

    private void openLater(long firstWait) {
        long wait = firstWait;
        while (runsAfter(wait)) {
            if (openNow()) {
                return;
            }
            wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
        }
    }

    /** Waits, and tells whether the host still runs then. */
    private synchronized boolean runsAfter(long nanos) {
        long begin = System.nanoTime();
        long left = nanos;
        try {
            while (!shutDown && left > 0) {
                wait(left / NANOS_PER_MILLI + 1);
                left = nanos - (System.nanoTime() - begin);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !shutDown;
    }

    /** Tries once more, unless the host has ended; returns whether that was the last time. */
    private synchronized boolean openNow() {
        if (shutDown) {
            return true;
        }
        Throwable failed = tryToOpen();
        SpanStore opened = store;
        if (opened != null) {
            LOG.info("Offspan: spans are stored in " + opened.directory() + " from now on; failed openings: "
                    + failedOpenings + ", spans dropped meanwhile: " + notOpen);
        }
        return failed == null || !mayPass(failed);
    }

    /** Stores a span, or counts it where no store is open. */
    long append(SpanDraft span) {
        SpanSink open = sink;
        if (open == null) {
            notOpen.increment();
            return AppendResult.CLOSED;
        }
        return open.append(span);
    }

    SpanRecorder recorder() {
        return recorder;
    }

    /** Returns the store, or null as long as none could be opened. */
    @Nullable
    SpanStore store() {
        return store;
    }

    /** Returns how many spans were dropped because no store was open. */
    long notOpen() {
        return notOpen.sum();
    }

    /** Returns how often no store could be opened. */
    long failedOpenings() {
        return failedOpenings.sum();
    }

    /** Takes the meters that end with this store. */
    synchronized void meters(AutoCloseable registered) {
        meters = registered;
    }

    @Override
    public CompletableResultCode flush() {
        SpanStore open = store;
        return OffspanSpanExporter.code(open == null || open.awaitSynced(FLUSH_TIME));
    }

    @Override
    public synchronized CompletableResultCode shutdown() {
        shutDown = true;
        notifyAll();
        try (AutoCloseable ending = meters) {
            meters = null;
            SpanStore open = store;
            if (open != null) {
                open.close();
            }
            return CompletableResultCode.ofSuccess();
        } catch (Exception | Error failed) {
            LOG.warning("Offspan: the store could not be closed: " + failed + "; what it acknowledged is stored");
            return CompletableResultCode.ofFailure();
        }
    }
}
