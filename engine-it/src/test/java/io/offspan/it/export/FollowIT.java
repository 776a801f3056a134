package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.it.export.SharedCounts.Name;
import io.offspan.it.gate.ChildJvm;
import io.offspan.it.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An exporter beside a process that writes 20,000 spans a second, whose receiver is down for the middle third of the time: all arrive,
 * and none twice without a reason. For 6 seconds; for 60 where the environment says {@code OFFSPAN_GATES=ci}.
 */
@Timeout(240)
class FollowIT {
    private static final int RATE = Integer.getInteger("offspan.follow.rate", 20_000);
    private static final int SECONDS = Integer.getInteger("offspan.follow.seconds", Gate.atLength() ? 60 : 6);
    private static final int SECONDS_TO_END = 90;
    private static final long POLL_NANOS = 1_000_000;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path scratch;

    private final SpanLedger ledger = new SpanLedger();
    private SharedCounts written;
    private SharedCounts exported;
    private long begin;
    private long lagPeak;

    @Test
    void everySpanArrivesThoughTheReceiverIsDownForAThirdOfTheTime() throws IOException {
        written = SharedCounts.open(scratch.resolve("written"));
        exported = SharedCounts.open(scratch.resolve("exported"));
        Path store = scratch.resolve("store");
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
                ChildJvm writer = ChildJvm.of(FollowWriter.class)
                        .scratch(scratch)
                        .arguments(store, scratch.resolve("written"), RATE, SECONDS)
                        .start();
                ChildJvm exporter = exporter(store, receiver.port())) {
            watch(writer, () -> written.get(Name.DONE) > 0, SECONDS_TO_END);
            writer.go();
            exporter.go();
            begin = System.nanoTime();
            watch(exporter, () -> after(SECONDS / 3.0) && ledger.delivered() > 0, SECONDS_TO_END);
            receiver.stop();
            watch(exporter, () -> after(SECONDS * 2 / 3.0) && exported.get(Name.RETRIES) > 0, SECONDS_TO_END);
            receiver.start();
            long back = System.nanoTime();
            long lagThen = lag();
            watch(exporter, () -> lag() < RATE, SECONDS_TO_END);
            double catchUp = (System.nanoTime() - back) / (double) SECOND_NANOS;
            assertThat(writer.await(SECONDS_TO_END)).as(writer::report).isZero();
            exporter.go();
            assertThat(exporter.await(SECONDS_TO_END)).as(exporter::report).isZero();
            report(lagThen, catchUp, exporter);
        }
    }

    private ChildJvm exporter(Path store, int port) {
        Map<String, String> environment = new HashMap<>(Canaries.environment(port));
        environment.put("OFFSPAN_EXPORT_BACKOFF_MAX", "500");
        return ChildJvm.of(ExporterProcess.class)
                .scratch(scratch)
                .flag(StderrLogs.FLAG)
                .environment(environment)
                .arguments(store, scratch.resolve("exported"), 1_000)
                .start();
    }

    private boolean after(double seconds) {
        return System.nanoTime() - begin > seconds * SECOND_NANOS;
    }

    private long lag() {
        long lag = written.get(Name.ACKNOWLEDGED) - ledger.delivered();
        lagPeak = Math.max(lagPeak, lag);
        return lag;
    }

    private void watch(ChildJvm child, BooleanSupplier condition, int seconds) {
        long end = System.nanoTime() + seconds * SECOND_NANOS;
        while (!condition.getAsBoolean()) {
            lag();
            if (!child.alive() || System.nanoTime() - end > 0) {
                throw new IllegalStateException("Waited in vain: " + child.report());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void report(long lagThen, double catchUp, ChildJvm exporter) {
        long acknowledged = written.get(Name.ACKNOWLEDGED);
        int lost = ledger.missing(acknowledged);
        boolean pass = lost == 0
                && ledger.unexplained() == 0
                && ledger.delivered() == acknowledged
                && exported.get(Name.SKIPPED) == 0
                && ledger.complaints().isEmpty();
        String line = new Gate("export-follow", 0)
                .put("seconds", SECONDS)
                .put("rate", RATE)
                .put("spans", acknowledged)
                .put("refused_by_store", written.get(Name.REFUSED))
                .put("lost", lost)
                .put("duplicates", ledger.duplicates())
                .put("explained", ledger.duplicates() - ledger.unexplained())
                .put("requests", ledger.requests())
                .put("retries", exported.get(Name.RETRIES))
                .put("lag_peak", lagPeak)
                .put("catch_up_ms", Math.round(1_000 * catchUp))
                .put("catch_up_rate", Math.round(lagThen / catchUp + RATE))
                .report(pass);
        assertThat(pass)
                .as(line + "\n" + ledger.complaints() + "\n" + exporter.report())
                .isTrue();
    }
}
