package io.offspan.it.hostile;

import io.offspan.codec.block.BlockLayout;
import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What can be wrong with the directory of a store, by name, each with what has to come of opening it. */
final class DirectoryCases {
    /** Spans that the store holds before it is damaged, all of them in its log. */
    static final int SPANS = 10;

    /** Does something to the directory of a store. */
    interface Damage {
        void apply(Path store) throws IOException;
    }

    /**
     * One state of a directory.
     *
     * @param damage brings it about
     * @param refusal the exception of open, or null when the store has to open
     * @param message a part of its message
     * @param remedy what the operator does about a refusal, after which everything must be there
     * @param spans how many of the spans before are there after a store has opened
     * @param quarantined how many files of the log are put aside
     */
    record Case(
            String name,
            Damage damage,
            Class<? extends SpanStoreException> refusal,
            String message,
            Damage remedy,
            int spans,
            int quarantined) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Damage NOTHING = store -> {};
    private static final int SLAB_CRC = 88;

    private final List<Case> cases = new ArrayList<>();

    private DirectoryCases() {}

    static List<Case> all() {
        DirectoryCases table = new DirectoryCases();
        table.directory();
        table.lock();
        table.slabs();
        table.slabHeaders();
        table.log();
        table.segments();
        table.forged();
        return table.cases;
    }

    private void refused(
            String name, Class<? extends SpanStoreException> refusal, String message, Damage damage, Damage remedy) {
        cases.add(new Case(name, damage, refusal, message, remedy, SPANS, 0));
    }

    private void opens(String name, int spans, int quarantined, Damage damage) {
        cases.add(new Case(name, damage, null, "", NOTHING, spans, quarantined));
    }

    private void directory() {
        refused(
                "directory is a file",
                SpanStoreException.NotAStore.class,
                "is not a directory",
                store -> {
                    Files.move(store, aside(store));
                    Files.createFile(store);
                },
                DirectoryCases::putBack);
        refused(
                "directory is a link",
                SpanStoreException.NotAStore.class,
                "symbolic link",
                store -> {
                    Files.move(store, aside(store));
                    Files.createSymbolicLink(store, aside(store));
                },
                DirectoryCases::putBack);
        refused(
                "directory is a link to nothing",
                SpanStoreException.NotAStore.class,
                "symbolic link",
                store -> {
                    Files.move(store, aside(store));
                    Files.createSymbolicLink(store, store.resolveSibling("nowhere"));
                },
                DirectoryCases::putBack);
        refused(
                "directory holds something else",
                SpanStoreException.NotAStore.class,
                "which is not part of a store",
                store -> Files.createFile(store.resolve("invoices.xls")),
                store -> Files.delete(store.resolve("invoices.xls")));
        opens("directory is empty", 0, 0, DirectoryCases::clear);
        opens("directory is not there", 0, 0, store -> Files.move(store, aside(store)));
    }

    private void lock() {
        refused(
                "lock is a directory",
                SpanStoreException.NotAStore.class,
                "the lock is a regular file",
                store -> {
                    Files.delete(store.resolve("lock"));
                    Files.createDirectory(store.resolve("lock"));
                },
                store -> Files.delete(store.resolve("lock")));
        refused(
                "lock is a link",
                SpanStoreException.NotAStore.class,
                "the lock is a regular file",
                store -> {
                    Files.delete(store.resolve("lock"));
                    Files.createSymbolicLink(store.resolve("lock"), victim(store));
                },
                store -> Files.delete(store.resolve("lock")));
        refused(
                "lock is a pipe",
                SpanStoreException.NotAStore.class,
                "the lock is a regular file",
                store -> {
                    Files.delete(store.resolve("lock"));
                    pipe(store.resolve("lock"));
                },
                store -> Files.delete(store.resolve("lock")));
        opens("lock holds something else", SPANS, 0, store -> Files.write(store.resolve("lock"), noise(5_000)));
    }

