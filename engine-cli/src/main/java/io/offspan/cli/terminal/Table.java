package io.offspan.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: aligned for humans, separated by tabs for other programs. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean aligned;

    /** @param aligned whether humans read it */
    public Table(boolean aligned, String... header) {
        this.aligned = aligned;
        rows.add(header);
    }

    /** Adds a row; control characters in its cells are replaced, so that a name cannot break the table or the terminal. */
    public void add(String... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = printable(cells[i]);
        }
        rows.add(row);
    }

    /** Replaces control characters by spaces. */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return safe.toString();
    }

    /** Prints the rows. */
    public void print(Terminal terminal) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            terminal.line(aligned ? align(row, widths) : String.join("\t", row));
        }
    }

    private static String align(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            line.append(row[i]);
            if (i + 1 < row.length) {
                line.append(" ".repeat(widths[i] - row[i].length())).append(GAP);
            }
        }
        return line.toString();
    }
}
