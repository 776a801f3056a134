package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a CSV (RFC 4180), one after another; lines without a character are none.
 *
 * <p>A row whose quote is not closed is refused, and its second line is the next row.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> one row.
 */
final class CsvRows {
    /** How long a row may be. */
    static final int MAX_ROW = 64 << 10;

    private static final int END = -1;
    private static final int BUFFER = 8 << 10;

    private final Reader in;
    private final char[] buffer = new char[BUFFER];
    private int at;
    private int filled;
    private final StringBuilder row = new StringBuilder();
    private final StringBuilder cell = new StringBuilder();
    private final List<String> cells = new ArrayList<>();
    private String again = "";
    private int againAt;
    private long nextLine = 1;
    private long line;

    CsvRows(InputStream in) {
        this.in = new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    /**
     * Goes to the next row, or returns false behind the last.
     *
     * @throws FormatException when that row is refused
     */
    boolean next() throws IOException {
        do {
            line = nextLine;
            row.setLength(0);
            cells.clear();
            cell.setLength(0);
            if (!readRow()) {
                return false;
            }
        } while (cells.isEmpty());
        return true;
    }

    /** Reads to the end of a row; false when there is none. */
    private boolean readRow() throws IOException {
        boolean quoted = false;
        int c = read();
        while (c != END && (quoted || c != '\n')) {
            row.append((char) c);
            if (row.length() > MAX_ROW) {
                throw tooLong(quoted);
            }
            int following = read();
            if (c == '"' && (quoted || cell.isEmpty())) {
                if (quoted && following == '"') {
                    row.append('"');
                    cell.append('"');
                    following = read();
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                endCell();
            } else if (c != '\r' || quoted || following != '\n' && following != END) {
                cell.append((char) c);
            }
            nextLine += c == '\n' ? 1 : 0;
            c = following;
        }
        if (quoted) {
            throw tooLong(true);
        }
        nextLine += c == '\n' ? 1 : 0;
        if (!cell.isEmpty() || !cells.isEmpty()) {
            endCell();
        }
        return c != END || !cells.isEmpty();
    }

    private void endCell() {
        cells.add(cell.toString());
        cell.setLength(0);
    }

    private FormatException tooLong(boolean quoted) throws IOException {
        int end = row.indexOf("\n");
        if (end >= 0) {
            again = row.substring(end + 1) + again.substring(againAt);
            againAt = 0;
        } else {
            skipLine();
        }
        nextLine = line + 1;
        return new FormatException(
                quoted ? Reason.MALFORMED : Reason.TOO_LARGE,
                quoted
                        ? "a quote is not closed within the " + MAX_ROW + " characters that a row may have"
                        : "a row is longer than the " + MAX_ROW + " characters allowed");
    }

    private void skipLine() throws IOException {
        int c = read();
        while (c != END && c != '\n') {
            c = read();
        }
    }

    private int read() throws IOException {
        if (againAt < again.length()) {
            return again.charAt(againAt++);
        }
        if (at == filled) {
            at = 0;
            filled = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return at < filled ? buffer[at++] : END;
    }

    /** Returns the cells of the row. */
    String[] cells() {
        return cells.toArray(String[]::new);
    }

    /** Returns in which line the row starts. */
    long line() {
        return line;
    }
}
