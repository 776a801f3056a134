package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanCopier;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.files.Disk;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Damage;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Brings a log with damaged places back to one that verifies: what is sound of each damaged segment is appended again, then its file is
 * set aside under another name.
 *
 * <p>A repair that is killed leaves spans twice at worst, never fewer. An exporter sends the spans that were appended again as new ones.
 *
 * <p><b>Threads.</b> One. Opens the store for writing, so that nobody else may have it open.
 *
 * <p><b>Fails</b> with {@link SpanStoreException}, {@link SpanStoreException.Locked} while another process writes the store among them; no
 * file has been set aside then whose spans are not in the log again.
 */
public final class StoreRepair {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEGMENT_BYTES = 8L << 20;

    private final Path directory;
    private final SpanCopier copier = new SpanCopier();
    private final SpanDraft draft = new SpanDraft();
    private final List<String> setAside = new ArrayList<>();
    private long moved;
    private long lostBlocks;
    private long lostSpans;

    private StoreRepair(Path directory) {
        this.directory = directory;
    }

    /**
     * What a repair did.
     *
     * @param movedSpans spans of damaged segments that were appended again
     * @param lostBlocks damaged blocks of which the place is known
     * @param lostSpans spans that they held, as far as the log says
     * @param setAside the files that were given another name, as paths within the data directory
     */
    public record Result(long movedSpans, long lostBlocks, long lostSpans, List<String> setAside) {
        /** Keeps a copy. */
        public Result {
            setAside = List.copyOf(setAside);
        }
    }

    /** Repairs a store, which may have nothing to repair. */
    public static Result run(Path directory) {
        SortedSet<Integer> damaged = new TreeSet<>();
        try (StoreReader reader = StoreReader.open(directory)) {
            reader.verify(place -> damaged.add(place.segmentNumber()));
        }
        damaged.removeIf(number -> number == Damage.SLABS || number == Damage.NO_SEGMENT);
        return new StoreRepair(directory).repair(damaged);
    }

    private Result repair(SortedSet<Integer> damaged) {
        // The store is not ours to shrink: a budget of our own would let retention delete what its writer still keeps.
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(Long.MAX_VALUE / 2)
                .segmentBytes(SEGMENT_BYTES)
                .overflow(OverflowPolicy.WAIT)
                .maxWait(PATIENCE)
                .build();
        if (!damaged.isEmpty()) {
            // With a segment of its own, so that none of the damaged ones is written to.
            try (SpanStore store = SpanStore.openAnew(directory, config)) {
                appendAgain(store, damaged);
                if (!store.awaitSynced(PATIENCE)) {
                    throw new SpanStoreException(
                            "The spans of damaged segments could not be written to the log again; no file was set aside. Make"
                                    + " room on the disk and repair again",
                            store.failure());
                }
                for (int number : damaged) {
                    setAside(number);
                }
            }
        }
        return new Result(moved, lostBlocks, lostSpans, setAside);
    }

    private void appendAgain(SpanStore store, SortedSet<Integer> damaged) {
        try (StoreSnapshot snapshot = store.reader().snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                if (damaged.contains(blocks.segmentNumber())) {
                    BlockReader block = blocks.open();
                    if (block == null) {
                        lostBlocks++;
                        lostSpans += blocks.spanCount();
                    } else {
                        appendAgain(store, block);
                    }
                }
            }
        }
    }

    private void appendAgain(SpanStore store, BlockReader block) {
        for (int i = 0; i < block.count(); i++) {
            try {
                copier.copy(block.span(i), draft);
            } catch (IndexOutOfBoundsException | FormatException malformed) {
                lostSpans++;
                continue;
            }
            int result = store.append(draft);
            if (result != AppendResult.ACCEPTED) {
                throw new SpanStoreException(
                        "A sound span of a damaged segment was refused when it was appended again: "
                                + AppendResult.name(result) + "; no file was set aside, and repair can run again",
                        null);
            }
            moved++;
        }
    }

    private void setAside(int number) {
        Path log = directory.resolve("log");
        Path plain = log.resolve(SegmentName.of(number));
        Path file = Files.exists(plain) ? plain : log.resolve(SegmentName.quarantined(number));
        Path aside = log.resolve(SegmentName.setAside(number));
        if (!Files.exists(file)) {
            // Opening the store has put it away: a file whose writer was killed in its first moment holds nothing.
            return;
        }
        try {
            Disk.rename(file, aside);
        } catch (IOException e) {
            throw new SpanStoreException(
                    file + " could not be renamed to " + aside.getFileName()
                            + ", though its spans are in the log again: " + e.getMessage()
                            + "; rename it by hand, or its spans are found twice",
                    e);
        }
        setAside.add("log/" + aside.getFileName());
    }
}
