package io.offspan.core.segment;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The first look at the body of each block of a segment, by which it is intact or damaged for everybody after.
 *
 * <p><b>Threads.</b> Any; each brings its own reader and check.
 */
final class BlockJudge {
    private final int number;
    private final SegmentFile file;
    private final BlockDirectory directory;
    private final DamageLog damages;
    /** The headers of the first so many blocks were not read when the segment was opened. */
    private volatile int unread;

    private final Set<Integer> reported = ConcurrentHashMap.newKeySet();

    BlockJudge(int number, SegmentFile file, BlockDirectory directory, DamageLog damages) {
        this.number = number;
        this.file = file;
        this.directory = directory;
        this.damages = damages;
    }

    /** Says that the headers of the first blocks were not read, and have to be when their bodies are. */
    void leaveUnread(int rows) {
        unread = rows;
    }

    /** Points a reader at a block; false when the block is damaged, which has been reported. */
    boolean open(int row, BlockReader reader, BodyCheck check) {
        if (!directory.isIntact(row) && (directory.isDamaged(row) || !judge(row, check))) {
            return false;
        }
        long offset = directory.offset(row);
        try {
            reader.wrap(file.memory(offset + directory.length(row)), offset);
            return true;
        } catch (EOFException | FormatException e) {
            reader.release();
            return condemn(row, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // Not the block's fault, and not for ever: no descriptor or no mapping was left at this moment.
            reader.release();
            throw new UncheckedIOException("Segment " + number + " cannot be mapped: " + e.getMessage(), e);
        }
    }

    private boolean judge(int row, BodyCheck check) {
        try {
            if (row < unread && !hasHeader(row)) {
                return condemn(row, "the header of block " + directory.sequence(row) + " is damaged");
            }
            if (check.matches(file, directory.offset(row), directory.length(row), directory.bodyCrc(row))) {
                directory.judge(row, true);
                return true;
            }
            return condemn(row, "the body of block " + directory.sequence(row) + " does not match its checksum");
        } catch (IOException e) {
            return condemn(row, "block " + directory.sequence(row) + " cannot be read: " + e.getMessage());
        }
    }

    private boolean hasHeader(int row) throws IOException {
        byte[] bytes = new byte[BlockLayout.HEADER_BYTES];
        BlockHeader header = new BlockHeader();
        return file.read(directory.offset(row), bytes, bytes.length) == bytes.length
                && header.load(bytes, 0)
                && directory.isOf(row, header);
    }

    /** Reports a block as damaged, once; false, for the caller to return. */
    boolean condemn(int row, String reason) {
        directory.judge(row, false);
        if (reported.add(row)) {
            damages.addBlock(
                    SegmentName.damage(
                            number, directory.offset(row), directory.offset(row) + directory.length(row), reason),
                    directory.spanCount(row));
        }
        return false;
    }
}
