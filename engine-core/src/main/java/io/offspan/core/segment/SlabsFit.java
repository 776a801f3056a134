package io.offspan.core.segment;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockLayout;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells slabs that a log can take in from those of another store, or of another way that the same store went after it was copied.
 *
 * <p>Slabs that are older than the log fit, for the log says which of their spans it holds; so do newer ones, and then blocks are
 * missing.
 *
 * <p><b>Threads.</b> One.
 */
public final class SlabsFit implements BlockWalker.Sink {
    private final LogPlace place;
    private @Nullable SegmentFile file;
    private long segmentId;
    private int crc;
    private boolean found;

    private SlabsFit(LogPlace place) {
        this.place = place;
    }

    /**
     * Returns why slabs do not continue a log, empty when they do.
     *
     * @param storeId the store that the slabs name
     * @param incarnation the number of their file
     * @param place the place that they continue, null when they name none
     */
    public static String misfit(
            Path logDirectory, LogTail log, UUID storeId, long incarnation, @Nullable LogPlace place)
            throws IOException {
        UUID logged = log.storeId();
        if (logged == null) {
            return "";
        }
        if (!logged.equals(storeId)) {
            return "they belong to the store " + storeId + ", and the log to the store " + logged;
        }
        if (place == null) {
            return "";
        }
        if (place.nextSequence() <= log.lastSequence() && log.incarnation() != incarnation) {
            return "the log has gone on with other slabs since block " + (place.nextSequence() - 1);
        }
        boolean end = place.nextSequence() == log.lastSequence() + 1
                && place.lastCrc() == log.lastCrc()
                && place.segmentId() == log.segmentId();
        return end ? "" : new SlabsFit(place).compare(logDirectory);
    }

    private String compare(Path logDirectory) throws IOException {
        TreeMap<Integer, Path> files = new SegmentListing(logDirectory).changed();
        Path path = files == null ? null : files.get(place.segmentNumber());
        if (files == null || path == null) {
            return "";
        }
        walk(path);
        if (segmentId != 0 && place.segmentId() != 0 && segmentId != place.segmentId()) {
            return "they continue another segment " + place.segmentNumber() + " than the one that is there";
        }
        Map.Entry<Integer, Path> next = files.higherEntry(place.segmentNumber());
        if (!found && next != null) {
            walk(next.getValue());
        }
        return found && crc != place.lastCrc()
                ? "they continue another block " + (place.nextSequence() - 1) + " than the one that is there"
                : "";
    }

    private void walk(Path path) throws IOException {
        try (SegmentFile opened = new SegmentFile(path)) {
            file = opened;
            new BlockWalker(opened, this).walk(false);
        }
    }

    @Override
    public void block(long offset, BlockHeader header) throws IOException {
        if (header.kind() == BlockLayout.KIND_SEGMENT && segmentId == 0) {
            identify(offset, header.length());
        }
        if (header.sequence() == place.nextSequence() - 1) {
            found = true;
            crc = header.headerCrc();
        }
    }

    private void identify(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        try {
            int read = Objects.requireNonNull(file).read(offset, bytes, length);
            segmentId = new SegmentBlock(length / 16).load(bytes, 0, read).id();
        } catch (FormatException damaged) {
            segmentId = 0;
        }
    }

    @Override
    public void damage(long from, long to, String reason) {}
}
