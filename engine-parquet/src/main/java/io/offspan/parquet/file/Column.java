package io.offspan.parquet.file;

import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column of the row group under construction: takes values, and cuts them into pages between rows.
 *
 * <p>For each row, a column that is there once gets one value; one within lists or maps gets {@link #levels} for each entry, the first
 * with repetition 0, and a value behind those of full definition. {@link #endRow} ends the row.
 *
 * <p>Texts and bytes go through a dictionary until it is large; what is behind is written plain.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class Column {
    private static final int PAGE_BYTES = 256 << 10;
    private static final int PAGE_ROWS = 20_000;
    private static final int DICTIONARY_BYTES = 1 << 20;

    private static final int PLAIN = 0;
    private static final int LEVELS = 3;
    private static final int PLACES = 8;

    private final String[] path;
    private final ColumnType type;
    private final int maxRepetition;
    private final int maxDefinition;
    private final boolean mayRepeat;
    private final boolean indexed;
    private final @Nullable BloomFilter filter;

    private final Bytes values = new Bytes(1024);
    private final Bytes pages = new Bytes(1024);
    private final Bytes body = new Bytes(1024);
    private final Bounds bounds = new Bounds();
    private final Bounds all = new Bounds();
    private final List<Chunk.Page> cut = new ArrayList<>();
    private @Nullable Dictionary dictionary;
    private int[] numbers = new int[64];
    private int numbered;
    private int[] repetitions = new int[64];
    private int[] definitions = new int[64];
    private int entries;
    /** How many bytes the page has so far, about. */
    private int filled;

    private long rows;
    private long firstRow;
    private long written;
    private boolean anyPlain;
    private boolean numbering;
    private long generation;

    /** Makes one; {@code flags} are those of {@link Table}. */
    Column(String[] path, ColumnType type, int maxRepetition, int maxDefinition, int flags) {
        this.path = path;
        this.type = type;
        this.maxRepetition = maxRepetition;
        this.maxDefinition = maxDefinition;
        mayRepeat = type.isBytes() && (flags & Table.HARDLY_REPEATS) == 0;
        indexed = (flags & Table.INDEXED) != 0;
        filter = (flags & Table.BLOOM) != 0 ? new BloomFilter() : null;
        clear();
    }

    String[] path() {
        return path;
    }

    ColumnType type() {
        return type;
    }

    /** Says where the next entry stands: how far it shares lists with the one before, and how much of its path is there. */
    public void levels(int repetition, int definition) {
        if (entries == repetitions.length) {
            repetitions = Arrays.copyOf(repetitions, 2 * entries);
            definitions = Arrays.copyOf(definitions, 2 * entries);
        }
        repetitions[entries] = repetition;
        definitions[entries++] = definition;
    }

    /** Takes a number, the bits of a floating-point one, or 1 for true. */
    public void put(long value) {
        if (type == ColumnType.BOOL) {
            number((int) value);
        } else {
            values.putLong(value);
            filled += Long.BYTES;
        }
        if (indexed) {
            bounds.add(value);
        }
    }

    /** Takes bytes of a window, which in a text have to be UTF-8, or are mended. */
    public void put(Memory source, long offset, int length) {
        if (type == ColumnType.TEXT && !isAscii(source, offset, length)) {
            byte[] mended = new byte[length];
            source.getBytes(offset, mended, 0, length);
            mended = new String(mended, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            if (mended.length != length) {
                Memory copy = Memory.allocate(mended.length);
                copy.putBytes(0, mended, 0, mended.length);
                take(copy, 0, mended.length);
                return;
            }
            if (!source.equalBytes(offset, mended, 0, length)) {
                Memory copy = Memory.allocate(length);
                copy.putBytes(0, mended, 0, length);
                take(copy, 0, length);
                return;
            }
        }
        take(source, offset, length);
    }

    private void take(Memory source, long offset, int length) {
        Dictionary known = dictionary;
        if (numbering && known != null) {
            number(known.number(source, offset, length));
        } else {
            values.putInt(length);
            values.put(source, offset, length);
            filled += Integer.BYTES + length;
        }
        if (indexed) {
            bounds.add(source, offset, length);
        }
        if (filter != null) {
            filter.add(source, offset);
        }
    }

    /** Takes bytes of the heap; for a column of bytes that hardly repeat. */
    public void put(byte[] source, int length) {
        values.putInt(length);
        values.put(source, 0, length);
        filled += Integer.BYTES + length;
    }

    /**
     * Takes a value that was put before, by the number that it has in the dictionary.
     *
     * @param number what {@link #lastNumber} said behind that value, since when {@link #generation} is the same
     */
    public void putNumber(int number) {
        number(number);
    }

    /** Returns the number of the value that was put last, or -1 where it has none, or pages have to know their values. */
    public int lastNumber() {
        return numbering && !indexed ? numbers[numbered - 1] : -1;
    }

    /** Returns a number that is another one when numbers from before mean nothing any more. */
    public long generation() {
        return generation;
    }

    private void number(int number) {
        if (numbered == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * numbered);
        }
        numbers[numbered++] = number;
        filled += Integer.BYTES;
    }

    private static boolean isAscii(Memory source, long offset, int length) {
        long bits = 0;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            bits |= source.getLong(offset + i);
        }
        for (; i < length; i++) {
            bits |= source.getByte(offset + i);
        }
        return (bits & 0x8080808080808080L) == 0;
    }

    /** Ends the row. */
    public void endRow() {
        rows++;
        if (filled >= PAGE_BYTES || rows - firstRow >= PAGE_ROWS) {
            cutPage();
        }
    }

    /** Returns how many bytes the column has in this row group, about. */
    long size() {
        Dictionary known = dictionary;
        return pages.length() + filled + (known == null ? 0L : known.page().length());
    }

    private void cutPage() {
        int count = maxDefinition == 0 ? (int) (rows - firstRow) : entries;
        // A page without values needs no dictionary, and there may be none.
        boolean plain = !type.isBytes() || !numbering || numbered == 0;
        boolean isAsItIs = plain && maxDefinition == 0 && type != ColumnType.BOOL;
        body.clear();
        if (maxRepetition > 0) {
            putLevels(repetitions, maxRepetition);
        }
        if (maxDefinition > 0) {
            putLevels(definitions, maxDefinition);
        }
        if (type == ColumnType.BOOL) {
            putBits();
        } else if (plain && !isAsItIs) {
            body.put(values);
        } else if (!plain) {
            int width = width(numberOfValues() - 1);
            body.putByte(width);
            Runs.write(numbers, numbered, width, body);
        }
        Bytes content = isAsItIs ? values : body;
        int offset = pages.length();
        page(
                pages,
                content,
                thrift -> {
                    thrift.begin(5);
                    thrift.i32(1, count);
                    thrift.i32(2, plain ? PLAIN : PLACES);
                    thrift.i32(3, LEVELS);
                    thrift.i32(4, LEVELS);
                    thrift.end();
                },
                0);
        cut.add(new Chunk.Page(offset, pages.length() - offset, firstRow, bounds.smallest(type), bounds.largest(type)));
        all.add(bounds);
        bounds.clear();
        anyPlain |= plain;
        written += count;
        values.clear();
        numbered = 0;
        entries = 0;
        filled = 0;
        firstRow = rows;
        if (numbering && dictionary != null && dictionary.page().length() >= DICTIONARY_BYTES) {
            numbering = false;
            generation++;
        }
    }

    private int numberOfValues() {
        Dictionary known = dictionary;
        return known == null ? 0 : known.count();
    }

    private static int width(int most) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(most, 0)));
    }

    private void putLevels(int[] levels, int most) {
        int at = body.length();
        body.putInt(0);
        Runs.write(levels, entries, width(most), body);
        body.setInt(at, body.length() - at - Integer.BYTES);
    }

    private void putBits() {
        int bits = 0;
        for (int i = 0; i < numbered; i++) {
            bits |= numbers[i] << (i & 7);
            if ((i & 7) == 7 || i + 1 == numbered) {
                body.putByte(bits);
                bits = 0;
            }
        }
    }

    /** What a page header says of its kind of page. */
    private interface Kind {
        void describe(Thrift header);
    }

    /** Appends a page with its header. */
    private static void page(Bytes target, Bytes content, Kind kind, int number) {
        Thrift thrift = new Thrift(target);
        thrift.i32(1, number);
        thrift.i32(2, content.length());
        thrift.i32(3, content.length());
        kind.describe(thrift);
        thrift.end();
        target.put(content);
    }

    /** Writes the column into the file, and begins anew for the next row group. */
    Chunk flush(ParquetWriter out) throws IOException {
        if (rows > firstRow) {
            cutPage();
        }
        long offset = out.position();
        int dictionaryBytes = 0;
        Dictionary known = dictionary;
        if (known != null && known.count() > 0) {
            Bytes page = new Bytes(known.page().length() + 64);
            int count = known.count();
            page(
                    page,
                    known.page(),
                    thrift -> {
                        thrift.begin(7);
                        thrift.i32(1, count);
                        thrift.i32(2, PLAIN);
                        thrift.end();
                    },
                    2);
            dictionaryBytes = page.length();
            out.write(page.array(), page.length());
        }
        out.write(pages.array(), pages.length());
        byte[] bloom = filter == null ? null : filter.build();
        Chunk chunk = new Chunk(
                offset,
                dictionaryBytes,
                dictionaryBytes + (long) pages.length(),
                written,
                anyPlain,
                List.copyOf(cut),
                indexed ? all.smallest(type) : null,
                indexed ? all.largest(type) : null,
                -1,
                0);
        clear();
        return bloom == null ? chunk : out.withFilter(chunk, bloom);
    }

    private void clear() {
        generation++;
        dictionary = mayRepeat ? new Dictionary() : null;
        numbering = mayRepeat;
        values.clear();
        pages.clear();
        bounds.clear();
        all.clear();
        cut.clear();
        if (filter != null) {
            filter.clear();
        }
        rows = 0;
        firstRow = 0;
        written = 0;
        anyPlain = false;
    }

    /** Tells whether the column says the smallest and largest value of its pages. */
    boolean isIndexed() {
        return indexed;
    }
}
