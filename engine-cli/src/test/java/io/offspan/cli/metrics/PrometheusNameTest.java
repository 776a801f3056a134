package io.offspan.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusNameTest {
    @ParameterizedTest
    @CsvSource({
        "offspan.store.spans.accepted, COUNTER, {span}, offspan_store_spans_accepted_total",
        "offspan.store.log.written, COUNTER, By, offspan_store_log_written_bytes_total",
        "offspan.store.disk.size, LEVEL, By, offspan_store_disk_size_bytes",
        "offspan.store.spans.live, LEVEL, {span}, offspan_store_spans_live",
        "offspan.export.lag.age, GAUGE, s, offspan_export_lag_age_seconds",
        "some.wait.seconds, GAUGE, s, some_wait_seconds",
        "odd..name-of, LEVEL, {thing}, odd_name_of"
    })
    void aSeriesHasUnderscoresForDotsTheUnitBehindAndTotalBehindACounter(
            String name, Kind kind, String unit, String series) {
        assertThat(PrometheusName.of(new Metric(name, kind, unit, "")).series()).isEqualTo(series);
    }

    @Test
    void aUnitWithoutANameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrometheusName.of(new Metric("a", Kind.GAUGE, "furlong", "")))
                .withMessageContaining("furlong");
    }
}
