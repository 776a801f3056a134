package io.offspan.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.bench.result.Machine;
import io.offspan.bench.result.Report;
import io.offspan.bench.result.Row;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final Pattern CHARTS = Pattern.compile("(?s)id=\"charts\">(.*?)</script>");

    /** Returns a report with every kind of row, and texts that are not to be taken for HTML. */
    static Report report() {
        Row rocks = Row.of("peers", "RocksDB (R)", "cpu of process", "ns/span", true, List.of(8000.0, 9000.0, 8500.0));
        Row offspan = Row.of("peers", "offspan", "cpu of process", "ns/span", true, List.of(500.0, 510.0, 490.0));
        Row question = Row.of("peers", "offspan", "Q1 p50", "us", true, List.of(1500.0));
        return new Report(
                Report.VERSION,
                "offspan bench all --json > <script>alert('x')</script>",
                "quick",
                "2026-11-21T12:00:00Z",
                1.5,
                1,
                1000,
                new Machine("a \"processor\" & more", 2, 1 << 30, "Linux", "ext4", "0.1", "JDK 17", "G1"),
                Map.of("peers", 0.2),
                List.of(
                        Row.single("codec", "offspan encode", "cpu", "ns/span", true, 150),
                        Row.single("codec", "offspan encode", "allocated", "B/span", true, 0),
                        Row.single("codec", "protobuf-java build", "cpu", "ns/span", true, 1100),
                        Row.single("codec", "protobuf-java build", "allocated", "B/span", true, 2800),
                        rocks,
                        offspan.against(rocks, 0.2),
                        question.answered(40, 40),
                        Row.single("peers", "offspan", "Q1 p99", "us", true, 2500),
                        Row.single("peers", "a peer <b>", "Q1 p50", "us", true, 3)
                                .answered(40, 41)
                                .noted("</script><img src=x onerror=alert(1)>"),
                        Row.single("peers", "Zipkin in memory", "Q2 p50", "us", true, 80_000)
                                .answered(20, 7)
                                .notComparable(),
                        Row.single("peers", "RocksDB (R)", "disk", "B/span", true, 218),
                        Row.single("peers", "offspan", "disk", "B/span", true, 260),
                        Row.notRun("peers", "Lucene", "its library needs Java 21, this is Java 17")));
    }

    @Test
    void figuresRatiosAndVerdictsStandInTheTables() throws IOException {
        String page = Page.of(report());
        assertThat(page)
                .contains(
                        "<td class=\"number\">500 ns/span</td><td class=\"number\">490</td><td class=\"number\">4 %</td>")
                .contains("<span class=\"mark better\">better</span> 0.059 of RocksDB (R)")
                .contains("<td>40 of 40</td>")
                .contains("<span class=\"mark wrong\">wrong</span>")
                .contains("<span class=\"mark not-comparable\">not comparable</span>")
                .contains("Noise 20 %.");
    }

    @Test
    void whatWasNotRunOrNotBuiltIsShownWithItsReason() throws IOException {
        assertThat(Page.of(report()))
                .contains("<span class=\"note\">its library needs Java 21, this is Java 17</span>")
                .contains("<td colspan=\"6\"><span class=\"mark\">NOT RUN</span></td>")
                .contains("<span class=\"mark\">NOT BUILT</span>");
    }

    @Test
    void textIsNeverTakenForHtml() throws IOException {
        String page = Page.of(report());
        assertThat(page)
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;")
                .contains("a &quot;processor&quot; &amp; more")
                .contains("a peer &lt;b&gt;")
                .doesNotContain("<img", "<script>alert", "a peer <b>");
    }

    @Test
    void chartsShowTheMediansAndMarkOffspanAndWrongAnswers() throws IOException {
        Matcher json = CHARTS.matcher(Page.of(report()));
        assertThat(json.find()).isTrue();
        JsonNode charts = new ObjectMapper().readTree(json.group(1));
        assertThat(charts.findValuesAsText("title"))
                .containsExactly("Throughput", "Allocation", "Throughput", "Latency", "Bytes on disk");
        assertThat(charts.findValuesAsText("logarithmic")).containsExactly("false", "false", "false", "true", "false");
        JsonNode peers = charts.get(2);
        assertThat(peers.toString())
                .contains("\"labels\":[\"RocksDB (R)\",\"offspan\"]")
                .contains("\"own\":[false,true]")
                .contains("\"values\":[0.1176");
        assertThat(peers.at("/series/0/values/1").asDouble()).isEqualTo(2);
        JsonNode latency = charts.get(3);
        assertThat(latency.get("labels").toString())
                .isEqualTo("[\"Q1, a peer <b>\",\"Q1, offspan\",\"Q2, Zipkin in memory\"]");
        assertThat(latency.get("wrong").toString()).isEqualTo("[true,false,false]");
        assertThat(latency.at("/series/1/values").toString()).isEqualTo("[null,2500.0,null]");
    }

    @Test
    void nothingIsLoadedFromAnywhere() throws IOException {
        assertThat(Page.of(report()))
                .contains("Content-Security-Policy\" content=\"default-src 'none'")
                .contains("Released under the MIT License")
                .doesNotContain("sourceMappingURL=chart")
                .doesNotContainPattern("(?i)(src|href)=[\"']?(?!#|data:)[\"']?(https?:|//|[a-z]+\\.)")
                .doesNotContainPattern(
                        "(?i)@import|[^a-z]url\\(|<link rel=\"(?!icon)|<iframe|XMLHttpRequest|\\bfetch\\(");
    }
}
