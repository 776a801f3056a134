package io.offspan.otel;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreState;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an autoconfigured SDK records into: a store, or, as long as none can be opened, a counter that lets the host run.
 *
 * <p>What keeps a store from opening mostly passes: a full disk, a directory that another process holds, too many open files. So
 * it is tried again, by a thread of its own and four times a second at least, unless only a restart of the host can help; a disk with
 * errors of its own, which each trial would write to, twice a minute at last. A store that has failed, because somebody changed its
 * files for instance, is closed and opened again in the same way.
 *
 * <p>Logs through {@code java.util.logging}, as the SDK does, so that its line appears where the host's operator looks for those of
 * the SDK, whatever logging the host itself has.
 *
 * <p><b>Threads.</b> Any; one that ends a span waits for no opening and no closing. <b>Owns</b> the store and closes it at {@link #shutdown}, or when it has failed.
 */
final class HostStore implements OffspanSpanExporter.Target {
    private static final Logger LOG = Logger.getLogger("io.offspan.otel");
    private static final Duration FLUSH_TIME = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofMillis(50);
    /** A trial in vain takes about half a millisecond. */
    private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(250).toNanos();
    /** A trial on a sick disk makes a slab file anew. */
    private static final long LONGEST_WAIT_OF_SICK_DISK_NANOS =
            Duration.ofSeconds(30).toNanos();
    /** A store that fails again and again is opened once in so long, so that it does not fill the host's log. */
    private static final long LONGEST_REST_NANOS = Duration.ofMinutes(1).toNanos();

    /** Those that were opened and not shut down, the first first. */
    private static final List<HostStore> RUNNING = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final OtelSettings settings;
    private final long firstWait;
    private final LongAdder notOpen = new LongAdder();
    private final LongAdder failedOpenings = new LongAdder();
    private final SpanRecorder recorder = new SpanRecorder(this::append);

    private volatile @Nullable SpanStore store;
    private volatile @Nullable SpanSink sink;
    private @Nullable AutoCloseable meters;
    /** What the stores before the last one have counted; guards {@link #counted}. */
    private final StoreCounters former = new StoreCounters();
    /** The counters of the store that was opened last. */
    private StoreCounters counted = new StoreCounters();

    private long openedAt;
    /** How long to wait before a store that has failed is opened again. */
    private long rest;

    private volatile boolean shutDown;
    /** Whether a store has failed that has not been opened again. */
    private volatile boolean replacing;

    private HostStore(OtelSettings settings, long firstWait) {
        this.settings = settings;
        this.firstWait = firstWait;
        rest = firstWait;
    }

    /** Opens the store that the settings name, now or as soon as it can be; logs where, and one line for what is wrong. */
    static HostStore open(OtelSettings settings) {
        return open(settings, FIRST_WAIT);
    }

    /** @param firstWait before the second trial; each one after waits twice as long, up to a quarter of a second */
    static HostStore open(OtelSettings settings, Duration firstWait) {
        HostStore host = new HostStore(settings, firstWait.toNanos());
        RUNNING.add(host);
        String complaint = settings.complaint();
        String unlinked = SdkLink.problem();
        if (unlinked != null) {
            complaint = join(complaint, noStore(unlinked));
        } else {
            Throwable failed = host.firstTrial();
            if (failed != null) {
                complaint = join(complaint, noStore(reason(failed)));
                if (mayPass(failed)) {
                    start(() -> host.openLater(failed));
                }
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
        String remedy = "";
        if (failed instanceof SpanStoreException.DiskFull) {
            remedy = ". Or set " + OtelSettings.PATH + " to a directory of another disk";
        } else if (failed instanceof SpanStoreException.MissingFlags) {
            remedy = ", by " + OtelSettings.OPEN_MODULES + "=true";
        }
        return reason.replaceAll("\\R", " ")
                + remedy
                + (mayPass(failed)
                        ? ". It is tried again, "
                                + (isOfSickDisk(failed) ? "twice a minute at last." : "four times a second.")
                        : "");
    }

    /** Returns whether the store may open later in this JVM. */
    private static boolean mayPass(Throwable failed) {
        return !(failed instanceof SpanStoreException.MissingFlags
                || failed instanceof SpanStoreException.Unsupported
                || failed instanceof LinkageError);
    }

    /** Returns how long the next trial may be put off after a failure. */
    static long longestWaitNanos(Throwable failed) {
        return isOfSickDisk(failed) ? LONGEST_WAIT_OF_SICK_DISK_NANOS : LONGEST_WAIT_NANOS;
    }

    private static boolean isOfSickDisk(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("Input/output error")) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Throwable firstTrial() {
        lock.lock();
        try {
            return tryToOpen();
        } finally {
            lock.unlock();
        }
    }

    /** Opens the store and returns null, or what has kept it from opening; by whoever holds the lock. */
    private @Nullable Throwable tryToOpen() {
        try {
            SpanStore opened = DataDirectories.open(settings);
            DropNotices notices = new DropNotices(opened);
            count(opened.counters());
            openedAt = System.nanoTime();
            // Before the store: whoever has seen that it is open must find the way into it.
            sink = span -> {
                int result = opened.append(span);
                if (result < 0) {
                    notices.dropped(result);
                    if (result == AppendResult.FAILED && opened.state() == StoreState.FAILED) {
                        replace(opened);
                    }
                }
                return result;
            };
            store = opened;
            replacing = false;
            return null;
        } catch (RuntimeException | Error failed) {
            failedOpenings.increment();
            LOG.log(Level.FINE, "Why no store is open", failed);
            return failed;
        }
    }

    private void count(StoreCounters counters) {
        synchronized (former) {
            for (Counter counter : Counter.values()) {
                former.add(counter, counted.get(counter));
            }
            counted = counters;
        }
    }

    private static void start(Runnable opening) {
        Thread opener = new Thread(opening, "offspan-open");
        opener.setDaemon(true);
        // Not the application's: it would be kept from going when the application is loaded anew.
        opener.setContextClassLoader(HostStore.class.getClassLoader());
        opener.start();
    }

    /**
     * Lets go of a store that takes no spans any more, and opens it again in a moment. Whoever holds the lock opens or ends already, which a
     * thread that ends a span does not wait for.
     */
    private void replace(SpanStore failed) {
        if (store == failed && !shutDown && lock.tryLock()) {
            try {
                replaceOnce(failed);
            } finally {
                lock.unlock();
            }
        }
    }

    private void replaceOnce(SpanStore failed) {
        if (store != failed || shutDown) {
            return;
        }
        replacing = true;
        long now = System.nanoTime();
        rest = now - openedAt > LONGEST_REST_NANOS ? firstWait : Math.min(2 * rest, LONGEST_REST_NANOS);
        long wait = rest;
        start(() -> {
            close(failed);
            if (runsAfter(wait)) {
                Throwable again = openNow();
                if (again != null) {
                    openLater(again);
                }
            }
        });
        // Only now: without a thread to open it again the next span has to try once more.
        sink = null;
        store = null;
    }

    private static void close(SpanStore failed) {
        try {
            failed.close();
        } catch (RuntimeException | Error again) {
            LOG.log(Level.FINE, "A store that had failed could not be closed properly either", again);
        }
    }

    /** Tries until it opens, or cannot any more. */
    private void openLater(Throwable first) {
        Throwable failed = first;
        for (long wait = firstWait; failed != null && runsAfter(wait); wait *= 2) {
            wait = Math.min(wait, longestWaitNanos(failed) / 2);
            failed = openNow();
        }
    }

    /** Waits, and tells whether the host still runs then. */
    private boolean runsAfter(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!shutDown && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
        return !shutDown;
    }

    /** Tries once more, unless the host has ended; returns what another trial may get over, or null. */
    private @Nullable Throwable openNow() {
        lock.lock();
        try {
            if (shutDown) {
                return null;
            }
            Throwable failed = tryToOpen();
            SpanStore opened = store;
            if (opened != null) {
                LOG.info("Offspan: spans are stored in " + opened.directory() + " from now on; failed openings: "
                        + failedOpenings + ", spans dropped meanwhile: " + notOpen);
            }
            return failed != null && mayPass(failed) ? failed : null;
        } finally {
            lock.unlock();
        }
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

    /** Returns what all stores together have counted that were open here. */
    long count(Counter counter) {
        synchronized (former) {
            return former.get(counter) + counted.get(counter);
        }
    }

    /** Returns how many spans were dropped because no store was open. */
    long notOpen() {
        return notOpen.sum();
    }

    /** Returns how often no store could be opened. */
    long failedOpenings() {
        return failedOpenings.sum();
    }

    /** Returns the stores that are open in this process, that of the SDK that was configured first before the others. */
    static List<SpanStore> openStores() {
        List<SpanStore> stores = new ArrayList<>();
        for (HostStore host : RUNNING) {
            SpanStore open = host.store;
            if (open != null) {
                stores.add(open);
            }
        }
        return stores;
    }

    /** Returns the store of the SDK that was configured first; nothing while it cannot be opened, though others may be open. */
    static Optional<SpanStore> firstStore() {
        return RUNNING.stream().findFirst().map(host -> host.store);
    }

    /** Takes the meters that end with this store. */
    void meters(AutoCloseable registered) {
        lock.lock();
        try {
            meters = registered;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until what was stored is on the disk; a store that has failed may hold spans that are not until it is open again. */
    @Override
    public CompletableResultCode flush() {
        SpanStore open = store;
        return OffspanSpanExporter.code(open == null ? !replacing : open.awaitSynced(FLUSH_TIME));
    }

    @Override
    public CompletableResultCode shutdown() {
        RUNNING.remove(this);
        AutoCloseable ending;
        SpanStore open;
        lock.lock();
        try {
            shutDown = true;
            ended.signalAll();
            ending = meters;
            meters = null;
            open = store;
        } finally {
            lock.unlock();
        }
        // Without the lock: threads that end spans meanwhile must not wait for it.
        try (ending) {
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
