package io.offspan.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.bench.suite.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final double NOISE = 0.2;

    @TempDir
    Path scratch;

    private static Row row(double... values) {
        return Row.of(
                "codec",
                "encode",
                "cpu",
                "ns/span",
                true,
                java.util.Arrays.stream(values).boxed().toList());
    }

    private static Report report(Row... rows) {
        Machine machine = new Machine("a processor", 2, 1 << 30, "Linux", "ext4", "0.1", "JDK 17", "G1");
        return new Report(
                Report.VERSION,
                "offspan bench all",
                "quick",
                "2026-11-21T12:00:00Z",
                1.5,
                1,
                1000,
                machine,
                Map.of("codec", NOISE),
                List.of(rows));
    }

    @Test
    void whatIsPrintedReadsBackAsItWas() throws IOException {
        Report report =
                report(row(3, 1, 2).against(row(10), NOISE).answered(5, 5).noted("how"), row(4).answered(5, 4));
        Path file = Files.writeString(scratch.resolve("report.json"), report.toJson());
        assertThat(Report.read(file)).isEqualTo(report);
        assertThat(report.right()).isFalse();
    }

    @Test
    void aRowHasTheMiddleTheBestAndTheSpreadOfItsRounds() {
        Row row = row(30, 10, 20, 60);
        assertThat(row.median()).isEqualTo(25);
        assertThat(row.best()).isEqualTo(10);
        assertThat(row.spread()).isEqualTo(2);
        assertThat(Row.of("g", "s", "rate", "/s", false, List.of(30.0, 10.0)).best())
                .isEqualTo(30);
    }

    @Test
    void aRatioWithinTheNoiseIsATie() {
        assertThat(row(119).against(row(100), NOISE).verdict()).isEqualTo(Row.TIE);
        assertThat(row(84).against(row(100), NOISE).verdict()).isEqualTo(Row.TIE);
        assertThat(row(121).against(row(100), NOISE).verdict()).isEqualTo(Row.WORSE);
        assertThat(row(82).against(row(100), NOISE).verdict()).isEqualTo(Row.BETTER);
    }

    @Test
    void anAnswerThatDiffersIsWrongHoweverFast() {
        assertThat(row(1).answered(7, 6).against(row(100), NOISE).verdict()).isEqualTo(Row.WRONG);
    }

    @Test
    void onlyWhatIsWorseInEveryRoundBeyondNoiseIsARegression() {
        Report before = report(row(100, 100, 100));
        assertThat(Regressions.between(before, report(row(119, 300, 400)))).isEmpty();
        assertThat(Regressions.between(before, report(row(125, 130, 140))))
                .singleElement()
                .asString()
                .contains("codec/encode/cpu was 100");
        assertThat(Regressions.between(before, report(row(100).answered(2, 1))))
                .singleElement()
                .asString()
                .contains("wrong");
    }

    @Test
    void figuresGoBetweenTheMarkersOfADocument() {
        String document =
                "# Title\n<!-- figures of the bench command: begin -->old<!-- figures of the bench command: end -->\nkept\n";
        String made = Markdown.into(document, List.of(report(row(100))));
        assertThat(made)
                .startsWith("# Title")
                .endsWith("kept\n")
                .contains("| encode | cpu | 100 ns/span |")
                .contains("NOT RUN")
                .doesNotContain("old");
        assertThatThrownBy(() -> Markdown.into("no markers", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begin -->");
    }
}
