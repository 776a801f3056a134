package io.offspan.it.hostile;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Span;
import io.offspan.core.BlockCursor;
import io.offspan.core.Durability;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.AppendResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of a small real store, some blocks in its log and some spans in its slabs, which can be changed in place and restored.
 *
 * <p><b>Threads.</b> One.
 */
final class StoreImage {
    static final int LOG = 0;
    static final int QUEUE_HEADER = 1;
    static final int BLOCK_HEADER = 2;
    static final int BLOCK_BODY = 3;
    static final int EXCERPT = 4;
    static final int SLAB_PAGE = 5;
    static final int SLAB = 6;
    /** Makes the checksums of a block right again. */
    static final int REPAIR_BLOCK = 7;
    /** Makes the checksum of the slab file's header right again. */
    static final int REPAIR_SLAB_PAGE = 8;
    /** Changes the length of the log file. */
    static final int CUT = 9;

    private static final int REGIONS = 10;

    private static final int ROUNDS = 3;
    private static final int SPANS = 20;
    private static final int SLAB_PAGE_BYTES = 4096;
    /** The file is cut to this, for the sake of speed: what the queue reserves is empty behind the blocks. */
    private static final int LOG_BYTES = 256 << 10;

    private static final int SLAB_CRC = 88;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Path directory;
    private final Part log;
    private final Part slabs;
    private final List<Integer> blocks = new ArrayList<>();
    private final CRC32C crc = new CRC32C();

    /** One file: its bytes now and as they were, and what differs. */
    private static final class Part {
        final RandomAccessFile file;
        final byte[] good;
        final byte[] bytes;
        final ByteBuffer view;
        final long length;
        int from = Integer.MAX_VALUE;
        int to;
        long cut = -1;

        Part(Path path, int live) throws IOException {
            file = new RandomAccessFile(path.toFile(), "rw");
            length = file.length();
            good = new byte[(int) Math.min(length, live)];
            file.readFully(good);
            bytes = good.clone();
            view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        void touched(int offset, int count) {
            from = Math.min(from, offset);
            to = Math.max(to, offset + count);
        }

        void write(byte[] source) throws IOException {
            if (from < to) {
                file.seek(from);
                file.write(source, from, to - from);
            }
        }

        void restore() throws IOException {
            if (cut >= 0) {
                file.setLength(length);
                touched(0, good.length);
            }
            write(good);
            if (from < to) {
                System.arraycopy(good, from, bytes, from, to - from);
            }
            from = Integer.MAX_VALUE;
            to = 0;
            cut = -1;
        }
    }

    private StoreImage(Path directory, Path logFile) throws IOException {
        this.directory = directory;
        int end = 0;
        byte[] all = Files.readAllBytes(logFile);
        ByteBuffer view = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + BlockLayout.HEADER_BYTES <= all.length; at += BlockLayout.ALIGNMENT) {
            if (view.getInt(at) == BlockLayout.MAGIC) {
                blocks.add(at);
                end = at + view.getInt(at + BlockLayout.LENGTH_OFFSET);
            }
        }
        log = new Part(logFile, end + 256);
        slabs = new Part(directory.resolve("slabs"), Integer.MAX_VALUE);
    }

