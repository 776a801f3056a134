package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.Offspan;
import io.offspan.export.send.Protocol;
import io.offspan.it.export.SharedCounts.Name;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code offspan export --follow} beside a process that writes 20,000 spans a second, whose receiver is down for the middle third of the time: all arrive,
 * and none twice without a reason. For 3 seconds; for 60 with the profile {@code gates}.
 */
@Timeout(300)
class FollowIT {
    private static final int RATE = Integer.getInteger("offspan.follow.rate", 20_000);
    private static final int SECONDS = Integer.getInteger("offspan.follow.seconds", Gate.size(3, 60));
    private static final int SECONDS_TO_END = 90;
    private static final long POLL_NANOS = 1_000_000;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path scratch;

    private final SpanLedger ledger = new SpanLedger();
    private final Canaries canaries = new Canaries();
    private SharedCounts written;
    private long begin;
    private long lagPeak;

    @Test
    void everySpanArrivesThoughTheReceiverIsDownForAThirdOfTheTime() throws IOException {
        written = SharedCounts.open(scratch.resolve("written"));
        Path store = scratch.resolve("store");
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
                ChildJvm writer = ChildJvm.of(FollowWriter.class)
                        .scratch(scratch)
                        .arguments(store, scratch.resolve("written"), RATE, SECONDS)
                        .start()) {
            watch(writer, () -> written.get(Name.DONE) > 0, SECONDS_TO_END);
            writer.go();
            follow(receiver, writer, store);
        }
    }

    private void follow(LedgerReceiver receiver, ChildJvm writer, Path store) throws IOException {
        try (ChildJvm exporter = exporter(store, receiver.port())) {
            begin = System.nanoTime();
            watch(exporter, () -> after(SECONDS / 3.0) && ledger.delivered() > 0, SECONDS_TO_END);
            receiver.stop();
            watch(exporter, () -> after(SECONDS * 2 / 3.0), SECONDS_TO_END);
            receiver.start();
            long back = System.nanoTime();
            long lagThen = lag();
            watch(exporter, () -> lag() < RATE, SECONDS_TO_END);
            double catchUp = (System.nanoTime() - back) / (double) SECOND_NANOS;
            assertThat(writer.await(SECONDS_TO_END)).as(writer::report).isZero();
            watch(exporter, () -> lag() == 0, SECONDS_TO_END);
            exporter.interrupt();
            assertThat(exporter.await(SECONDS_TO_END)).as(exporter::report).isZero();
            canaries.search(exporter, store.resolve("checkpoints"));
            report(lagThen, catchUp, exporter);
        }
    }

    private ChildJvm exporter(Path store, int port) {
        Map<String, String> environment = new HashMap<>(Canaries.environment(port, Protocol.HTTP));
        environment.put("OFFSPAN_EXPORT_BACKOFF_MAX", "500");
        return ChildJvm.of(Offspan.class)
                .scratch(scratch)
                .environment(environment)
                .arguments("export", "--data", store, "--follow", "--json")
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
                && canaries.leaks().isEmpty()
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
                .put("retries", retries(exporter.output()))
                .put("lag_peak", lagPeak)
                .put("catch_up_ms", Math.round(1_000 * catchUp))
                .put("catch_up_rate", Math.round(lagThen / catchUp + RATE))
                .put("secrets", canaries.leaks().size())
                .report(pass);
        assertThat(pass)
                .as(line + "\n" + ledger.complaints() + "\n" + exporter.report())
                .isTrue();
    }

    private static long retries(String answer) {
        Matcher matcher = Pattern.compile("\"retries\"\\s*:\\s*(\\d+)").matcher(answer);
        assertThat(matcher.find()).as(answer).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
