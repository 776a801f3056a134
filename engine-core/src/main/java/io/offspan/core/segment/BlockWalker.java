package io.offspan.core.segment;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import java.io.IOException;

/**
 * Walks the excerpts of one segment file from block to block, over damage, as far as the file is written.
 *
 * <p>A header that is damaged ends Chronicle's own readers in silence. This one knows from the position of the last finished excerpt
 * that there is more, looks for the next intact block header at multiples of {@value BlockLayout#ALIGNMENT}, and reports the range in
 * between. The end of a live segment is never taken for damage. Everything is read by system calls into memory of our own.
 *
 * <p><b>Threads.</b> One at a time. <b>Fails</b> with {@link IOException} when the file cannot be read; the walk may be tried again.
 */
final class BlockWalker {
    /** Takes what a walk finds, in the order of the file. */
    interface Sink {
        /** An intact header; the body behind it has not been looked at. */
        void block(long offset, BlockHeader header) throws IOException;

        /** A range without readable blocks, or a gap. */
        void damage(long from, long to, String reason);
    }

    private static final int CHUNK_BYTES = 64 << 10;
    private static final long NOWHERE = -1;

    private final SegmentFile file;
    private final Sink sink;
    private final BlockHeader header = new BlockHeader();
    private final byte[] probe = new byte[Framing.PROBE_BYTES];
    /** Where the next block is searched behind damage; made when there is some. */
    private byte[] chunk = new byte[0];

    private long position;
    private long sequence = -1;
    private long incarnation;
    /** How far a vain search for the next block went, or {@link #NOWHERE}. */
    private long searchedTo = NOWHERE;

    /** Whether something is known to be missing at the position, and has not been reported. */
    private boolean damaged;

    private volatile boolean ended;

    BlockWalker(SegmentFile file, Sink sink) {
        this.file = file;
        this.sink = sink;
    }

    /** Returns where the walk stands: behind the last block. */
    long position() {
        return position;
    }

    /** Tells whether the segment was walked to its end, and nothing will be added to it. */
    boolean ended() {
        return ended;
    }

    /**
     * Walks on from where the last walk stopped.
     *
     * @param newerExists whether a newer segment exists, so that nobody writes to this one; nor does anybody to a file put aside
     * @return how many blocks were found
     */
    int walk(boolean newerExists) throws IOException {
        if (ended) {
            return 0;
        }
        boolean finished = newerExists || file.isPutAside();
        // Read before any excerpt: whatever stands at or before this position was finished before we look at it.
        long last = lastExcerpt();
        long length = file.length();
        int found = 0;
        while (!ended) {
            if (searchedTo != NOWHERE) {
                if (!resync(searchedTo, searchEnd(finished, last, length), length)) {
                    ended = finished;
                    break;
                }
                found++;
                continue;
            }
            int read = file.read(position, probe, probe.length);
            int word = read < Framing.HEADER_BYTES ? 0 : HeapBytes.getInt(probe, 0);
            boolean behind = position <= last;
            if (Framing.isReady(word) || behind) {
                found += step(read, word, length);
            } else if (word == Framing.END_OF_FILE) {
                ended = true;
            } else if (read < Framing.HEADER_BYTES) {
                // A file that was cut behind its last block grows again when another opening continues it.
                ended = finished;
                break;
            } else if (finished) {
                searchedTo = position;
            } else {
                break;
            }
        }
        return found;
    }

    /** Steps over a block that was just written behind the last one, and returns its header. */
    BlockHeader append(long at, Memory block) {
        header.copy(block);
        sequence = header.sequence();
        incarnation = header.incarnation();
        position = at + header.length();
        return header;
    }

    /** Goes on behind a block whose header is known, with all before it. */
    void resume(long at, BlockHeader last) {
        sequence = last.sequence();
        incarnation = last.incarnation();
        position = at + last.length();
    }

