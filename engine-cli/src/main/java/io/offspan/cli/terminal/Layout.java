package io.offspan.cli.terminal;

import java.util.List;

/**
 * Columns of text side by side, which share the width of a terminal: those that want most give most, none below what it needs; where even
 * that is too much, some are left out.
 */
public final class Layout {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final int[] widths;

    /**
     * A column.
     *
     * @param name what stands above it
     * @param least how many columns of the terminal it needs to be of use
     * @param whole whether its beginning is of use by itself, as that of an id is, so that a cut needs no mark
     */
    public record Column(String name, int least, boolean whole) {
        /** A column of text. */
        public static Column text(String name, int least) {
            return new Column(name, least, false);
        }

        /** A column of ids or times. */
        public static Column beginning(String name, int least) {
            return new Column(name, least, true);
        }
    }

    private Layout(List<Column> columns, int[] widths) {
        this.columns = columns;
        this.widths = widths;
    }

    /** Fits columns of wanted widths into a line, leaving out the last ones where they have no room. */
    public static Layout fit(List<Column> columns, int[] wanted, int line) {
        int[] order = new int[wanted.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = order.length - 1 - i;
        }
        return fit(columns, wanted, line, order);
    }

    /**
     * Fits columns of wanted widths into a line.
     *
     * @param order which are left out, first to last, where there is no room; the last is only cut
     */
    public static Layout fit(List<Column> columns, int[] wanted, int line, int[] order) {
        int[] widths = new int[wanted.length];
        int sum = -GAP.length();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.min(wanted[i], line);
            sum += widths[i] + GAP.length();
        }
        while (sum > line) {
            int giver = mostOver(columns, widths);
            if (giver < 0) {
                break;
            }
            widths[giver]--;
            sum--;
        }
        for (int i = 0; i < order.length && sum > line; i++) {
            boolean last = i == order.length - 1;
            sum -= widths[order[i]] + (last ? 0 : GAP.length());
            widths[order[i]] = last ? line : 0;
        }
        int kept = order[order.length - 1];
        widths[kept] = Math.max(widths[kept], Math.min(wanted[kept], widths[kept] + line - sum));
        return new Layout(columns, widths);
    }

    /** Returns the column that has most in proportion to what it needs, or -1 when none has more. */
    private static int mostOver(List<Column> columns, int[] widths) {
        int most = -1;
        double best = 1;
        for (int i = 0; i < widths.length; i++) {
            double over = (double) widths[i] / columns.get(i).least();
            if (widths[i] > columns.get(i).least() && over > best) {
                best = over;
                most = i;
            }
        }
        return most;
    }

    /** Returns how wide a column is, 0 when it is left out. */
    public int width(int column) {
        return widths[column];
    }

    /** Returns a cell as wide as its column, empty when that is left out; it has to be printable. */
    public String cell(int column, String text) {
        int width = widths[column];
        if (width == 0) {
            return "";
        }
        return Cells.pad(columns.get(column).whole() ? Cells.begin(text, width) : text, width);
    }

    /** Returns the line with the names of the columns. */
    public String header() {
        return line(columns.stream().map(Column::name).toArray(String[]::new));
    }

    /** Returns a line of cells, which have to be printable; without blanks at its end. */
    public String line(String... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            if (widths[i] > 0) {
                line.append(line.isEmpty() ? "" : GAP).append(cell(i, cells[i]));
            }
        }
        return line.toString().stripTrailing();
    }
}
