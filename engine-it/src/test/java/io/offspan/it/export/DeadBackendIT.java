package io.offspan.it.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.export.ExportAgent;
import io.offspan.export.ExportConfig;
import io.offspan.export.pack.Compression;
import io.offspan.export.send.Protocol;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that appends while two backends are dead, one that refuses connections and one that takes requests and never answers: appending
 * takes as long as without exporters, and when the backends are there again each gets every span once, in the order of the log.
 *
 * <p>With the profile {@code gates} 100,000 spans a second, exporters off and on by turns of two seconds; or on for as many seconds as
 * the property {@code offspan.export.dead.seconds} says, once.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class DeadBackendIT {
    private static final int SECONDS = Gate.size(1, 2);
    private static final int DEAD_SECONDS = Integer.getInteger("offspan.export.dead.seconds", SECONDS);
    private static final int ROUNDS = DEAD_SECONDS > SECONDS ? 1 : Gate.size(1, 5);
    private static final int SPANS_A_MILLI = Gate.size(10, 100);
    private static final boolean TIMED = Gate.size(0, 1) > 0;
    private static final Duration WAIT = Duration.ofMinutes(4).plusSeconds(DEAD_SECONDS);
    /** How many durations are kept of one turn; of more, every nth. */
    private static final long MOST_DURATIONS = 20_000_000;

    private static final long NANOS_A_MILLI = 1_000_000;

    @TempDir
    Path scratch;

    private long written;
    private long refused;

    @Test
    void appendingDoesNotFeelDeadBackendsAndEachDrainsInTheOrderOfTheLog() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .budgetBytes(1L << 40)
                .syncInterval(Duration.ofMillis(100))
                .build();
        try (SpanStore store = SpanStore.open(scratch, config);
                Backend refusing = new Backend(Protocol.HTTP);
                Backend silent = new Backend(Protocol.GRPC)) {
            refusing.receiver.stop();
            silent.receiver.usually(LedgerExchange::hang);
            long[][] alone = new long[ROUNDS][];
            long[][] beside = new long[ROUNDS][];
            append(store, SECONDS);
            for (int i = 0; i < ROUNDS; i++) {
                alone[i] = append(store, SECONDS);
                try (ExportAgent one = refusing.start(store);
                        ExportAgent other = silent.start(store)) {
                    beside[i] = append(store, DEAD_SECONDS);
                    assertThat(one.status().spans() + other.status().spans()).isZero();
                }
            }
            refusing.receiver.start();
            refusing.live();
            silent.live();
            boolean drained = refusing.drain(store) & silent.drain(store);
            boolean inOrder = refusing.inOrder(store) && silent.inOrder(store);
            boolean quick =
                    median(beside, 0.5) <= 1.25 * most(alone, 0.5) && median(beside, 0.99) <= 1.5 * most(alone, 0.99);
            boolean pass = drained && inOrder && (quick || !TIMED);
            String line = new Gate("export-dead-backends", 0)
                    .put("spans", written)
                    .put("refused", refused)
                    .put("dead_seconds", (long) ROUNDS * DEAD_SECONDS)
                    .put("spans_per_second", 1_000 * SPANS_A_MILLI)
                    .put("alone_p50_ns", median(alone, 0.5))
                    .put("beside_p50_ns", median(beside, 0.5))
                    .put("alone_p99_ns", median(alone, 0.99))
                    .put("beside_p99_ns", median(beside, 0.99))
                    .put("alone_most_p99_ns", most(alone, 0.99))
                    .put("drained", drained)
                    .put("in_order", inOrder)
                    .report(pass);
            assertThat(pass).as(line).isTrue();
        }
    }

    /** Appends for a while at a steady rate, and returns how long each took, or every nth, the shortest first. */
    private long[] append(SpanStore store, int seconds) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        long spans = 1_000L * seconds * SPANS_A_MILLI;
        long every = (spans + MOST_DURATIONS - 1) / MOST_DURATIONS;
        long[] nanos = new long[(int) (spans / every)];
        long begin = System.nanoTime();
        for (long i = 0; i < spans; i++) {
            long due = begin + i / SPANS_A_MILLI * NANOS_A_MILLI;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            span.fill(appender.draft(), 0, written + 1);
            long before = System.nanoTime();
            int result = appender.append();
            long took = System.nanoTime() - before;
            if (i % every == 0 && i / every < nanos.length) {
                nanos[(int) (i / every)] = took;
            }
            written += result == AppendResult.ACCEPTED ? 1 : 0;
            refused += result == AppendResult.ACCEPTED ? 0 : 1;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static long median(long[][] rounds, double share) {
        long[] each = Arrays.stream(rounds)
                .mapToLong(round -> at(round, share))
                .sorted()
                .toArray();
        return each[each.length / 2];
    }

    private static long most(long[][] rounds, double share) {
        return Arrays.stream(rounds).mapToLong(round -> at(round, share)).max().orElseThrow();
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }

    /** A receiver, what it was sent in the order in which that came, and the exporter to it. */
    private static final class Backend implements AutoCloseable {
        final SpanLedger ledger = new SpanLedger();
        final LedgerReceiver receiver = new LedgerReceiver(ledger, 0);
        private final Protocol protocol;
        private int[] numbers = new int[1 << 16];
        private int count;

        Backend(Protocol protocol) throws IOException {
            this.protocol = protocol;
        }

        void live() {
            receiver.usually(exchange -> {
                take(exchange.numbers());
                return exchange.accept();
            });
        }

        private synchronized void take(int[] more) {
            if (count + more.length > numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * (count + more.length));
            }
            System.arraycopy(more, 0, numbers, count, more.length);
            count += more.length;
        }

        ExportAgent start(SpanStore store) {
            return ExportAgent.start(
                    store,
                    ExportConfig.builder()
                            .protocol(protocol)
                            .baseEndpoint(URI.create("http://localhost:" + receiver.port()))
                            .compression(Compression.NONE)
                            .checkpointName(protocol == Protocol.HTTP ? "refusing" : "silent")
                            .concurrentRequests(1)
                            .timeout(Duration.ofSeconds(10))
                            .backoffMin(Duration.ofMillis(10))
                            .build());
        }

        boolean drain(SpanStore store) {
            try (ExportAgent agent = start(store)) {
                return agent.drain(WAIT);
            }
        }

        synchronized boolean inOrder(SpanStore store) {
            LogOrder order = new LogOrder(store.reader());
            boolean equal = order.read() == count && ledger.duplicates() == 0;
            for (int i = 0; equal && i < count; i++) {
                equal = order.number(i) == numbers[i];
            }
            return equal && ledger.complaints().isEmpty();
        }

        @Override
        public void close() throws IOException {
            receiver.close();
        }
    }
}
