package io.offspan.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.terminal.Layout.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final List<Column> COLUMNS =
            List.of(Column.text("NAME", 6), Column.text("KIND", 4), Column.beginning("TRACE", 8));

    private static final int[] WANTED = {40, 8, 32};

    @Test
    void whatFitsIsAsWideAsItIs() {
        Layout layout = Layout.fit(COLUMNS, WANTED, 84);
        assertThat(layout.header()).isEqualTo("NAME" + " ".repeat(38) + "KIND" + " ".repeat(6) + "TRACE");
    }

    @Test
    void whoWantsMostGivesMostAndIdsAreCutWithoutAMark() {
        Layout layout = Layout.fit(COLUMNS, WANTED, 40);
        assertThat(layout.width(0) + layout.width(1) + layout.width(2) + 4).isEqualTo(40);
        assertThat(layout.width(0)).isBetween(12, 16);
        String line = layout.line("n".repeat(40), "internal", "4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line).hasSize(40).contains("n…  ").matches(".*  4bf92f[0-9a-f]*");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int width = 1; width <= 120; width++) {
            Layout layout = Layout.fit(COLUMNS, WANTED, width);
            assertThat(Cells.width(layout.line("日".repeat(40), "internal", "4bf92f3577b34da6a3ce929d0e0e4736")))
                    .as("at %d columns", width)
                    .isLessThanOrEqualTo(width);
        }
        Layout narrow = Layout.fit(COLUMNS, WANTED, 15);
        assertThat(narrow.header()).as("the last columns are left out first").matches("NAME {2,}KIND");
    }

    @Test
    void anotherOrderLeavesOutOthers() {
        Layout layout = Layout.fit(COLUMNS, WANTED, 12, new int[] {1, 2, 0});
        assertThat(layout.header()).isEqualTo("NAME");
        assertThat(layout.width(0)).isEqualTo(12);
    }
}
