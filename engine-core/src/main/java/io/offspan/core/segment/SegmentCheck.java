package io.offspan.core.segment;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import io.offspan.core.value.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of the blocks of a log, segment after segment, and checks what can be checked: both checksums of each block, every
 * span, and that sequences, ordinals, checksums of the block before and ids of the segment before follow on each other.
 *
 * <p><b>Threads.</b> One. Reads by system calls into memory of its own.
 */
public final class SegmentCheck implements BlockWalker.Sink {
    private final Consumer<Damage> findings;
    private final BodyCheck body = new BodyCheck();
    private final BlockReader reader = new BlockReader();
    private Memory memory = Memory.allocate(1 << 20);
    private int number;
    private long segments;
    private long blocks;
    private long spans;
    private long bytes;
    /** Segments set aside are looked for among so many missing numbers. */
    private static final int MAX_GAP = 10_000;

    private long found;
    private long previousId;
    private long expectedSequence = -1;
    private int previousCrc;
    private int expectedOrdinal;
    /** Whether the block before this one in the segment is known, so that it can be compared. */
    private boolean continuous;

    private boolean firstOfSegment;
    private @Nullable SegmentFile file;

    private SegmentCheck(Consumer<Damage> findings) {
        this.findings = findings;
    }

    /**
     * What was checked.
     *
     * @param segments how many files
     * @param blocks how many blocks of spans; one that begins a segment is none
     * @param spans how many intact spans
     * @param bytes how many bytes of blocks
     * @param findings how many damaged places
     * @param nextSequence the sequence of the block that belongs behind the last one
     * @param whole whether nothing is damaged behind that
     */
    public record Totals(
            long segments, long blocks, long spans, long bytes, long findings, long nextSequence, boolean whole) {}

    /** Checks the log in a directory, which may be written to meanwhile; {@code findings} is told of each place that is damaged. */
    public static Totals check(Path logDirectory, Consumer<Damage> findings) throws IOException {
        return check(logDirectory, new SegmentListing(logDirectory).changed(), findings);
    }

    /** Checks the files of a listing, some of which may be gone by now. */
    static Totals check(Path logDirectory, @Nullable TreeMap<Integer, Path> files, Consumer<Damage> findings) {
        SegmentCheck check = null;
        if (files != null) {
            for (Map.Entry<Integer, Path> entry : files.entrySet()) {
                try (SegmentFile file = new SegmentFile(entry.getValue())) {
                    check = check == null ? new SegmentCheck(findings) : check;
                    check.passOver(logDirectory, entry.getKey());
                    check.run(entry.getKey(), file, entry.getKey() < files.lastKey());
                } catch (NoSuchFileException removed) {
                    check = check == null ? new SegmentCheck(findings) : check;
                    check.vanished(entry.getKey(), files);
                } catch (IOException unreadable) {
                    check = check == null ? new SegmentCheck(findings) : check;
                    check.unreadable(entry.getKey(), entry.getValue(), unreadable);
                }
            }
        }
        return check == null
                ? new Totals(0, 0, 0, 0, 0, 0, true)
                : new Totals(
                        check.segments,
                        check.blocks,
                        check.spans,
                        check.bytes,
                        check.found,
                        Math.max(0, check.expectedSequence),
                        check.continuous);
    }