    /** Takes the image that {@link #make} made in a directory. */
    static StoreImage open(Path image) {
        try {
            return new StoreImage(image, onlyLog(image.resolve("log")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the files of an image below a directory, and returns where they are. */
    static Path make(Path work) throws IOException {
        Path live = work.resolve("live");
        Path image = Files.createDirectories(work.resolve("image"));
        Files.createDirectory(image.resolve("log"));
        try (SpanStore store = SpanStore.open(live, smallest())) {
            SpanAppender appender = store.newAppender();
            for (int i = 0; i < ROUNDS * SPANS + SPANS / 2; i++) {
                if (i % SPANS == 0 && !store.flush(LONG)) {
                    throw new AssertionError("The store does not flush");
                }
                Samples.fill(appender.draft(), i + 1);
                if (appender.append() != AppendResult.ACCEPTED) {
                    throw new AssertionError("Span " + i + " was refused");
                }
            }
            Files.copy(live.resolve("slabs"), image.resolve("slabs"));
            Path logFile = onlyLog(live.resolve("log"));
            Path logCopy = image.resolve("log").resolve(logFile.getFileName());
            Files.copy(logFile, logCopy);
            try (RandomAccessFile reserved = new RandomAccessFile(logCopy.toFile(), "rw")) {
                reserved.setLength(LOG_BYTES);
            }
        }
        return image;
    }

    private static Path onlyLog(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The smallest store there can be. */
    static StoreConfig smallest() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(4)
                .stripes(1)
                .maxSpanBytes(4 << 10)
                .largeSlabs(1)
                .segmentBytes(1 << 20)
                .budgetBytes(64L << 20)
                .durability(Durability.PROCESS)
                .syncInterval(Duration.ofHours(1))
                .build();
    }

    Path directory() {
        return directory;
    }

    /** Returns every span of the unchanged image by its id. */
    Map<Long, Span> spans() {
        Map<Long, Span> found = new HashMap<>();
        try (StoreReader reader = StoreReader.open(directory);
                StoreSnapshot snapshot = reader.snapshot()) {
            for (BlockCursor cursor = snapshot.blocks(); cursor.next(); ) {
                BlockReader block = cursor.open();
                for (int i = 0; block != null && i < block.count(); i++) {
                    Span span = Span.of(block.span(i));
                    found.put(span.spanIdBits(), span);
                }
            }
        }
        if (found.size() != ROUNDS * SPANS + SPANS / 2) {
            throw new AssertionError("The image has " + found.size() + " spans");
        }
        return found;
    }

    /** Notes one change, and tells whether it repaired a checksum. */
    boolean apply(Patches change) {
        int place = change.place();
        int block = blocks.get((place >>> 12) % blocks.size());
        switch (change.region() % REGIONS) {
            case LOG -> patch(log, change, place);
            case QUEUE_HEADER -> patch(log, change, place % 0x200);
            case BLOCK_HEADER -> patch(log, change, block + (place & 0xfff) % BlockLayout.HEADER_BYTES);
            case BLOCK_BODY -> patch(log, change, block + BlockLayout.HEADER_BYTES + (place & 0xfff));
            case EXCERPT -> patch(log, change, block - 1 - (place & 0xfff) % BlockLayout.ALIGNMENT);
            case SLAB_PAGE -> patch(slabs, change, place % (SLAB_CRC + 4));
            case SLAB -> patch(slabs, change, SLAB_PAGE_BYTES + place % (slabs.good.length - SLAB_PAGE_BYTES));
            case REPAIR_BLOCK -> {
                repairBlock(block);
                return true;
            }
            case REPAIR_SLAB_PAGE -> {
                slabs.view.putInt(SLAB_CRC, checksum(slabs.bytes, 0, SLAB_CRC));
                slabs.touched(SLAB_CRC, 4);
                return true;
            }
            default -> log.cut = place % (2 * log.length);
        }
        return false;
    }

    private static void patch(Part part, Patches change, int place) {
        int offset = Math.floorMod(place, part.bytes.length);
        part.touched(offset, change.apply(part.bytes, offset, part.bytes.length));
    }

    private void repairBlock(int block) {
        int length = log.view.getInt(block + BlockLayout.LENGTH_OFFSET);
        if (length < BlockLayout.HEADER_BYTES || length > log.bytes.length - block) {
            length = BlockLayout.HEADER_BYTES;
        }
        int body = checksum(log.bytes, block + BlockLayout.HEADER_BYTES, length - BlockLayout.HEADER_BYTES);
        log.view.putInt(block + BlockLayout.BODY_CRC_OFFSET, body);
        log.view.putInt(block + BlockLayout.HEADER_CRC_OFFSET, 0);
        log.view.putInt(block + BlockLayout.HEADER_CRC_OFFSET, checksum(log.bytes, block, BlockLayout.HEADER_BYTES));
        log.touched(block, BlockLayout.HEADER_BYTES);
    }

    private int checksum(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** Brings the changes to the files. */
    void write() throws IOException {
        log.write(log.bytes);
        slabs.write(slabs.bytes);
        if (log.cut >= 0) {
            log.file.setLength(log.cut);
        }
    }

    /** Makes the files as they were. */
    void restore() throws IOException {
        log.restore();
        slabs.restore();
    }
}
