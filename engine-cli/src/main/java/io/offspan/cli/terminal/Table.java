package io.offspan.cli.terminal;

import io.offspan.cli.terminal.Layout.Column;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: aligned and no wider than the terminal for humans, whole and separated by tabs for other programs. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final List<Column> columns;

    public Table(List<Column> columns) {
        this.columns = columns;
    }

    /** Adds a row; control characters in its cells are replaced, so that a name cannot break the table or the terminal. */
    public void add(String... cells) {
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            row[i] = Cells.printable(cells[i]);
        }
        rows.add(row);
    }

    /** Prints the rows. */
    public void print(Terminal terminal) {
        if (!terminal.interactive()) {
            terminal.line(String.join("\t", columns.stream().map(Column::name).toList()));
            rows.forEach(row -> terminal.line(String.join("\t", row)));
            return;
        }
        int[] wanted =
                columns.stream().mapToInt(column -> Cells.width(column.name())).toArray();
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                wanted[i] = Math.max(wanted[i], Cells.width(row[i]));
            }
        }
        Layout layout = Layout.fit(columns, wanted, terminal.columns());
        terminal.line(layout.header());
        rows.forEach(row -> terminal.line(layout.line(row)));
    }
}
