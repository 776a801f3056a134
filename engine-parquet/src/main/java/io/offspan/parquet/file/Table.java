package io.offspan.parquet.file;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a file, made column by column, and the columns of the row group under construction.
 *
 * <p>Nothing in it is null: a list or map without entries is empty. Groups that are opened have to be closed.
 */
public final class Table {
    /** A column whose values hardly repeat, so that a dictionary would be in the way. */
    public static final int HARDLY_REPEATS = 1;
    /** A column, once in each row, of which each page says its smallest and largest value. */
    public static final int INDEXED = 2;
    /** A column of texts of 32 bytes with a Bloom filter. */
    public static final int BLOOM = 4;

    private static final int REQUIRED = 0;
    private static final int REPEATED = 2;
    private static final int CONVERTED_TEXT = 0;
    private static final int CONVERTED_MAP = 1;
    private static final int CONVERTED_LIST = 3;
    private static final int LOGICAL_TEXT = 1;
    private static final int LOGICAL_MAP = 2;
    private static final int LOGICAL_LIST = 3;
    private static final int LOGICAL_TIME = 8;
    private static final int NANOS = 3;

    /** One place of the schema, a column where it has a type. */
    private static final class Place {
        private final String name;
        private final int repetition;
        private final int converted;
        private final @Nullable ColumnType type;
        private int children;

        Place(String name, int repetition, int converted, @Nullable ColumnType type) {
            this.name = name;
            this.repetition = repetition;
            this.converted = converted;
            this.type = type;
        }
    }

    private final List<Place> places = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final Deque<Place> open = new ArrayDeque<>();

    /** Begins a schema. */
    public Table(String name) {
        Place root = new Place(name, REQUIRED, -1, null);
        places.add(root);
        open.addLast(root);
    }

    private void add(Place place) {
        open.getLast().children++;
        places.add(place);
    }

    private void open(String name, int repetition, int converted) {
        Place place = new Place(name, repetition, converted, null);
        add(place);
        open.addLast(place);
    }

    /** Adds a column to the group that is open. */
    public Column column(String name, ColumnType type, int flags) {
        add(new Place(name, REQUIRED, type == ColumnType.TEXT ? CONVERTED_TEXT : -1, type));
        List<String> path = new ArrayList<>();
        open.stream().skip(1).forEach(group -> path.add(group.name));
        path.add(name);
        int repeated = (int)
                open.stream().filter(group -> group.repetition == REPEATED).count();
        Column column = new Column(path.toArray(String[]::new), type, repeated, repeated, flags);
        columns.add(column);
        return column;
    }

    /** Opens a map, which needs a column {@code key} and a column {@code value}. */
    public void openMap(String name) {
        open(name, REQUIRED, CONVERTED_MAP);
        open("key_value", REPEATED, -1);
    }

    public void closeMap() {
        close(2);
    }

    /** Opens a list of groups. */
    public void openList(String name) {
        open(name, REQUIRED, CONVERTED_LIST);
        open("list", REPEATED, -1);
        open("element", REQUIRED, -1);
    }

    public void closeList() {
        close(3);
    }

    private void close(int groups) {
        for (int i = 0; i < groups; i++) {
            open.removeLast();
        }
    }

    List<Column> columns() {
        return columns;
    }

    /** Returns how many bytes the row group under construction has, about. */
    public long size() {
        long size = 0;
        for (int i = 0; i < columns.size(); i++) {
            size += columns.get(i).size();
        }
        return size;
    }

    /** Ends the row in every column. */
    public void endRow() {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).endRow();
        }
    }

    /** Returns the number of a column of the outermost group. */
    int number(String name) {
        for (int i = 0; i < columns.size(); i++) {
            String[] path = columns.get(i).path();
            if (path.length == 1 && path[0].equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("No column '" + name + "' in this schema; sort by one that is there");
    }

    /** Writes the places as the second field of a footer. */
    void write(Thrift thrift) {
        thrift.list(2, Thrift.STRUCT, places.size());
        for (Place place : places) {
            thrift.beginElement();
            if (place.type != null) {
                thrift.i32(1, place.type.physical());
            }
            if (place != places.get(0)) {
                thrift.i32(3, place.repetition);
            }
            thrift.text(4, place.name);
            if (place.type == null) {
                thrift.i32(5, place.children);
            }
            if (place.converted >= 0) {
                thrift.i32(6, place.converted);
            }
            logical(thrift, place);
            thrift.end();
        }
    }

    private static void logical(Thrift thrift, Place place) {
        if (place.type == ColumnType.TIME) {
            thrift.begin(10);
            thrift.begin(LOGICAL_TIME);
            thrift.bool(1, true);
            thrift.begin(2);
            thrift.mark(NANOS);
            thrift.end();
            thrift.end();
            thrift.end();
        } else if (place.converted >= 0) {
            thrift.begin(10);
            thrift.mark(
                    place.converted == CONVERTED_TEXT
                            ? LOGICAL_TEXT
                            : place.converted == CONVERTED_MAP ? LOGICAL_MAP : LOGICAL_LIST);
            thrift.end();
        }
    }
}
