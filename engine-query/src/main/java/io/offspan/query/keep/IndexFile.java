package io.offspan.query.keep;

import io.offspan.codec.FormatException;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.core.segment.Segment;
import io.offspan.core.segment.SegmentIdentity;
import io.offspan.query.index.IndexedSegment;
import io.offspan.query.index.SealedIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The index file of a segment, as it was found.
 *
 * @param state whether it can be used
 * @param index the file, mapped, where it can be; whoever has found it closes it
 * @param problem why it cannot be used, empty where it can or is not there
 */
record IndexFile(FileState state, @Nullable SealedIndex index, String problem) {
    private static final UUID NOBODY = new UUID(0, 0);

    /** Opens the index file of a segment that the caller has pinned, and holds it against the segment. */
    static IndexFile open(Segment segment) {
        if (!Files.exists(segment.indexFile(), LinkOption.NOFOLLOW_LINKS)) {
            return unusable(FileState.MISSING, "");
        }
        try {
            return fit(segment, SealedIndex.open(segment.indexFile()));
        } catch (NoSuchFileException removed) {
            return unusable(FileState.MISSING, "");
        } catch (FormatException e) {
            boolean other =
                    e.reason() == FormatException.Reason.TOO_NEW || e.reason() == FormatException.Reason.TOO_OLD;
            return unusable(other ? FileState.OTHER_VERSION : FileState.DAMAGED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return unusable(FileState.UNREADABLE, segment.indexFile() + " cannot be read: " + e);
        }
    }

    private static IndexFile unusable(FileState state, String problem) {
        return new IndexFile(state, null, problem);
    }

    /** Reads all of the file, and returns what it is after that. */
    IndexFile checked() {
        SealedIndex opened = index;
        if (opened == null) {
            return this;
        }
        try {
            opened.requireIntact();
            return this;
        } catch (FormatException damage) {
            opened.close();
            return unusable(FileState.DAMAGED, String.valueOf(damage.getMessage()));
        }
    }

    private static IndexFile fit(Segment segment, SealedIndex index) {
        BlockDirectory directory = segment.directory();
        int rows = index.blocks();
        boolean fits = rows <= directory.count()
                && (rows == 0 ? 0 : directory.firstOrdinal(rows - 1) + directory.spanCount(rows - 1)) == index.spans()
                && index.isOf(nameOf(segment, rows));
        if (!fits && !FaultPoint.BUG_TRUSTS_INDEX_FILES.planted()) {
            index.close();
            return unusable(
                    FileState.STALE,
                    segment.indexFile() + " is of other blocks than those of its segment; it is made anew from them");
        }
        return new IndexFile(state(segment, index), index, "");
    }

    /** Returns whether a file that fits has all of its segment. */
    static FileState state(Segment segment, SealedIndex index) {
        boolean whole = segment.ended() && index.blocks() == segment.directory().count();
        return whole ? FileState.WHOLE : FileState.PARTIAL;
    }

    /** Returns what the index file of the first blocks of a segment says of them. */
    static IndexedSegment nameOf(Segment segment, int rows) {
        SegmentIdentity identity = segment.identity();
        int checksum = segment.directory().checksum(rows);
        return identity == null
                ? new IndexedSegment(NOBODY, 0, segment.number(), checksum)
                : new IndexedSegment(identity.storeId(), identity.id(), segment.number(), checksum);
    }
}
