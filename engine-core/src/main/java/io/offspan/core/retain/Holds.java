package io.offspan.core.retain;

import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentIdentity;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What retention waits for: the checkpoints of exporters that have given a sign of life within the hold's age.
 *
 * <p>Reads what others have written, and is harmed by none of it: what is no readable checkpoint of a sane name holds nothing.
 *
 * <p>Immutable.
 */
final class Holds {
    /** Nobody has so many exporters; more files than this are somebody's mistake. */
    private static final int MAX_FILES = 256;
    /** How far a sign of life may lie in the future before it is taken for none. */
    private static final long SKEW_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-][a-z0-9._-]{0,63}");

    private final List<Checkpoint> live;

    private Holds(List<Checkpoint> live) {
        this.live = live;
    }

    /** Reads the checkpoints of a directory, which need not exist. */
    static Holds read(Path directory, long nowMillis, Duration maxAge) {
        List<Checkpoint> live = new ArrayList<>();
        if (maxAge.isZero() || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return new Holds(live);
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            int files = 0;
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                boolean sane = NAME.matcher(name).matches() && CheckpointFile.isCheckpoint(name);
                if (sane && files++ < MAX_FILES) {
                    add(live, new CheckpointFile(entry), nowMillis, maxAge);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("The checkpoints in {} cannot be listed; retention waits for no exporter", directory, e);
        }
        return new Holds(live);
    }

    private static void add(List<Checkpoint> live, CheckpointFile file, long nowMillis, Duration maxAge) {
        try {
            long age = nowMillis - file.touchedMillis();
            Checkpoint checkpoint = age > maxAge.toMillis() || age < -SKEW_MILLIS ? null : file.read();
            if (checkpoint != null) {
                live.add(checkpoint);
            }
        } catch (IOException unreadable) {
            LOG.debug("{} holds no segment: {}", file.path(), unreadable.getMessage());
        }
    }

    /** Returns how many spans of a segment some exporter has still to send. */
    long unexported(Segment segment) {
        long most = 0;
        for (Checkpoint checkpoint : live) {
            most = Math.max(most, unexported(segment, checkpoint));
        }
        return most;
    }

    private static long unexported(Segment segment, Checkpoint checkpoint) {
        SegmentIdentity identity = segment.identity();
        if (identity != null && !identity.storeId().equals(checkpoint.storeId())) {
            return 0;
        }
        int number = checkpoint.position().segmentNumber();
        if (segment.number() != number) {
            return segment.number() > number ? segment.spans() : 0;
        }
        if (segment.id() != checkpoint.position().segmentId()) {
            return 0;
        }
        return segment.directory().spansFrom(checkpoint.position().ordinal());
    }
}
