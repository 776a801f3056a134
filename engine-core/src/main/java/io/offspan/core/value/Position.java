package io.offspan.core.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place between two blocks of the log, for a reader that comes back.
 *
 * <p>It names the segment by its random id, because a number can come back with other content after a restore. The text form is
 * {@code id:number:offset} with the id in 16 hexadecimal digits.
 *
 * @param segmentId the segment, 0 before the first
 * @param segmentNumber its number, 0 before the first
 * @param offset where the next block of it is looked for in its file
 */
public record Position(long segmentId, int segmentNumber, long offset) {
    /** Before everything. */
    public static final Position START = new Position(0, 0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16}):(\\d{1,9}):(\\d{1,18})");

    /** Refuses negative numbers. */
    public Position {
        if (segmentNumber < 0 || offset < 0) {
            throw new IllegalArgumentException("A position in segment " + segmentNumber + " at offset " + offset);
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
            throw new IllegalArgumentException("'" + text + "' is not a position; the form is id:number:offset");
        }
        return new Position(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3)));
    }

    @Override
    public String toString() {
        return String.format("%016x:%d:%d", segmentId, segmentNumber, offset);
    }
}
