package io.offspan.core;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.OwnerLock;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.files.Remedy;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.ingest.Ingest;
import io.offspan.core.ingest.SpanRun;
import io.offspan.core.log.LogDirectory;
import io.offspan.core.log.QueueRuntime;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.SpanStoreException;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store of spans in a directory, opened for writing.
 *
 * <pre>{@code
 * try (SpanStore store = SpanStore.open(Path.of("/var/lib/cart/spans"), StoreConfig.defaults())) {
 *     SpanAppender appender = store.newAppender();
 *     ...
 * }
 * }</pre>
 *
 * <p>An acknowledged span survives a kill of the process at once and, under {@link Durability#INTERVAL}, a power loss after the
 * sync interval. Opening a directory that a killed process left continues where that process stopped.
 *
 * <p><b>Threads.</b> All methods may be called by any thread; a {@link SpanAppender} belongs to one. The store runs two threads of
 * its own, and a third once it has written some hundred kilobytes, all daemons.
 *
 * <p><b>Owns</b> the directory until {@link #close}, by a lock of the operating system. Others may read it meanwhile through {@link
 * StoreReader}.
 *
 * <p><b>Fails</b> with a {@link SpanStoreException} when it is opened. Appending returns {@link AppendResult} codes and counts.
 */
public final class SpanStore implements AutoCloseable {
    private static final Duration CLOSE_TIME = Duration.ofSeconds(30);
    /** What a file system has in its own root, where a volume is a store's directory. */
    private static final String OF_THE_VOLUME = "lost+found";

    private static final Set<String> OURS =
            Set.of("lock", "slabs", "slabs.new", "slabs.quarantined", "log", "index", "checkpoints", "tmp");

    private final Path directory;
    private final StoreConfig config;
    private final OwnerLock lock;
    private final StoreCounters counters;
    private final Ingest ingest;
    private final AtomicInteger appenders = new AtomicInteger();
    private final SlotPool<SpanDraft> drafts = new SlotPool<>(SpanDraft::new);
    private final @Nullable Redaction redaction;
    private final ConcurrentLinkedQueue<OtlpAppender> idleOtlp = new ConcurrentLinkedQueue<>();
    private @Nullable StoreReader reader;
    private volatile boolean closed;

    private SpanStore(Path directory, StoreConfig config, OwnerLock lock, StoreCounters counters, Ingest ingest) {
        this.directory = directory;
        this.config = config;
        this.lock = lock;
        this.counters = counters;
        this.ingest = ingest;
        redaction = Redaction.of(config.attributes(), counters);
    }

    /** Opens a directory with the default settings, making it if it does not exist. */
    public static SpanStore open(Path directory) {
        return open(directory, StoreConfig.defaults());
    }

    /**
     * Opens a directory for writing, making it if it does not exist, and takes over what an earlier process left in it.
     *
     * @throws SpanStoreException when the directory cannot be used, with what was found and what to do
     */
    public static SpanStore open(Path directory, StoreConfig config) {
        return open(directory, config, false);
    }

    /** Opens a directory as {@link #open(Path, StoreConfig)} does, but appends to none of the segments that are there. */
    static SpanStore openAnew(Path directory, StoreConfig config) {
        return open(directory, config, true);
    }

    private static SpanStore open(Path directory, StoreConfig config, boolean anew) {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(config, "config");
        JvmAccess.toWrite(config.openModules());
        try {
            return Uninterrupted.run(() -> openUninterrupted(directory, config, anew));
        } catch (AccessDeniedException e) {
            throw denied(e.getFile(), e);
        } catch (IOException e) {
            if (FreeSpace.isLacking(e, directory)) {
                throw new SpanStoreException.DiskFull(
                        "The store in " + directory + " cannot be opened: " + e.getMessage()
                                + ". Free some space, or name a directory on another disk",
                        e);
            }
            throw new SpanStoreException(
                    "The store in " + directory + " cannot be opened: " + e + ". " + Remedy.of(e), e);
        }
    }

    static SpanStoreException denied(String path, @Nullable Throwable cause) {
        return new SpanStoreException(
                path + " may not be opened by this user; run as its owner, or name another directory", cause);
    }

    private static SpanStore openUninterrupted(Path directory, StoreConfig config, boolean anew) throws IOException {
        OwnerLock lock = null;
        try {
            makeDirectory(directory);
            Ingest.refuseSecondWriter(directory);
            lock = lock(directory);
            setModes(directory, lock.file(), config.groupReads());
            QueueRuntime.configure(directory.resolve("tmp"));
            StoreConfig effective = config.effective(FreeSpace.usable(directory), ownBytes(directory));
            StoreCounters counters = new StoreCounters();
            Ingest ingest = Ingest.start(directory, lock.file(), effective.forIngest(), counters, anew);
            try {
                return new SpanStore(directory, effective, lock, counters, ingest);
            } catch (RuntimeException | Error failed) {
                ingest.close();
                throw failed;
            }
        } catch (IOException | RuntimeException | Error e) {
            release(lock);
            throw e;
        }
    }

    private static OwnerLock lock(Path directory) throws IOException {
        try {
            return OwnerLock.acquire(directory.resolve("lock"), directory.toRealPath());
        } catch (OwnerLock.HeldException held) {
            throw new SpanStoreException.Locked(
                    held.byThisProcess()
                            ? "The store in " + directory + " is already open in this process (" + held.holder()
                                    + "); share one SpanStore, or read with StoreReader"
                            : "The store in " + directory + " is being written by process " + held.holder()
                                    + "; stop it, use another directory, or read with StoreReader");
        }
    }

    private static void release(@Nullable OwnerLock lock) {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException gone) {
                // The lock ends with the descriptor, which is closed in any case.
                throw new SpanStoreException(
                        "The lock of the store could not be given back: " + gone.getMessage(), gone);
            }
        }
    }

    /** Returns a new appender for the calling thread. */
    public SpanAppender newAppender() {
        return new SpanAppender(this, appenders.getAndIncrement() & Integer.MAX_VALUE);
    }

    /**
     * Stores a draft of the caller's own, which stays as it is and may lack anything, as OTLP spans may.
     *
     * @return an {@link AppendResult}
     */
    public int append(SpanDraft draft) {
        return append(draft, homeOfThread());
    }

    /**
     * Stores a span that a function fills in, the shortest way for any thread:
     *
     * <pre>{@code
     * store.append(span -> span.resource(cart).traceId(trace).spanId(id).name("GET /cart").kind(SpanKind.SERVER).times(start, end));
     * }</pre>
     *
     * <p>The draft is empty, resource and scope included, and belongs to the function until it returns. What the function throws is thrown
     * on, and nothing is stored. A function that captures variables may cost their object; an appender costs nothing.
     *
     * @return an {@link AppendResult}
     * @throws io.offspan.codec.span.IncompleteSpanException when trace id, span id, name or start is not set
     */
    public int append(Consumer<SpanDraft> filling) {
        SpanDraft draft = drafts.take();
        try {
            filling.accept(draft);
            draft.requireComplete();
            return append(draft, homeOfThread());
        } finally {
            drafts.give(draft.reset());
        }
    }

    private static int homeOfThread() {
        return (int) Thread.currentThread().getId() & Integer.MAX_VALUE;
    }

    int append(SpanDraft draft, int home) {
        Redaction rules = redaction;
        int result = closed
                ? AppendResult.CLOSED
                : rules == null ? ingest.append(draft, home) : rules.append(draft, home, ingest);
        if (result == AppendResult.ACCEPTED) {
            counters.increment(Counter.ACCEPTED);
        } else if (result != AppendResult.NO_SLAB || !FaultPoint.BUG_FORGETS_DROPS.planted()) {
            counters.increment(counterOf(result));
        }
        return result;
    }

    /** Stores a run of spans, which counts what becomes of each. */
    void append(SpanRun run, int home) {
        if (closed) {
            while (run.next()) {
                run.done(AppendResult.CLOSED);
            }
        } else {
            ingest.append(run, home);
        }
    }

    static Counter counterOf(int result) {
        return switch (result) {
            case AppendResult.NO_SLAB -> Counter.NO_SLAB;
            case AppendResult.BUSY -> Counter.BUSY;
            case AppendResult.TOO_LARGE -> Counter.TOO_LARGE;
            case AppendResult.CLOSED -> Counter.CLOSED;
            default -> Counter.FAILED;
        };
    }

    /** Stores the spans of an encoded ExportTraceServiceRequest (or TracesData, which has the same bytes). */
    public OtlpReceipt appendOtlp(byte[] request) {
        return appendOtlp(request, 0, request.length);
    }

    /** Stores the spans of an encoded ExportTraceServiceRequest; spans that cannot be read are refused one by one and counted. */
    public OtlpReceipt appendOtlp(byte[] request, int offset, int length) {
        OtlpAppender idle = idleOtlp.poll();
        OtlpAppender otlp = idle == null ? new OtlpAppender(this, counters, redaction) : idle;
        try {
            return otlp.append(request, offset, length, homeOfThread());
        } finally {
            otlp.clear();
            idleOtlp.offer(otlp);
        }
    }

    /**
     * Moves every span acknowledged before this call to the log, where followers and other tools find it.
     *
     * @return whether that was done in time
     */
    public boolean flush(Duration timeout) {
        return ingest.flush(timeout, false);
    }

    /**
     * Waits until every span acknowledged before this call is on the disk, so that it survives a power loss.
     *
     * @return false when that was not done in time, or when the disk has refused a force since the store was opened, which {@link
     *     Counter#FAILED_SYNCS} counts: what that covered may be lost, so the answer stays false until the store is opened again
     */
    public boolean awaitSynced(Duration timeout) {
        return ingest.flush(timeout, true);
    }

    /**
     * Returns the reader of this store, the same at every call; it is closed with the store.
     *
     * @throws SpanStoreException.Closed when the store is closed; {@link StoreReader#open} reads it then
     */
    public StoreReader reader() {
        synchronized (lock) {
            if (closed) {
                throw new SpanStoreException.Closed(
                        "The store in " + directory + " is closed; StoreReader.open reads it without a writer");
            }
            StoreReader made = reader;
            if (made == null) {
                made = StoreReader.beside(directory, ingest.slabs(), ingest.catalog());
                reader = made;
            }
            return made;
        }
    }

    /** Returns the counters since the store was opened. */
    public StoreCounters counters() {
        return counters;
    }

    /**
     * Returns how many bytes the disk still gives to segments that were deleted, index files included, because snapshots or followers of this store's reader
     * have them. What readers of {@link StoreReader#open} hold is not known here.
     */
    public long heldBytes() {
        return ingest.catalog().heldBytes();
    }

    /** Returns how many spans the log holds now, those that are not in it yet left out. */
    public long loggedSpans() {
        return ingest.catalog().spans();
    }

    /** Returns how many damaged blocks of the log this store's reader has met. */
    public long damagedBlocks() {
        return ingest.catalog().damages().damagedBlocks();
    }

    /** Returns the settings in force, defaults replaced by their numbers. */
    public StoreConfig config() {
        return config;
    }

    /** Returns the directory. */
    public Path directory() {
        return directory;
    }

    /** Returns what may be expected of the store at this moment. */
    public StoreState state() {
        if (closed) {
            return StoreState.CLOSED;
        }
        if (ingest.failure() != null) {
            return StoreState.FAILED;
        }
        return counters.get(Counter.FAILED_SYNCS) == 0 ? StoreState.RUNNING : StoreState.UNSYNCED;
    }

    /** Returns why the store does not work any more, or null while it does. */
    public @Nullable Throwable failure() {
        return ingest.failure();
    }

    /**
     * Moves everything to the log, forces it to the disk and lets go of the directory. Appends that come later are counted and
     * answered with {@link AppendResult#CLOSED}.
     */
    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            ingest.stop(CLOSE_TIME);
        } finally {
            StoreReader made = reader;
            if (made != null) {
                made.close();
            }
            ingest.close();
            release(lock);
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        boolean there = Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
        PrivateFiles.makeDirectory(directory);
        if (there) {
            requireOurs(directory);
            if (!Files.isWritable(directory)) {
                // So nobody writes a store there now, and the lock cannot be made either.
                PrivateFiles.makeDirectoryPrivate(directory);
            }
        }
    }

    /** Says who may read the store; while it is locked, because a living writer's setting is the one in force. */
    private static void setModes(Path directory, Path lock, boolean groupReads) throws IOException {
        PrivateFiles.letGroupRead(directory, groupReads);
        PrivateFiles.makeDirectoryPrivate(directory);
        PrivateFiles.makePrivate(lock);
        // Made by others than the writer's agent, which sets those of the log and of the slabs as it opens them.
        PrivateFiles.makeAllPrivate(directory.resolve("index"));
        PrivateFiles.makeAllPrivate(directory.resolve("checkpoints"));
    }

    private static void requireOurs(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!OURS.contains(name) && !name.equals(OF_THE_VOLUME)) {
                    throw new SpanStoreException.NotAStore("The directory " + directory + " holds '" + name
                            + "', which is not part of a store; use an empty directory");
                }
            }
        }
    }

    private static long indexBytes(Path directory) {
        File[] files = directory.toFile().listFiles();
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }

    /** Returns what the store has on the disk already. */
    private static long ownBytes(Path directory) throws IOException {
        return LogDirectory.bytes(directory.resolve("log"))
                + indexBytes(directory.resolve("index"))
                + directory.resolve("slabs").toFile().length();
    }
}
