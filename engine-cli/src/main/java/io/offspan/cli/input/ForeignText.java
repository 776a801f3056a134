package io.offspan.cli.input;

import java.nio.charset.StandardCharsets;

/**
 * What stands between the objects of a JSON stream: lists around them, and text that is no JSON, counted by its lines.
 *
 * <p><b>Threads.</b> One.
 */
final class ForeignText {
    private static final int SHOWN_LINES = 3;
    private static final int SEPARATOR = 0x1e;

    private boolean here;
    private boolean prefixed;
    private long lists;
    private long listsBefore;
    private long lines;
    private long firstLine;
    private long firstColumn;
    private final StringBuilder places = new StringBuilder();
    private final StringBuilder start = new StringBuilder();

    /** Tells whether a byte may stand around objects: white space, a comma, or the record separator of {@code jq --seq}. */
    static boolean isFiller(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == ',' || b == SEPARATOR;
    }

    /** Takes a byte between two objects; {@code astray} when what is no JSON is behind a damaged one, and not counted. */
    void take(byte b, long line, long column, boolean astray) {
        if (b == '\n') {
            endLine(line);
            here = false;
            listsBefore = lists;
        } else if (b == '[' || b == ']') {
            lists += b == '[' ? 1 : -1;
        } else if (!isFiller(b) && !astray) {
            firstColumn = here || lines > 0 ? firstColumn : column;
            here = true;
        }
        if (here && lines == 0 && start.length() < 2 * Ids.SHOWN) {
            start.append((char) (b & 0xff));
        }
    }

    /** Counts the line that ends, when there is text in it. */
    void endLine(long line) {
        if (!here) {
            return;
        }
        lists = listsBefore;
        firstLine = lines == 0 ? line : firstLine;
        if (++lines <= SHOWN_LINES) {
            places.append(places.isEmpty() ? "" : ", ").append(line);
        }
    }

    /** Takes the text of this line, if there is any, for what a logger writes in front of the object that begins. */
    void endAtObject() {
        if (here) {
            prefixed = true;
            lists = listsBefore;
            start.setLength(lines == 0 ? 0 : start.length());
        }
        listsBefore = lists;
        here = false;
    }

    /** Tells whether there is text in this line. */
    boolean isHere() {
        return here;
    }

    /** Returns how many lines have text that stands in front of no object. */
    long lines() {
        return lines;
    }

    /** Returns the numbers of the first such lines. */
    String places() {
        return places + (lines > SHOWN_LINES ? " ..." : "");
    }

    /** Returns where the first such text starts. */
    String place() {
        return "line " + firstLine + ", column " + firstColumn + ": ";
    }

    /** Returns how the first such text starts. */
    String start() {
        return new String(start.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Tells whether text stood in front of objects, so that this is a log. */
    boolean isLog() {
        return prefixed;
    }

    /** Tells whether a list around the objects was not closed, although there is nothing between them but lists. */
    boolean isListOpen() {
        return lists > 0 && !prefixed && lines == 0;
    }
}
