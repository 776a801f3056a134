package io.offspan.core.slab;

import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.wire.Memory;
import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.BootId;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FileKey;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.Mapping;
import io.offspan.core.files.MissingPages;
import io.offspan.core.files.Remedy;
import io.offspan.core.files.Reservation;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.LogPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The mapped file of slabs: a header page, then the slabs, every page of it backed by the disk and touched before use, so that
 * no store into it can fault on a full disk.
 *
 * <p>The first half of the ordinary slabs, and all large ones, are so from the beginning. The others are holes behind their first page
 * until half of those that can be used are taken, and then the writer makes them {@linkplain #grow ready}, or a caller does.
 *
 * <p>The header page starts with the {@link SlabHeader}; from offset 128 on stands the {@link OwnerToken}, from
 * 264 on the writer's note of the clock, at 448 and 512 the {@link PlaceNote} of the log, from 1,024 on a copy of the counters, one u64 each, for readers in other processes.
 *
 * <p>The <em>incarnation</em> is a random number that changes with the file, so that generations of another file are never
 * mistaken for those of this one. The boot id tells whether the pages can be trusted: after a reboot they are a mix of what the
 * kernel happened to write, and the file is started anew.
 *
 * <p><b>Threads.</b> Words may be read and written by any thread; a slab's contents belong to whom its word says.
 */
public final class SlabFile implements AutoCloseable {
    /** Bytes before the first slab. */
    public static final int HEADER_BYTES = 4096;
    /** Where the copy of the counters starts. */
    static final int COUNTERS_OFFSET = 1024;
    /** How many numbers the note of the clock has. */
    public static final int CLOCK_NOTE_LONGS = 20;

    private static final int CLOCK_NOTE_OFFSET = 264;
    private static final int ZEROS_BYTES = 64 << 10;
    private static final long GROW_AGAIN_NANOS = 1_000_000_000;

    /** The name of the file in the directory of its store. */
    public static final String NAME = "slabs";

    private final Mapping mapping;
    private final SlabHeader header;
    private final Memory[] slabs;
    private final SlabLayout layout;
    private final SlabLayout largeLayout;
    private final boolean writer;
    private final TakenSlabs taken;
    /** The generation that each slab had when this process opened the file to write; all that are higher it fills itself. */
    private final long[] found;

    private final Pins pins = new Pins();
    /** How many ordinary slabs can be used. */
    private volatile int ready;
    /** The file, where this process writes it. */
    private @Nullable Path written;
    /** What the file was when it was opened; another that has its name by now is not written to. */
    private @Nullable FileKey identity;
    /** Whether somebody makes the others usable at this moment, who owns {@link #growAgain}. */
    private final AtomicBoolean growing = new AtomicBoolean();
    /** Not before this may the disk be asked again for the others. */
    private long growAgain;
    /** Whether was told that the disk refused them. */
    private boolean told;
    /** What the header is recognized by. */
    private final long mark;

    SlabFile(Mapping mapping, SlabHeader header, boolean writer) {
        this.mapping = mapping;
        this.header = header;
        mark = header.mark();
        this.writer = writer;
        SlabGeometry geometry = header.geometry();
        layout = geometry.layout();
        largeLayout = geometry.largeLayout();
        slabs = new Memory[geometry.total()];
        for (int i = 0; i < slabs.length; i++) {
            slabs[i] = new Memory()
                    .wrap(mapping.memory(), geometry.offset(i), layout(i).size());
        }
        ready = geometry.slabs();
        taken = new TakenSlabs(slabs.length);
        found = new long[writer ? slabs.length : 0];
        for (int i = 0; i < found.length; i++) {
            found[i] = SlabLayout.generation(word(i));
            if (!SlabLayout.isFree(word(i))) {
                taken.add(i);
            }
        }
    }

    /** Opens the slab file of a store for a reader, or returns null when there is none that can be read. */
    public static @Nullable SlabFile openForReader(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        SlabHeader found = SlabHeader.read(file);
        if (found == null || !found.bootId().equals(BootId.current())) {
            return null;
        }
        Mapping mapping = Mapping.readOnly(file);
        if (mapping.length() < found.geometry().fileBytes()) {
            mapping.close();
            return null;
        }
        return new SlabFile(mapping, found, false);
    }

    /** Tells whether there is a slab file that cannot be read. */
    public static boolean isDamaged(Path file) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && SlabHeader.read(file) == null;
    }

    /** Returns how many slabs there are, the large ones included. */
    public int slabs() {
        return slabs.length;
    }

    /** Returns how many of them are ordinary; the large ones follow. */
    public int ordinary() {
        return header.geometry().slabs();
    }

    /** Returns the id of the store. */
    public UUID storeId() {
        return header.storeId();
    }

    /** Returns the number that tells this file from those before it. */
    public long incarnation() {
        return header.incarnation();
    }

    /** Returns the size of the largest slab. */
    public int largestSlabBytes() {
        return Math.max(layout.size(), largeLayout.size());
    }

    /** Returns the bytes of the file. */
    public long fileBytes() {
        return header.geometry().fileBytes();
    }

    /** Returns the sections of a slab. */
    public SlabLayout layout(int slab) {
        return slab < header.geometry().slabs() ? layout : largeLayout;
    }

    /** Returns where in the file a slab starts. */
    public long offset(int slab) {
        return header.geometry().offset(slab);
    }

    /** Returns the window on a slab; nobody may wrap or release it. */
    public Memory slab(int slab) {
        return slabs[slab];
    }

    /** Reads the commit word of a slab; what was written before it was published is visible after this. */
    public long word(int slab) {
        return slabs[slab].getLongAcquire(SlabLayout.WORD_OFFSET);
    }

    /** Publishes the commit word of a slab, and with it everything written before. */
    public void putWord(int slab, long word) {
        slabs[slab].putLongRelease(SlabLayout.WORD_OFFSET, word);
    }

    /** Returns where the slabs from {@code first} to {@code end}, all ordinary or all large, end that can be used. */
    public int usable(int first, int end) {
        return first < ordinary() ? Math.min(end, ready) : end;
    }

    /** Returns how many ordinary slabs have to be usable for what is in them, at least as many as in a new file. */
    int neededReady() {
        int needed = header.geometry().readyAtFirst();
        for (int i = needed; i < ordinary(); i++) {
            if (!SlabLayout.isFree(word(i))) {
                needed = ordinary();
            }
        }
        return needed;
    }

    /** Gives places on the disk to the first {@code count} ordinary slabs, and to what else is written to, in a file that may be a copy. */
    void fillHoles(Path file, int count) throws IOException {
        header.geometry().parts(count, (from, to) -> Reservation.fillHoles(file, from, to));
    }

    /** Lets the first {@code count} ordinary slabs be used, which have places on the disk. */
    void ready(Path file, int count) throws IOException {
        header.geometry().parts(count, this::touch);
        ready = count;
        identity = FileKey.of(file);
        written = file;
    }

    /** Stores into every page, so that the first span is not the one to wait for page tables and disk blocks. */
    private void touch(long from, long to) {
        Memory memory = mapping.memory();
        for (long at = from; at < to; at += SlabGeometry.PAGE_BYTES) {
            memory.putByte(at, memory.getByte(at));
        }
    }

    /**
     * Makes all slabs usable when half of those are taken that are; where the disk has no room, tries again in a while. To be called by the
     * writer's agent, and costs it next to nothing.
     *
     * @return whether there are more now
     */
    public boolean grow(long nanos) {
        return ready != ordinary() && 2 * taken.count() >= ready && growAt(nanos);
    }

    /**
     * Does the same when three quarters are taken: for a caller that has just taken one, while the agent cannot, because the log is being
     * opened for instance. Takes that one caller the time to reserve and touch the pages, once.
     */
    public void growForCaller() {
        if (ready != ordinary() && 4 * taken.count() >= 3 * ready) {
            growAt(System.nanoTime());
        }
    }

    private boolean growAt(long nanos) {
        Path file = written;
        if (file == null || !growing.compareAndSet(false, true)) {
            return false;
        }
        try {
            long from = offset(ready);
            long to = offset(ordinary());
            if (from == to || growAgain != 0 && nanos - growAgain < 0) {
                return false;
            }
            growAgain = (nanos + GROW_AGAIN_NANOS) | 1;
            FreeSpace.require(file.toAbsolutePath(), to - from);
            Uninterrupted.run(() -> {
                writeZeros(file);
                return file;
            });
            touch(from, to);
            ready = ordinary();
            return true;
        } catch (IOException | OutOfMemoryError refused) {
            // The JVM may be out of direct memory; the slabs that there are go on.
            tellOnce(file, refused);
            return false;
        } finally {
            growing.set(false);
        }
    }

    private void tellOnce(Path file, Throwable refused) {
        if (!told) {
            told = true;
            // Looked up here, since a reader, which has no use for it, would look for loggers before its first answer.
            LoggerFactory.getLogger(SlabFile.class)
                    .warn(
                            "{} of {} slabs of {} can be used for now, which is tried again each second: {}. {}",
                            ready,
                            ordinary(),
                            file,
                            refused.getMessage(),
                            remedy(file, refused));
        }
    }

    private static String remedy(Path file, Throwable refused) {
        if (!(refused instanceof IOException failure)) {
            return "Give this process more memory, outside the heap too (-XX:MaxDirectMemorySize)";
        }
        return FreeSpace.isLacking(failure, file.toAbsolutePath()) ? "Free some space" : Remedy.of(failure);
    }

    /** Writes what nobody uses yet, behind the first page of each slab; no native library is loaded for that, which takes long in a cold JVM. */
    private void writeZeros(Path file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        try (FileChannel channel = Disk.write(file)) {
            FileKey opened = identity;
            FileKey now = FileKey.of(file);
            if (opened == null || now == null || !now.isSameFile(opened)) {
                throw new IOException(file + " is not the file any more that was opened");
            }
            if (channel.size() < fileBytes()) {
                throw new IOException(file + " was made shorter");
            }
            for (int i = ready; i < ordinary(); i++) {
                long end = offset(i + 1);
                for (long at = offset(i) + SlabGeometry.PAGE_BYTES; at < end; at += zeros.limit()) {
                    zeros.clear().limit((int) Math.min(ZEROS_BYTES, end - at));
                    Disk.writeFully(channel, zeros, at);
                }
            }
        }
    }

    /** Takes a free slab for a stripe; false when another one was faster. */
    public boolean take(int slab, long free, long mine) {
        if (slabs[slab].compareAndSetLong(SlabLayout.WORD_OFFSET, free, mine)) {
            taken.add(slab);
            return true;
        }
        return false;
    }

    /** Gives a slab back whose spans the log holds. */
    public void free(int slab, long generation) {
        // In this order: from the other one the mark of the stripe that takes the slab next could be lost.
        taken.remove(slab);
        putWord(slab, SlabLayout.word(generation, 0, SlabLayout.FREE, 0));
    }

    /**
     * Returns the first slab from {@code from} on that may hold spans that the log does not, {@link #slabs()} when there is none. Each
     * word has a page of its own: a writer's readers look only at those that matter.
     */
    public int nextTaken(int from) {
        return writer ? Math.min(taken.next(from), slabs.length) : from;
    }

    /**
     * Returns how many spans a slab that nobody appends to holds: what its word counts, or more when spans after those are what their
     * marks say, and the log is not known to have them. A writer that was killed leaves {@value SlabLayout#MAX_UNPUBLISHED}
     * at most; more say that the count is damaged.
     */
    public int spans(int slab, long word) {
        SlabLayout sections = layout(slab);
        int count = Math.min(SlabLayout.count(word), sections.maxSpans());
        long generation = SlabLayout.generation(word);
        int first = Math.max(count, flushed(slab, generation));
        int end = first;
        while (sections.spanMatches(slabs[slab], generation, end, slabs[slab])) {
            end++;
        }
        return end > first ? end : count;
    }

    /** Returns how many spans of a generation the log holds by the slab's own note, 0 when it speaks of another. */
    public int flushed(int slab, long generation) {
        long note = slabs[slab].getLongAcquire(SlabLayout.FLUSHED_OFFSET);
        return note >>> 16 == generation ? (int) note & 0xffff : 0;
    }

    /** Notes how many spans of a generation the log holds. */
    public void putFlushed(int slab, long generation, int count) {
        slabs[slab].putLongRelease(SlabLayout.FLUSHED_OFFSET, generation << 16 | count);
    }

    /** Returns the window on the whole file, for what stands in its header page; nobody may wrap or release it. */
    Memory page() {
        return mapping.memory();
    }

    /**
     * Makes sure that what was just stored went to pages that are there, as far as the first of them tells; costs two loads.
     *
     * @throws InternalError when the file was made shorter, or others wrote over it
     */
    public void requirePages() {
        if (SlabHeader.mark(mapping.memory()) != mark) {
            MissingPages.raise();
            throw new InternalError("The slabs are not those any more that were opened");
        }
    }

    boolean compareAndSetInPage(int offset, long expected, long value) {
        return mapping.memory().compareAndSetLong(offset, expected, value);
    }

    /** Notes that a slab's spans are in the log up to the block before {@code nextSequence}. */
    public void putLoggedBefore(int slab, long nextSequence) {
        slabs[slab].putLongRelease(SlabLayout.LOGGED_BEFORE_OFFSET, PlaceNote.packed(nextSequence));
    }

    /** Notes where the log ends, so that what of it gets lost is missed. */
    public void putPlace(long nextSequence, long segmentId, int segmentNumber, int ordinal, int lastCrc) {
        PlaceNote.put(mapping.memory(), nextSequence, segmentId, segmentNumber, ordinal, lastCrc);
    }

    /** Returns where the log ended when a writer noted it last, null when none has or the note is damaged. */
    public @Nullable LogPlace place() {
        if (!acquire()) {
            return null;
        }
        try {
            return PlaceNote.read(mapping.memory());
        } finally {
            release();
        }
    }

    /**
     * Returns the sequence that the next block of the log has at least, as the slabs know: the place and, in a copy that was made while
     * they were written, the slabs that were copied after it.
     */
    public long nextSequence() {
        if (!acquire()) {
            return 0;
        }
        try {
            LogPlace place = PlaceNote.read(mapping.memory());
            long next = place == null ? 0 : place.nextSequence();
            for (Memory slab : slabs) {
                next = Math.max(next, PlaceNote.unpacked(slab.getLongAcquire(SlabLayout.LOGGED_BEFORE_OFFSET)));
            }
            return next;
        } finally {
            release();
        }
    }

    /** Keeps what the next writer of this boot has to know of the clock. */
    public void putClockNote(long[] note) {
        for (int i = note.length - 1; i >= 0; i--) {
            mapping.memory().putLongRelease(CLOCK_NOTE_OFFSET + 8L * i, note[i]);
        }
    }

    /** Returns what the last writer noted of the clock, zeros when there was none. */
    public long[] clockNote() {
        long[] note = new long[CLOCK_NOTE_LONGS];
        for (int i = 0; i < note.length; i++) {
            note[i] = mapping.memory().getLongAcquire(CLOCK_NOTE_OFFSET + 8L * i);
        }
        return note;
    }

    /** Publishes a counter for readers in other processes. */
    public void putCounter(int index, long value) {
        mapping.memory().putLongRelease(COUNTERS_OFFSET + 8L * index, value);
    }

    /** Reads a counter that the writer published last; 0 when the file is closed. */
    public long counter(int index) {
        if (!acquire()) {
            return 0;
        }
        try {
            return mapping.memory().getLongAcquire(COUNTERS_OFFSET + 8L * index);
        } finally {
            release();
        }
    }

    /**
     * Copies what an image does not have yet of the spans that a slab's word counts, as a reader that neither owns the slab nor keeps
     * it from being reused. The file must be acquired.
     *
     * <p>A span is held against its mark where another process has committed it. What this one has committed is copied from its own memory
     * as from any object, and is held against its mark before it goes to the log.
     *
     * @return false when the slab was given back meanwhile, and then the log has its spans, or when a span is not what its mark says:
     *     then the image has those before it
     */
    public boolean copyCommitted(int slab, long word, SlabImage into) {
        int count = Math.min(SlabLayout.count(word), layout(slab).maxSpans());
        if (into.spans() < count) {
            boolean whole = copy(slab, count, into);
            Memory.loadFence();
            long after = word(slab);
            boolean same = FaultPoint.BUG_TRUSTS_REUSED_SLAB.planted()
                    || (SlabLayout.generation(after) == SlabLayout.generation(word) && !SlabLayout.isFree(after));
            if (!same) {
                return false;
            }
            if (whole || into.copiedSome()) {
                into.accept();
            }
            if (!whole) {
                return false;
            }
        }
        into.completeAt(word);
        return true;
    }

    private boolean copy(int slab, int count, SlabImage into) {
        try {
            boolean own = writer && into.generation() > found[slab];
            return own ? into.copyTrusted(slabs[slab], count) : into.copy(slabs[slab], count);
        } catch (IndexOutOfBoundsException reused) {
            return false;
        }
    }

    /** Keeps the file mapped until {@link #release}; false when it is closed or closing. */
    public boolean acquire() {
        return pins.acquire();
    }

    /** Lets the file be closed again. */
    public void release() {
        pins.release();
    }

    /** Unmaps the file once no reader copies from it any more. */
    @Override
    public void close() {
        if (!pins.close()) {
            return;
        }
        for (Memory slab : slabs) {
            slab.release();
        }
        mapping.close();
    }
}
