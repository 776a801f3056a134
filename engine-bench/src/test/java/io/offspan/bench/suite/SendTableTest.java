package io.offspan.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.bench.result.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendTableTest {
    private static final Row PARSE = row(ExportSuite.PARSE, "cpu", "ns/span", 1_000);
    private static final Row RATE = row("a, none", SendTable.RATE, "k spans/s", 400);
    private static final Row CPU = row("a, none", "total cpu", "ns/span", 1_500).against(PARSE, 0);
    private static final Row OTHER = row("a, none", "wall", "ns/span", 2_500);

    private static Row row(String subject, String metric, String unit, double value) {
        return Row.single(ExportSuite.GROUP, subject, metric, unit, true, value);
    }

    @Test
    void aSenderIsALineWithWhatWasMeasuredOfIt() {
        List<Row> rows = List.of(PARSE, RATE, CPU, OTHER, row("b", SendTable.RATE, "k spans/s", 90));
        List<List<String>> lines = SendTable.of(rows);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("sender", "rate, k spans/s").contains("total cpu, ns/span");
        assertThat(lines.get(1)).startsWith("a, none", "400").endsWith("1.50").contains("1,500");
        assertThat(lines.get(2)).startsWith("b", "90.0").endsWith("");
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.get(0)));
    }

    @Test
    void rowsThatAreInTheTableAreKnownFromThoseThatAreNot() {
        List<Row> rows = List.of(PARSE, RATE, CPU, OTHER);
        assertThat(rows).filteredOn(row -> SendTable.has(rows, row)).containsExactly(RATE, CPU);
        assertThat(SendTable.of(List.of(PARSE, OTHER))).isEmpty();
    }
}
