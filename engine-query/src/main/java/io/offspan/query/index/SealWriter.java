package io.offspan.query.index;

import io.offspan.codec.wire.HeapBytes;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.Disk;
import io.offspan.core.files.Uninterrupted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Writes the index of a segment that has ended into a file.
 *
 * <p>The file gets its name when all of it is on the disk; what a failure leaves is a file that nobody reads, and that the next trial
 * replaces.
 *
 * <p><b>Threads.</b> Any but one at a time, once the index is finished. Takes memory for the terms, the traces' ids and a buffer.
 */
public final class SealWriter {
    /** The ending of a file that is being written. */
    public static final String UNFINISHED = ".new";

    private static final byte[] NOTHING = {};

    private final LiveIndex index;
    private final int spans;
    private final int blocks;
    private final int chunks;

    private SealWriter(LiveIndex index) {
        this.index = index;
        long published = index.published();
        spans = (int) (published >>> 32);
        blocks = (int) published;
        chunks = spans + (1 << LiveIndex.CHUNK_BITS) - 1 >>> LiveIndex.CHUNK_BITS;
    }

    /**
     * Writes an index, which is {@linkplain LiveIndex#finish finished} for that; views of it stay valid.
     *
     * @param stopped is asked now and then whether to give it up
     * @return the bytes of the file
     * @throws CancellationException when it was given up
     */
    public static long write(LiveIndex index, IndexedSegment segment, Path file, BooleanSupplier stopped)
            throws IOException {
        return write(index, segment, NOTHING, file, stopped);
    }

