package io.offspan.it.fault;

import io.offspan.codec.block.BlockLayout;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.wire.HeapBytes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The bytes of a store by what they mean, for somebody who wants to damage them evenly. */
final class DamagedPlace {
    /** What a byte of a store is part of. */
    enum Area {
        BLOCK_HEADER,
        BLOCK_BODY,
        EXCERPT_HEADER,
        LOG_HEADER,
        METADATA,
        SLAB_FILE_HEADER,
        SLAB_HEADER,
        SLAB_WORD,
        SLAB_MARKS,
        SLAB_LINES,
        SLAB_VALUES,
        SLAB_STRING_ENDS,
        SLAB_STRINGS;

        /** What belongs to the spans of open slabs, each of which has a sum. */
        static final List<Area> SLABS =
                List.of(SLAB_HEADER, SLAB_WORD, SLAB_MARKS, SLAB_LINES, SLAB_VALUES, SLAB_STRING_ENDS, SLAB_STRINGS);

        boolean inSlabs() {
            return SLABS.contains(this);
        }

        /** Tells whether the spans of the log depend on it. */
        boolean inLog() {
            return ordinal() <= METADATA.ordinal();
        }
    }

    /** A stretch of a file. */
    record Stretch(Path file, long from, long to) {}

    private static final int METADATA_BYTES = 2048;
    private static final int SLAB_FILE_HEADER_BYTES = 92;
    private static final int[] PLACES = {448, 512};
    private static final int PLACE_BYTES = 40;
    private static final int SLABS_OFFSET = 4096;
    private static final int SLAB_DESCRIPTION_BYTES = 36;

    private final Map<Area, List<Stretch>> stretches = new EnumMap<>(Area.class);

    /** @param slabBytes the size of each slab, and {@code slabs} how many there are */
    DamagedPlace(Path store, int slabs, int slabBytes) throws IOException {
        for (Area area : Area.values()) {
            stretches.put(area, new ArrayList<>());
        }
        for (Path file : logs(store)) {
            addBlocks(store.relativize(file), Files.readAllBytes(file));
        }
        add(Area.METADATA, Path.of("log", "metadata.cq4t"), 0, METADATA_BYTES);
        add(Area.SLAB_FILE_HEADER, Path.of("slabs"), 0, SLAB_FILE_HEADER_BYTES);
        for (int at : PLACES) {
            add(Area.SLAB_FILE_HEADER, Path.of("slabs"), at, at + PLACE_BYTES);
        }
        for (int i = 0; i < slabs; i++) {
            long at = SLABS_OFFSET + (long) i * slabBytes;
            add(Area.SLAB_HEADER, Path.of("slabs"), at, at + SLAB_DESCRIPTION_BYTES);
            add(
                    Area.SLAB_HEADER,
                    Path.of("slabs"),
                    at + SlabLayout.FLUSHED_OFFSET,
                    at + SlabLayout.LOGGED_BEFORE_OFFSET + 8);
            add(Area.SLAB_WORD, Path.of("slabs"), at + SlabLayout.WORD_OFFSET, at + SlabLayout.WORD_OFFSET + 8);
        }
        byte[] file = Files.readAllBytes(store.resolve("slabs"));
        for (int i = 0; i < slabs; i++) {
            addSpans(file, SLABS_OFFSET + i * slabBytes);
        }
    }

    /** Adds what belongs to the spans that the word of a slab counts. */
    private void addSpans(byte[] file, int slab) {
        int spans = SlabLayout.count(HeapBytes.getLong(file, slab + SlabLayout.WORD_OFFSET));
        if (spans == 0) {
            return;
        }
        int size = HeapBytes.getInt(file, slab + SlabLayout.SIZE_OFFSET);
        SlabLayout layout = new SlabLayout(
                size,
                HeapBytes.getInt(file, slab + SlabLayout.MAX_SPANS_OFFSET),
                HeapBytes.getInt(file, slab + SlabLayout.MAX_STRINGS_OFFSET));
        int last = slab + layout.mark(spans - 1);
        Path path = Path.of("slabs");
        int strings = slab + layout.strings();
        int values = slab + layout.values();
        add(Area.SLAB_MARKS, path, slab + layout.mark(0), slab + layout.mark(spans));
        add(Area.SLAB_LINES, path, slab + layout.line(0), slab + layout.line(spans));
        add(Area.SLAB_VALUES, path, values, values + HeapBytes.getInt(file, last + SlabLayout.MARK_VALUES));
        add(
                Area.SLAB_STRING_ENDS,
                path,
                strings,
                strings + 4 * (HeapBytes.getInt(file, last + SlabLayout.MARK_STRINGS) + 1));
        int end = slab + size;
        add(Area.SLAB_STRINGS, path, end - HeapBytes.getInt(file, last + SlabLayout.MARK_HEAP), end);
    }

    /** Returns the files of a log, oldest first. */
    static List<Path> logs(Path store) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(store.resolve("log"), "*.cq4")) {
            stream.forEach(files::add);
        }
        Collections.sort(files);
        return files;
    }

    private void addBlocks(Path file, byte[] bytes) {
        int end = 0;
        for (int at = 0; at + BlockLayout.HEADER_BYTES <= bytes.length; at += BlockLayout.ALIGNMENT) {
            if (HeapBytes.getInt(bytes, at) == BlockLayout.MAGIC) {
                int length = HeapBytes.getInt(bytes, at + BlockLayout.LENGTH_OFFSET);
                if (end == 0) {
                    add(Area.LOG_HEADER, file, 0, at);
                } else {
                    add(Area.EXCERPT_HEADER, file, end, at);
                }
                add(Area.BLOCK_HEADER, file, at, at + BlockLayout.HEADER_BYTES);
                add(Area.BLOCK_BODY, file, at + BlockLayout.HEADER_BYTES, at + length);
                end = at + length;
                at = end - BlockLayout.ALIGNMENT;
            }
        }
    }

    private void add(Area area, Path file, long from, long to) {
        if (from < to) {
            stretches.get(area).add(new Stretch(file, from, to));
        }
    }

    Stretch pick(Area area, SplittableRandom random) {
        List<Stretch> all = stretches.get(area);
        return all.get(random.nextInt(all.size()));
    }

    /** Returns where the last block of a file ends. */
    long endOfBlocks(Path file) {
        return stretches.get(Area.BLOCK_BODY).stream()
                .filter(stretch -> stretch.file().equals(file))
                .mapToLong(Stretch::to)
                .max()
                .orElseThrow();
    }

    /** Returns where the blocks of a file end, in order. */
    List<Long> blockEnds(Path file) {
        List<Long> ends = new ArrayList<>();
        for (Stretch stretch : stretches.get(Area.BLOCK_BODY)) {
            if (stretch.file().equals(file)) {
                ends.add(stretch.to());
            }
        }
        return ends;
    }
}
