package io.offspan.parquet;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file of spans holds, told by its name: a range of one segment of one store, so that a span is written once however often an
 * export is repeated.
 *
 * @param store the id of the store
 * @param segmentNumber the number of the segment
 * @param segmentId its id
 * @param from the ordinal of the first span
 * @param to the ordinal behind the last
 * @param selection which spans of the range were wanted
 */
record FileName(UUID store, int segmentNumber, long segmentId, int from, int to, Selection selection) {
    private static final String TIME = "-t(\\d{1,20})-(\\d{1,20})";
    private static final Pattern FORM = Pattern.compile(
            "spans-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\\d{1,10})-([0-9a-f]{16})-(\\d{1,10})-(\\d{1,10})(?:"
                    + TIME + ")?\\.parquet");

    /** Reads a name, or returns null where it is another. */
    static @Nullable FileName parse(String name) {
        Matcher found = FORM.matcher(name);
        if (!found.matches()) {
            return null;
        }
        try {
            Selection selection = found.group(6) == null
                    ? Selection.ALL
                    : new Selection(Long.parseUnsignedLong(found.group(6)), Long.parseUnsignedLong(found.group(7)));
            return new FileName(
                    UUID.fromString(found.group(1)),
                    Integer.parseInt(found.group(2)),
                    Long.parseUnsignedLong(found.group(3), 16),
                    Integer.parseInt(found.group(4)),
                    Integer.parseInt(found.group(5)),
                    selection);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Tells whether a file holds spans of the same segment. */
    boolean isOfSegment(UUID otherStore, int number, long id) {
        return store.equals(otherStore) && segmentNumber == number && segmentId == id;
    }

    /** Returns the name, in which numbers are as long as the largest, so that names sort as spans do. */
    @Override
    public String toString() {
        String time = selection.equals(Selection.ALL)
                ? ""
                : "-t" + Long.toUnsignedString(selection.fromNanos()) + "-"
                        + Long.toUnsignedString(selection.toNanos());
        return String.format(
                Locale.ROOT,
                "spans-%s-%010d-%016x-%010d-%010d%s.parquet",
                store,
                segmentNumber,
                segmentId,
                from,
                to,
                time);
    }
}
