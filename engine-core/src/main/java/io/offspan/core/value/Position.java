package io.offspan.core.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place before a span of the log, for a reader that comes back.
 *
 * <p>It names the segment by its random id, because a number can come back with other content after a restore, and the span by its
 * ordinal, which stays the same whatever file the segment's spans are in. The number says which of two positions is the later one, and
 * where to go on when the segment is gone. The text form is {@code id:number+ordinal} with the id in 16 hexadecimal digits.
 *
 * @param segmentId the segment, 0 before the first
 * @param segmentNumber its number, 0 before the first
 * @param ordinal how many spans of the segment lie before it
 */
public record Position(long segmentId, int segmentNumber, int ordinal) {
    /** Before everything. */
    public static final Position START = new Position(0, 0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16}):(\\d{1,9})\\+(\\d{1,9})");

    /** Refuses negative numbers. */
    public Position {
        if (segmentNumber < 0 || ordinal < 0) {
            throw new IllegalArgumentException("A position in segment " + segmentNumber + " before span " + ordinal
                    + "; both are counted from 0 upwards");
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static Position parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a position; the form is id:number+ordinal");
        }
        return new Position(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /** Returns the position before another span of the same segment. */
    public Position at(int other) {
        return new Position(segmentId, segmentNumber, other);
    }

    /** Tells whether spans of the same log may lie between this position and a later one. */
    public boolean isBefore(Position other) {
        return segmentNumber < other.segmentNumber || segmentNumber == other.segmentNumber && ordinal < other.ordinal;
    }

    @Override
    public String toString() {
        return String.format("%016x:%d+%d", segmentId, segmentNumber, ordinal);
    }
}
