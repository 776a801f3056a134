package io.offspan.core;

import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.RegularFile;
import io.offspan.core.log.LogDirectory;
import io.offspan.core.segment.LogTail;
import io.offspan.core.segment.SegmentCheck;
import io.offspan.core.segment.SegmentGaps;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.SlabsFit;
import io.offspan.core.slab.SlabCheck;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.value.Damage;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log, block by block and span by span, what else is in its directory, the header of the slab file, and the spans of its slabs, without writing anything; the store may be in use.
 *
 * <p><b>Threads.</b> One.
 */
public final class StoreVerifier {
    private final Path logDirectory;
    private final Consumer<Damage> findings;
    private long found;

    /**
     * What was checked.
     *
     * @param segments how many files
     * @param blocks how many blocks of spans
     * @param spans how many intact spans
     * @param bytes how many bytes of blocks
     * @param findings how many damaged places; 0 is a sound log
     */
    public record Result(long segments, long blocks, long spans, long bytes, long findings) {
        /** Tells whether nothing was found. */
        public boolean sound() {
            return findings == 0;
        }
    }

    StoreVerifier(Path logDirectory, Consumer<Damage> findings) {
        this.logDirectory = logDirectory;
        this.findings = findings;
    }

    Result run() throws IOException {
        // Read before the directory: what is written meanwhile is not missing.
        LogEnd known = LogEnd.read(directory());
        found = 0;
        SegmentCheck.Totals totals = SegmentCheck.check(logDirectory, findings);
        checkEntries(known, totals);
        checkHeader(logDirectory.resolveSibling(SlabFile.NAME));
        checkPlace(totals);
        checkSlabs();
        return new Result(
                totals.segments(), totals.blocks(), totals.spans(), totals.bytes(), totals.findings() + found);
    }

    private void checkHeader(Path slabs) throws IOException {
        if (RegularFile.isSomethingElse(slabs)) {
            report(Damage.ofSlabs(
                    0,
                    0,
                    "it" + RegularFile.IS_NONE + "; the store cannot be opened for writing until it is moved away"));
        } else if (SlabFile.isDamaged(slabs)) {
            report(Damage.ofSlabs(
                    0,
                    SlabFile.HEADER_BYTES,
                    "the header does not match its checksum or the file its length; spans that are not in the log yet"
                            + " cannot be read"));
        }
    }

    private void checkSlabs() throws IOException {
        try (SlabFile slabs = SlabFile.openForReader(directory())) {
            if (slabs == null || !slabs.acquire()) {
                return;
            }
            try {
                SlabCheck check = new SlabCheck(slabs);
                for (int i = 0; i < slabs.slabs(); i++) {
                    String finding = check.finding(i);
                    if (!finding.isEmpty()) {
                        long at = slabs.offset(i);
                        report(Damage.ofSlabs(at, at + slabs.layout(i).size(), finding));
                    }
                }
            } finally {
                slabs.release();
            }
        }
    }

    private Path directory() {
        return Objects.requireNonNull(logDirectory.resolveSibling("slabs").getParent(), "the directory of the log");
    }

    /** Names slabs of another store, of another way that the log went, or of an earlier moment. */
    private void checkPlace(SegmentCheck.Totals totals) throws IOException {
        try (SlabFile slabs = SlabFile.openForReader(directory())) {
            LogPlace place = slabs == null ? null : slabs.place();
            if (slabs == null || FaultPoint.BUG_IGNORES_PLACE.planted()) {
                return;
            }
            String misfit = misfit(slabs, place);
            if (!misfit.isEmpty()) {
                report(Damage.ofSlabs(0, SlabFile.HEADER_BYTES, LogEnd.misfit(misfit)));
            } else if (place != null && place.nextSequence() < totals.nextSequence() - 1) {
                report(Damage.ofSlabs(
                        0,
                        SlabFile.HEADER_BYTES,
                        "the slabs are from before block " + place.nextSequence() + ", and the log goes on to block "
                                + (totals.nextSequence() - 1)
                                + "; spans that were only in the slabs of its last moment are missing, how many is not"
                                + " known"));
            }
        }
    }

    private String misfit(SlabFile slabs, @Nullable LogPlace place) {
        try {
            return SlabsFit.misfit(
                    logDirectory, LogTail.read(logDirectory), slabs.storeId(), slabs.incarnation(), place);
        } catch (IOException unreadable) {
            // What of the log cannot be read has been named.
            return "";
        }
    }

    /** Names what the log's own files hide: entries that are no files, foreign starts of files, and an end that is gone. */
    private void checkEntries(LogEnd known, SegmentCheck.Totals totals) throws IOException {
        int highest = 0;
        for (Path entry : entries()) {
            String name = String.valueOf(entry.getFileName());
            int number = SegmentName.number(name);
            highest = Math.max(highest, number);
            if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                    report(Damage.ofEntry(
                            name,
                            "it" + RegularFile.IS_NONE + "; the store cannot be opened for writing"
                                    + " until it is moved away"));
                }
            } else if (number != SegmentName.NONE && name.endsWith(SegmentName.LOG)) {
                checkHeader(entry, number);
            }
        }
        int newest = known.newestSegment();
        boolean setAside = Files.exists(logDirectory.resolve(SegmentName.setAside(newest)), LinkOption.NOFOLLOW_LINKS);
        boolean gone = highest < newest && !setAside;
        boolean early = totals.whole() && !setAside && totals.nextSequence() < known.nextSequence();
        if (gone || early) {
            report(Damage.ofEntry(
                    SegmentName.of(Math.max(newest, highest)),
                    (gone
                                    ? "the writer began this segment, and it is missing, as may be others before it; "
                                    : "it is the newest that the writer began, and was not cut by it; ")
                            + (early ? SegmentGaps.missing(totals.nextSequence(), known.nextSequence()) + ", and " : "")
                            + "the spans in it are lost, except those that the slabs still have"));
        }
    }

    private void checkHeader(Path file, int number) {
        try {
            String deviation = LogDirectory.deviation(file);
            if (deviation != null) {
                report(SegmentName.damage(
                        number,
                        0,
                        LogDirectory.HEADER_BYTES,
                        deviation + "; the next writer puts the file aside unopened, and its blocks are still read"));
            }
        } catch (IOException gone) {
            // Deleted by retention meanwhile; one that cannot be read has been named with its blocks.
            return;
        }
    }

    private List<Path> entries() throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(logDirectory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        entries.sort(null);
        return entries;
    }

    private void report(Damage damage) {
        found++;
        findings.accept(damage);
    }
}