    /**
     * Writes an index and, behind it, bytes that are somebody else's.
     *
     * @param behind what the file ends with
     */
    public static long write(LiveIndex index, IndexedSegment segment, byte[] behind, Path file, BooleanSupplier stopped)
            throws IOException {
        index.finish();
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        long bytes = Uninterrupted.run(() -> {
            Disk.delete(unfinished);
            try (FileChannel channel = Disk.create(unfinished)) {
                long length = new SealWriter(index).write(new SealOutput(channel, stopped), segment, behind);
                Disk.force(unfinished, channel, true);
                return length;
            }
        });
        FaultPoint.INDEX_WRITTEN.reach();
        Disk.rename(unfinished, file);
        Uninterrupted.run(() -> {
            Disk.forceDirectory(directory(file));
            return file;
        });
        return bytes;
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory");
        }
        return parent;
    }

    private long write(SealOutput out, IndexedSegment segment, byte[] behind) throws IOException {
        Key[] keys = keys();
        SealedTerm[] terms = terms(keys);
        writeTerms(keys, terms, out);
        writeStates(keys, out);
        writeBlocks(out);
        writeTraces(out);
        index.times.write(spans, out);
        out.end(SealedFormat.TIMES, spans);
        byte[] header = out.header();
        HeapBytes.putInt(header, SealedFormat.MAGIC_AT, SealedFormat.MAGIC);
        HeapBytes.putInt(header, SealedFormat.VERSION_AT, SealedFormat.VERSION | SealedFormat.SECTIONS << 16);
        HeapBytes.putInt(header, SealedFormat.INDEXED_AT, segment.blocks());
        HeapBytes.putLong(header, SealedFormat.STORE_AT, segment.storeId().getMostSignificantBits());
        HeapBytes.putLong(header, SealedFormat.STORE_AT + 8, segment.storeId().getLeastSignificantBits());
        HeapBytes.putLong(header, SealedFormat.SEGMENT_AT, segment.id());
        HeapBytes.putInt(header, SealedFormat.NUMBER_AT, segment.number());
        HeapBytes.putInt(header, SealedFormat.SPANS_AT, spans);
        HeapBytes.putInt(header, SealedFormat.BLOCKS_AT, blocks);
        HeapBytes.putInt(header, SealedFormat.CHUNKS_AT, chunks);
        HeapBytes.putInt(header, SealedFormat.TRACES_END_AT, index.tracesEnd());
        HeapBytes.putInt(header, SealedFormat.OTHERS_FROM_AT, index.writer.keys.othersFrom());
        HeapBytes.putInt(header, SealedFormat.DENSE_END_AT, index.denseEnd());
        HeapBytes.putInt(header, SealedFormat.GAPS_AT, index.gaps().length);
        HeapBytes.putInt(header, SealedFormat.FLAGS_AT, index.isFull() ? SealedFormat.FULL : 0);
        out.endFile(behind);
        return out.length();
    }

    /** Returns the keys in the order of the file. */
    private Key[] keys() {
        Key[] keys = new Key[index.writer.keys.count()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = index.writer.keys.get(i);
        }
        Arrays.sort(
                keys,
                (a, b) -> a.scope == b.scope
                        ? Arrays.compareUnsigned(a.key(), b.key())
                        : Integer.compare(a.scope.ordinal(), b.scope.ordinal()));
        return keys;
    }

    private SealedTerm[] terms(Key[] keys) {
        int[] ranks = new int[keys.length];
        for (int rank = 0; rank < keys.length; rank++) {
            ranks[keys[rank].id] = rank;
        }
        int[] references = index.terms.references();
        SealedTerm[] terms = new SealedTerm[references.length];
        for (int i = 0; i < references.length; i++) {
            SealedTerm term = SealedTerm.of(index.terms, references[i], ranks);
            terms[i] = keys[term.rank()].scope.isOfLists() ? term.ofList(ranks) : term;
        }
        Arrays.sort(terms);
        return terms;
    }

    /** Writes the bitmaps of the terms, one for all that have the same spans; returns where they end. */
    private int[] writePostings(SealedTerm[] terms, int[] starts, int[] counts, SealOutput out) throws IOException {
        SealedBitmap bitmap = new SealedBitmap(index.sealed);
        Map<Long, Integer> known = new HashMap<>();
        int[] ends = new int[terms.length];
        for (int i = 0; i < terms.length; i++) {
            int newest = newest(terms[i]);
            Integer like = newest == Pages.NONE ? null : known.putIfAbsent(signature(terms[i]), i);
            if (like != null && bitmap.isSame(newest, newest(terms[like]))) {
                starts[i] = starts[like];
                ends[i] = ends[like];
                counts[i] = counts[like];
            } else {
                starts[i] = (int) out.position();
                counts[i] = bitmap.write(newest, out);
                ends[i] = (int) out.position();
            }
        }
        out.end(SealedFormat.POSTINGS, terms.length);
        return ends;
    }

    /** Returns what terms with the same spans have in common, and others hardly: how many these are, and where the last of them begin. */
    private long signature(SealedTerm term) {
        int reference = term.reference();
        long total = index.terms.memory(reference).getLong(Pages.offset(reference) + TermTable.SEALED) >>> 32;
        return total << 32 | index.sealed.beginning(newest(term)) & 0xffff_ffffL;
    }

    /** Returns the newest container of a term. */
    private int newest(SealedTerm term) {
        int reference = term.reference();
        return index.terms.memory(reference).getInt(Pages.offset(reference) + TermTable.SEALED);
    }

    private void writeTerms(Key[] keys, SealedTerm[] terms, SealOutput out) throws IOException {
        int[] starts = new int[terms.length];
        int[] counts = new int[terms.length];
        int[] ends = writePostings(terms, starts, counts, out);
        int text = 0;
        for (int i = 0; i < terms.length; i++) {
            SealedTerm term = terms[i];
            if (term.type() == Term.TEXT) {
                out.putInt(text);
                out.putInt(term.text().length);
                text += term.text().length;
            } else {
                out.putLong(term.bits());
            }
            out.putInt(starts[i]);
            out.putInt(ends[i] - starts[i]);
            out.putInt(counts[i]);
            Memory record = index.terms.memory(term.reference());
            long at = Pages.offset(term.reference());
            out.putShort(record.getUnsignedShort(at + TermTable.CREATED));
            out.putShort(record.getUnsignedShort(at + TermTable.KEPT));
            out.putInt(term.type());
        }
        out.end(SealedFormat.TERMS, terms.length);

        for (SealedTerm term : terms) {
            out.putBytes(term.text());
        }
        for (Key key : keys) {
            out.putBytes(key.key());
        }
        out.end(SealedFormat.TEXTS, (int) out.position());
        writeKeys(keys, terms, text, out);
    }

    private static void writeKeys(Key[] keys, SealedTerm[] terms, int firstText, SealOutput out) throws IOException {
        int text = firstText;
        int term = 0;
        for (int rank = 0; rank < keys.length; rank++) {
            Key key = keys[rank];
            out.putInt(text);
            out.putInt(key.key().length);
            text += key.key().length;
            out.putInt(term);
            while (term < terms.length && terms[term].rank() == rank) {
                term++;
            }
            out.putInt(term);
            out.putInt(key.scope.ordinal());
        }
        out.end(SealedFormat.KEYS, keys.length);
    }

    private void writeStates(Key[] keys, SealOutput out) throws IOException {
        for (Key key : keys) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                out.putByte(key.state(chunk));
            }
        }
        out.end(SealedFormat.STATES, keys.length);
    }

    private void writeBlocks(SealOutput out) throws IOException {
        BlockTable table = index.blocks;
        int bucket = 0;
        for (int block = 0; block < blocks; block++) {
            int buckets = table.buckets(block);
            out.putInt(table.firstOrdinal(block));
            out.putInt(table.endOrdinal(block));
            out.putInt(bucket);
            out.putInt(buckets);
            bucket += buckets;
        }
        out.end(SealedFormat.BLOCKS, blocks);
        for (int block = 0; block < blocks; block++) {
            int filter = table.filter(block);
            if (filter != Pages.NONE) {
                long bytes = (long) BlockTable.BUCKET_BYTES * table.buckets(block);
                out.putBytes(table.filterMemory(filter), Pages.offset(filter), bytes);
            }
        }
        out.end(SealedFormat.FILTERS, bucket);
    }

    private void writeTraces(SealOutput out) throws IOException {
        TraceOrder order = index.traces.sorted();
        int count = order.count();
        for (int i = 0; i < count; i++) {
            out.putLong(order.trace(i));
        }
        out.end(SealedFormat.TRACES, count);
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            int before = 0;
            for (int ordinal = order.first(i); ordinal >= 0 && ordinal < spans; ordinal = index.traces.next(ordinal)) {
                out.putVarint(ordinal - before);
                before = ordinal;
            }
            ends[i] = (int) out.position();
        }
        out.end(SealedFormat.TRACE_SPANS, (int) out.position());
        for (int end : ends) {
            out.putInt(end);
        }
        out.end(SealedFormat.TRACE_ENDS, count);
    }
}