    /**
     * Passes over a segment that was there when the directory was listed. Retention takes the oldest first: one that is gone while an
     * older one is there was taken by somebody else.
     */
    private void vanished(int gone, TreeMap<Integer, Path> listed) {
        continuous = false;
        previousId = 0;
        boolean older =
                listed.headMap(gone).values().stream().anyMatch(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS));
        if (older) {
            number = gone;
            report(0, 0, "the file vanished while it was to be checked, and older ones did not");
        }
    }

    /** Names a segment that cannot be opened; what is no regular file is named with the other entries of the directory. */
    private void unreadable(int unread, Path path, IOException cause) {
        continuous = false;
        previousId = 0;
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            number = unread;
            report(0, 0, "the file cannot be opened: " + cause.getMessage());
        }
    }

    /** Begins a new chain behind segments that a repair has set aside; any others that are missing break the chain. */
    private void passOver(Path logDirectory, int next) {
        for (int missing = number + 1; segments > 0 && missing < next && missing - number <= MAX_GAP; missing++) {
            if (Files.exists(logDirectory.resolve(SegmentName.setAside(missing)), LinkOption.NOFOLLOW_LINKS)) {
                continuous = false;
                previousId = 0;
                return;
            }
        }
    }

    private void run(int number, SegmentFile file, boolean finished) throws NoSuchFileException {
        this.number = number;
        this.file = file;
        segments++;
        firstOfSegment = true;
        expectedOrdinal = 0;
        if (file.isPutAside()) {
            damage(
                    0,
                    0,
                    "the file was put aside because it did not begin as the log's files do; its blocks are still read");
        }
        BlockWalker walker = new BlockWalker(file, this);
        try {
            long length = file.length();
            if (length > Integer.MAX_VALUE) {
                report(
                        Integer.MAX_VALUE,
                        length,
                        "the file has " + length + " bytes, and no segment has more than " + Integer.MAX_VALUE
                                + "; somebody made it longer");
            }
            walker.walk(finished);
        } catch (NoSuchFileException removed) {
            throw removed;
        } catch (IOException e) {
            damage(walker.position(), walker.position(), "the file cannot be read: " + e.getMessage());
            continuous = false;
        }
    }

    @Override
    public void damage(long from, long to, String reason) {
        found++;
        continuous = false;
        findings.accept(SegmentName.damage(number, from, to, reason));
    }

    @Override
    public void block(long offset, BlockHeader header) throws IOException {
        blocks += header.spanCount() > 0 ? 1 : 0;
        bytes += header.length();
        checkChain(offset, header);
        long end = offset + header.length();
        try {
            if (body.matches(Objects.requireNonNull(file), offset, header.length(), header.bodyCrc())) {
                checkContents(offset, header);
            } else {
                report(offset, end, "the body of block " + header.sequence() + " does not match its checksum");
            }
        } catch (NoSuchFileException removed) {
            throw removed;
        } catch (IOException e) {
            report(offset, end, "block " + header.sequence() + " cannot be read: " + e.getMessage());
        }
        expectedSequence = header.sequence() + 1;
        expectedOrdinal = header.firstOrdinal() + header.spanCount();
        previousCrc = header.headerCrc();
        continuous = true;
        firstOfSegment = false;
    }

    private void checkChain(long offset, BlockHeader header) {
        long end = offset + header.length();
        if (firstOfSegment && header.kind() != BlockLayout.KIND_SEGMENT) {
            report(offset, end, "the segment does not begin with a segment block");
        }
        if (!continuous) {
            return;
        }
        if (firstOfSegment && header.sequence() > expectedSequence) {
            report(offset, end, SegmentGaps.missing(expectedSequence, header.sequence()) + " before this segment");
            previousId = 0;
        } else if (header.sequence() != expectedSequence) {
            report(offset, end, "block " + header.sequence() + " stands where block " + expectedSequence + " belongs");
        } else if (header.previousCrc() != previousCrc && !(firstOfSegment && header.previousCrc() == 0)) {
            report(
                    offset,
                    end,
                    "block " + header.sequence() + " names another block before it than the one that is there");
        }
        if (!firstOfSegment && header.firstOrdinal() != expectedOrdinal) {
            report(
                    offset,
                    end,
                    "block " + header.sequence() + " begins with span " + header.firstOrdinal() + " of the segment, "
                            + expectedOrdinal + " was due");
        }
    }

    private void checkContents(long offset, BlockHeader header) {
        if (header.kind() == BlockLayout.KIND_SEGMENT) {
            checkIdentity(offset, header.length());
            return;
        }
        if (memory.length() < header.length()) {
            memory = Memory.allocate(header.length());
        }
        memory.putBytes(0, body.bytes(), 0, header.length());
        int span = -1;
        try {
            reader.wrap(memory, 0);
            for (span = 0; span < reader.count(); span++) {
                reader.span(span).validate();
                spans++;
            }
        } catch (FormatException | IndexOutOfBoundsException e) {
            report(
                    offset,
                    offset + header.length(),
                    "span " + span + " of block " + header.sequence() + " is malformed: " + e.getMessage());
        }
    }

    private void checkIdentity(long offset, int length) {
        try {
            SegmentBlock block = new SegmentBlock(length / 16).load(body.bytes(), 0, length);
            if (block.number() != number) {
                report(offset, offset + length, "the segment says that its number is " + block.number());
            }
            if (previousId != 0 && block.previousId() != 0 && block.previousId() != previousId) {
                report(
                        offset,
                        offset + length,
                        String.format("the segment follows %016x, before it is %016x", block.previousId(), previousId));
            }
            previousId = block.id();
        } catch (FormatException e) {
            report(offset, offset + length, String.valueOf(e.getMessage()));
        }
    }

    private void report(long from, long to, String reason) {
        found++;
        findings.accept(SegmentName.damage(number, from, to, reason));
    }
}
