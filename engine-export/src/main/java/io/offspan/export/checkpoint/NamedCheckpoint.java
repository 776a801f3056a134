package io.offspan.export.checkpoint;

import io.offspan.core.StoreReader;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.OwnerLock;
import io.offspan.core.files.PrivateFiles;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.retain.CheckpointFile;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that one exporter keeps under a name in a store, held by a lock from {@link #open} to {@link #close}.
 *
 * <p><b>Threads.</b> One.
 *
 * <p><b>Fails</b> when it is opened, with a {@link CheckpointException}, for a checkpoint that is damaged, of another store or ahead of
 * the log: starting over by itself would send everything twice, or skip what was never sent.
 */
public final class NamedCheckpoint implements AutoCloseable {
    private static final String DIRECTORY = "checkpoints";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-][a-z0-9._-]{0,63}");

    private final OwnerLock lock;
    private final CheckpointFile file;
    private final LongSupplier epochMillis;
    private Checkpoint current;

    private NamedCheckpoint(OwnerLock lock, CheckpointFile file, LongSupplier epochMillis, Checkpoint current) {
        this.lock = lock;
        this.file = file;
        this.epochMillis = epochMillis;
        this.current = current;
    }

    /** Returns where a store keeps its checkpoints and what stands beside them. */
    public static Path directory(Path dataDirectory) {
        return dataDirectory.resolve(DIRECTORY);
    }

    /** Tells whether that may be the name of a checkpoint. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches() && CheckpointFile.isCheckpoint(name);
    }

    /**
     * Refuses what cannot be the name of a checkpoint.
     *
     * @throws IllegalArgumentException with the rule
     */
    public static String requireName(String name) {
        if (!isName(name)) {
            String shown =
                    name.length() > 80 ? name.length() + " characters" : "'" + name.replaceAll("\\p{C}", "?") + "'";
            throw new IllegalArgumentException(
                    "The checkpoint name " + shown
                            + " is not 1 to 64 of a-z, 0-9, '.', '_' and '-', not beginning with '.', not ending in .lock, .new or .status");
        }
        return name;
    }

    /**
     * Takes the name, and continues where its last exporter stopped, or begins at the start of the log.
     *
     * @param fromStart whether to disregard what is there and begin at the start
     */
    public static NamedCheckpoint open(
            StoreReader reader, Path dataDirectory, String name, boolean fromStart, LongSupplier epochMillis) {
        requireName(name);
        try {
            UUID store = reader.storeId();
            if (store == null) {
                throw new SpanStoreException.NotAStore("The store in " + dataDirectory
                        + " has neither a segment nor slabs that tell its id; open it for writing once");
            }
            Path directory = directory(dataDirectory);
            PrivateFiles.makeDirectory(directory);
            OwnerLock lock = lock(directory, name);
            try {
                CheckpointFile file = new CheckpointFile(directory.resolve(name));
                return new NamedCheckpoint(
                        lock, file, epochMillis, load(reader, file, store, fromStart, epochMillis.getAsLong()));
            } catch (IOException | RuntimeException | Error refused) {
                lock.close();
                throw refused;
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    "The checkpoint '" + name + "' in " + dataDirectory + " cannot be used: " + e
                            + "; make room where the disk is full, and see that this user may write there",
                    e);
        }
    }

    private static OwnerLock lock(Path directory, String name) throws IOException {
        String subject = "The checkpoint '" + name + "' of " + directory;
        try {
            return OwnerLock.acquire(
                    directory.resolve(name + ".lock"), directory.toRealPath().resolve(name));
        } catch (OwnerLock.HeldException held) {
            throw new CheckpointException.Locked(
                    held.byThisProcess()
                            ? subject + " is used by another exporter of this process (" + held.holder()
                                    + "); give each destination a name of its own"
                            : subject + " is used by the exporter in process " + held.holder()
                                    + "; stop it, or give this destination another name");
        }
    }

    private static Checkpoint load(StoreReader reader, CheckpointFile file, UUID store, boolean fromStart, long now)
            throws IOException {
        Checkpoint found = fromStart ? null : read(file);
        if (found == null) {
            Checkpoint first = new Checkpoint(store, Position.START, 1, now);
            file.create(first);
            return first;
        }
        if (!found.storeId().equals(store)) {
            throw new CheckpointException.Foreign("The checkpoint " + file.path() + " is of the store "
                    + found.storeId() + ", but this is the store " + store + "; " + choices(file));
        }
        if (!reader.reaches(found.position())) {
            throw new CheckpointException.Ahead("The checkpoint " + file.path() + " is at " + found.position()
                    + ", which the log, ending at " + reader.end()
                    + ", does not have: it was restored from a copy or has lost its end; " + choices(file));
        }
        file.touch(now);
        return found;
    }

    private static @Nullable Checkpoint read(CheckpointFile file) throws IOException {
        try {
            return file.read();
        } catch (CheckpointFile.DamagedException damaged) {
            throw new CheckpointException.Damaged(
                    "How far spans were exported is not known: " + damaged.getMessage() + "; " + choices(file),
                    damaged);
        }
    }

    private static String choices(CheckpointFile file) {
        return "delete " + file.path() + ", so that the next start sends everything in the store again; for a single"
                + " endpoint, --from-start (fromStart in code) does the same";
    }

    /** Returns how far the spans were acknowledged. */
    public Checkpoint current() {
        return current;
    }

    /** Writes that everything before a position was acknowledged; memory keeps it even where the disk does not. */
    public void advance(Position position) throws IOException {
        current = current.next(position, epochMillis.getAsLong());
        requireOurs();
        file.write(current);
        FaultPoint.CHECKPOINT_WRITTEN.reach();
    }

    /** Says that the exporter lives, though it has nothing to acknowledge. */
    public void touch() throws IOException {
        requireOurs();
        file.touch(epochMillis.getAsLong());
    }

    /** Two exporters that write one checkpoint would each undo what the other has noted. */
    private void requireOurs() throws IOException {
        String other = lock.lostTo();
        if (other != null) {
            throw new CheckpointException.Locked("The lock " + lock.file() + " was lost to " + other
                    + "; this exporter writes its checkpoint no more. Leave lock files alone, and start it again");
        }
    }

    /** Gives the name back. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new CheckpointException("The lock of " + file.path() + " could not be given back: " + e, e);
        }
    }
}