    /** Says that nothing will be added to the segment behind the last block. */
    void end() {
        ended = true;
    }

    private long lastExcerpt() throws IOException {
        int read = file.read(Framing.WRITE_POSITION_OFFSET, probe, Long.BYTES);
        long last = read < Long.BYTES ? NOWHERE : HeapBytes.getLong(probe, 0);
        return last <= 0 || last % 4 != 0 ? NOWHERE : last;
    }

    private static long searchEnd(boolean finished, long last, long length) {
        return finished
                ? length
                : last >= length ? length : Math.min(length, Framing.blockAt(last) + BlockLayout.HEADER_BYTES);
    }

    /** Takes the excerpt at the position, which somebody has finished; returns how many blocks that gave. */
    private int step(int read, int word, long length) throws IOException {
        if (loadBlock(read, length) || loadBlock(file.read(position, probe, probe.length), length)) {
            accept(Framing.blockAt(position), word);
            return 1;
        }
        long next = Framing.next(position, word);
        if (Framing.isReady(word) && (word & Framing.META_DATA) != 0 && next <= length) {
            position = next;
        } else {
            searchedTo = position;
            damaged = true;
        }
        return 0;
    }

    private boolean loadBlock(int read, long length) {
        long at = Framing.blockAt(position);
        int offset = (int) (at - position);
        return read >= offset + BlockLayout.HEADER_BYTES
                && header.load(probe, offset)
                && at + header.length() <= length;
    }

    private void accept(long at, int word) throws IOException {
        long end = at + header.length();
        boolean framed =
                Framing.isReady(word) && (word & Framing.META_DATA) == 0 && Framing.next(position, word) == end;
        if (!framed) {
            sink.damage(position, at, String.format("excerpt header 0x%08x before an intact block", word));
        } else if (sequence != -1 && header.sequence() != sequence + 1) {
            sink.damage(
                    position,
                    at,
                    "block " + header.sequence() + " follows block " + sequence + "; those between are missing");
        }
        take(at, end);
    }

    private void take(long at, long end) throws IOException {
        sink.block(at, header); // first: what refuses it is shown it again
        sequence = header.sequence();
        incarnation = header.incarnation();
        position = end;
    }

    /** Looks for the next intact header in a range; the walk goes on behind its block. */
    private boolean resync(long from, long to, long length) throws IOException {
        if (chunk.length == 0) {
            chunk = new byte[CHUNK_BYTES + BlockLayout.HEADER_BYTES];
        }
        long at = BlockLayout.align(from);
        while (at + BlockLayout.HEADER_BYTES <= to) {
            int read = file.read(at, chunk, (int) Math.min(chunk.length, to - at));
            int offset = 0;
            for (; offset + BlockLayout.HEADER_BYTES <= read; offset += BlockLayout.ALIGNMENT) {
                if (HeapBytes.getInt(chunk, offset) == BlockLayout.MAGIC
                        && header.load(chunk, offset)
                        && at + offset + header.length() <= length
                        && plausible(at + offset)) {
                    sink.damage(position, at + offset, "unreadable up to block " + header.sequence());
                    searchedTo = NOWHERE;
                    damaged = false;
                    take(at + offset, at + offset + header.length());
                    return true;
                }
            }
            if (offset == 0) {
                break;
            }
            at += offset;
        }
        if (damaged) {
            sink.damage(position, Math.max(position, to), "unreadable, and no block behind it so far");
            damaged = false;
        }
        searchedTo = Math.max(searchedTo, at);
        return false;
    }

    /** Tells bytes inside a damaged block, chosen by whoever wrote a span, from a block that may stand here. */
    private boolean plausible(long at) {
        if (sequence == -1) {
            return true;
        }
        long skipped = header.sequence() - sequence;
        return header.incarnation() == incarnation
                && skipped > 0
                && skipped <= 1 + (at - position) / BlockLayout.HEADER_BYTES;
    }
}