    private void slabs() {
        opens("slabs are missing", SPANS, 0, store -> Files.delete(store.resolve("slabs")));
        opens("slabs are empty", SPANS, 0, store -> Files.write(store.resolve("slabs"), new byte[0]));
        opens("slabs are noise", SPANS, 0, store -> Files.write(store.resolve("slabs"), noise(100_000)));
        opens("slabs are zeros", SPANS, 0, store -> Files.write(store.resolve("slabs"), new byte[800_000]));
        opens("slabs are cut off", SPANS, 0, store -> length(store.resolve("slabs"), 300_000));
        opens("slabs are too long", SPANS, 0, store -> length(store.resolve("slabs"), 3_000_000));
        opens("slabs hold noise behind a good header", SPANS, 0, store -> {
            byte[] bytes = Files.readAllBytes(store.resolve("slabs"));
            byte[] noise = noise(bytes.length - 4096);
            System.arraycopy(noise, 0, bytes, 4096, noise.length);
            Files.write(store.resolve("slabs"), bytes);
        });
        opens("slabs hold only ones behind a good header", SPANS, 0, store -> {
            byte[] bytes = Files.readAllBytes(store.resolve("slabs"));
            java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0xff);
            Files.write(store.resolve("slabs"), bytes);
        });
        Damage without = store -> Files.delete(store.resolve("slabs"));
        refused(
                "slabs are a link",
                SpanStoreException.NotAStore.class,
                "the slabs are a regular file",
                store -> {
                    Files.delete(store.resolve("slabs"));
                    Files.createSymbolicLink(store.resolve("slabs"), victim(store));
                },
                without);
        refused(
                "slabs are a directory",
                SpanStoreException.NotAStore.class,
                "the slabs are a regular file",
                store -> {
                    Files.delete(store.resolve("slabs"));
                    Files.createDirectory(store.resolve("slabs"));
                },
                without);
        refused(
                "slabs are a pipe",
                SpanStoreException.NotAStore.class,
                "the slabs are a regular file",
                store -> {
                    Files.delete(store.resolve("slabs"));
                    pipe(store.resolve("slabs"));
                },
                without);
    }

    private void slabHeaders() {
        refused(
                "slabs of a newer version",
                SpanStoreException.TooNew.class,
                "open it with the release that wrote it",
                store -> slabHeader(store, 4, 3),
                store -> slabHeader(store, 4, 2));
        refused(
                "slabs of the version before the first release",
                SpanStoreException.TooOld.class,
                "with 'ingest' of this one",
                store -> slabHeader(store, 4, 1),
                store -> slabHeader(store, 4, 2));
        opens("slabs with another magic number", SPANS, 0, store -> slabHeader(store, 0, 0x31323334));
        int[] fields = {48, 52, 56, 60, 64, 68};
        for (int field : fields) {
            for (int value : new int[] {-1, 0, Integer.MAX_VALUE, 1 << 30}) {
                opens(
                        "slabs whose header says " + value + " at " + field,
                        SPANS,
                        0,
                        store -> slabHeader(store, field, value));
            }
        }
        opens("slabs whose header says minus one of each", SPANS, 0, store -> {
            for (int field : fields) {
                slabHeader(store, field, -1);
            }
            length(store.resolve("slabs"), 4097);
        });
        opens("slabs whose header has a flipped bit", SPANS, 0, store -> patch(store.resolve("slabs"), 20, 0x40));
    }

    private void log() {
        refused(
                "log is a file",
                SpanStoreException.class,
                "log",
                store -> {
                    Files.move(store.resolve("log"), aside(store));
                    Files.createFile(store.resolve("log"));
                },
                DirectoryCases::putLogBack);
        refused(
                "log is a link",
                SpanStoreException.class,
                "log",
                store -> {
                    Files.move(store.resolve("log"), aside(store));
                    Files.createSymbolicLink(store.resolve("log"), aside(store));
                },
                DirectoryCases::putLogBack);
        refused(
                "log holds a link to a segment",
                SpanStoreException.class,
                "Move it away",
                store -> {
                    Files.createSymbolicLink(store.resolve("log/19700101-0500V.cq4"), victim(store));
                },
                store -> Files.delete(store.resolve("log/19700101-0500V.cq4")));
        refused(
                "log holds a pipe",
                SpanStoreException.class,
                "Move it away",
                store -> pipe(store.resolve("log/19700101-0500V.cq4")),
                store -> Files.delete(store.resolve("log/19700101-0500V.cq4")));
        refused(
                "log holds a segment with another name",
                SpanStoreException.class,
                "is not named like one",
                store -> Files.createFile(store.resolve("log/backup.cq4")),
                store -> Files.delete(store.resolve("log/backup.cq4")));
        refused(
                "metadata is a link",
                SpanStoreException.class,
                "Move it away",
                store -> {
                    Files.delete(store.resolve("log/metadata.cq4t"));
                    Files.createSymbolicLink(store.resolve("log/metadata.cq4t"), victim(store));
                },
                store -> Files.delete(store.resolve("log/metadata.cq4t")));
        opens("log holds a foreign file", SPANS, 0, store -> Files.writeString(store.resolve("log/README"), "hello"));
        opens("metadata is missing", SPANS, 0, store -> Files.delete(store.resolve("log/metadata.cq4t")));
        opens("metadata is empty", SPANS, 1, store -> Files.write(store.resolve("log/metadata.cq4t"), new byte[0]));
        opens("metadata is noise", SPANS, 1, store -> Files.write(store.resolve("log/metadata.cq4t"), noise(131_072)));
        opens(
                "a prepared segment is left",
                SPANS,
                0,
                store -> Files.write(store.resolve("log/19700101-0010V.precreated"), new byte[100]));
    }

    private static void blockVersion(Path store, int version) throws IOException {
        blockField(store, 1, BlockLayout.VERSION_OFFSET, BlockLayout.KIND_SPANS << 16 | version);
    }

    private void segments() {
        opens("segment is missing", 0, 0, store -> Files.delete(segment(store)));
        opens("segment is empty", 0, 1, store -> Files.write(segment(store), new byte[0]));
        opens("segment is noise", 0, 1, store -> Files.write(segment(store), noise(200_000)));
        opens("segment is a text", 0, 1, store -> Files.writeString(segment(store), "hello\n"));
        opens("header of the segment has a flipped bit", SPANS, 1, store -> patch(segment(store), 0x20, 1));
        opens("block of the segment has a flipped bit", 0, 0, store -> patch(segment(store), block(store, 1) + 300, 1));
        refused(
                "block of a newer version",
                SpanStoreException.TooNew.class,
                "open the store with the release that wrote it",
                store -> blockVersion(store, BlockLayout.VERSION + 1),
                store -> blockVersion(store, BlockLayout.VERSION));
        refused(
                "block of the version before the first release",
                SpanStoreException.TooOld.class,
                "with 'ingest' of this one",
                store -> blockVersion(store, 1),
                store -> blockVersion(store, BlockLayout.VERSION));
        opens("first block that claims a gigabyte", SPANS, 0, store -> {
            blockField(store, 0, BlockLayout.LENGTH_OFFSET, 1 << 30);
            length(segment(store), (1L << 30) + (1 << 20));
        });
        opens("block that claims a gigabyte", 0, 1, store -> {
            blockField(store, 1, BlockLayout.LENGTH_OFFSET, 1 << 30);
            length(segment(store), (1L << 30) + (1 << 20));
        });
        opens(
                "segment with the number of the year 9000",
                SPANS,
                1,
                store -> Files.write(store.resolve("log/90000101-0000V.cq4"), noise(5_000)));
        opens("a gigabyte of nothing as the next segment", SPANS, 0, store -> {
            Files.createFile(store.resolve("log/19700101-0010V.cq4"));
            length(store.resolve("log/19700101-0010V.cq4"), 1L << 30);
        });
    }

    private void forged() {
        opens(
                "metadata names a class of the class path",
                SPANS,
                1,
                store -> rename(store.resolve("log/metadata.cq4t"), "SCQMeta", "SongOfC"));
        opens(
                "segment names a class of the class path",
                SPANS,
                1,
                store -> rename(segment(store), "SCQStore", "SongBird"));
        opens(
                "index of a segment names a class of the class path",
                SPANS,
                1,
                store -> rename(segment(store), "SCQSIndexing", "SongOfABirdy"));
    }

    private static Path aside(Path store) {
        return store.resolveSibling("aside");
    }

    private static void putBack(Path store) throws IOException {
        Files.delete(store);
        Files.move(aside(store), store);
    }

    private static void putLogBack(Path store) throws IOException {
        Files.delete(store.resolve("log"));
        Files.move(aside(store), store.resolve("log"));
    }

    private static void clear(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!file.equals(store)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The file that links point at, which nobody may change. */
    static Path victim(Path store) throws IOException {
        Path victim = store.resolveSibling("victim");
        if (!Files.exists(victim)) {
            Files.writeString(victim, "precious");
        }
        return victim;
    }

    private static void pipe(Path path) throws IOException {
        try {
            int exit = new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
            if (exit != 0) {
                throw new IOException("mkfifo failed with " + exit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static void length(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    private static void patch(Path file, int offset, int bits) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(offset);
            int before = open.read();
            open.seek(offset);
            open.write(before ^ bits);
        }
    }

    private static void slabHeader(Path store, int field, int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(store.resolve("slabs").toFile(), "rw")) {
            ByteBuffer page = ByteBuffer.allocate(SLAB_CRC + 4).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(page.array());
            page.putInt(field, value);
            CRC32C crc = new CRC32C();
            crc.update(page.array(), 0, SLAB_CRC);
            page.putInt(SLAB_CRC, (int) crc.getValue());
            file.seek(0);
            file.write(page.array());
        }
    }

    /** Returns the only log file of the store. */
    static Path segment(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int block(Path store, int index) throws IOException {
        byte[] head = head(segment(store));
        int left = index;
        for (int at = 0; at < head.length; at += BlockLayout.ALIGNMENT) {
            if (ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(at) == BlockLayout.MAGIC && left-- == 0) {
                return at;
            }
        }
        throw new AssertionError("The segment has no block " + index);
    }

    private static byte[] head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(1 << 20);
        }
    }

    /** Changes a field of a block's header under a right checksum. */
    private static void blockField(Path store, int block, int field, int value) throws IOException {
        int at = block(store, block);
        ByteBuffer header = ByteBuffer.wrap(head(segment(store)), at, BlockLayout.HEADER_BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(field, value);
        header.putInt(BlockLayout.HEADER_CRC_OFFSET, 0);
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate());
        header.putInt(BlockLayout.HEADER_CRC_OFFSET, (int) crc.getValue());
        try (RandomAccessFile file = new RandomAccessFile(segment(store).toFile(), "rw")) {
            byte[] bytes = new byte[BlockLayout.HEADER_BYTES];
            header.get(bytes);
            file.seek(at);
            file.write(bytes);
        }
    }

    private static void rename(Path file, String from, String to) throws IOException {
        byte[] head = head(file);
        String text = new String(head, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(from);
        if (at < 0 || from.length() != to.length()) {
            throw new AssertionError(file + " does not name " + from);
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write(to.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
