package io.offspan.it.pace;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.StampedRequests;
import io.offspan.it.gate.StampedSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A service whose threads offer a store more spans than it can take, most of them one by one and one in requests, and which then says
 * what became of them.
 *
 * <p>The store has few slabs and its segments roll several hundred times a second, so that the callers are faster than its agent on any
 * machine.
 *
 * <p>Arguments: data directory, overflow policy, milliseconds.
 */
final class OverloadHost {
    private static final int CALLERS = 4;
    private static final int REQUEST_SPANS = 40;
    private static final int SPANS_AFTERWARDS = 2_000;

    private final SpanStore store;
    private final long[] accepted = new long[CALLERS];
    private final long[] dropped = new long[CALLERS];

    private OverloadHost(SpanStore store) {
        this.store = store;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        StoreConfig config = StoreConfig.builder()
                .slabs(16)
                .slabBytes(64 << 10)
                .stripes(8)
                .spansPerBlock(64)
                .maxSpanBytes(64 << 10)
                .segmentBytes(1 << 20)
                .segmentSpans(1024)
                .budgetBytes(64 << 20)
                .overflow(OverflowPolicy.valueOf(arguments[1]))
                .maxWait(Duration.ofMillis(20))
                .build();
        StoreCounters counters;
        long offered;
        long taken;
        long refusedAfterwards;
        long recovered;
        try (SpanStore store = SpanStore.open(directory, config)) {
            OverloadHost host = new OverloadHost(store);
            // The log of a cold JVM takes long to open.
            store.flush(Duration.ofSeconds(60));
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[2]));
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                callers.add(new Thread(() -> {
                    if (caller == 0) {
                        host.offerRequests(caller, end);
                    } else {
                        host.offer(caller, end);
                    }
                }));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            long calm = System.nanoTime();
            store.flush(Duration.ofSeconds(60));
            recovered = (System.nanoTime() - calm) / 1_000;
            refusedAfterwards = host.offerCalmly();
            counters = store.counters();
            offered = host.sum(host.accepted) + host.sum(host.dropped);
            taken = host.sum(host.accepted);
        }
        long stored;
        try (StoreReader reader = StoreReader.open(directory)) {
            stored = reader.stats().spans();
        }
        System.out.println("offered=" + offered
                + " accepted=" + taken
                + " dropped=" + (offered - taken)
                + " countedAccepted=" + counters.get(Counter.ACCEPTED)
                + " countedDropped=" + counters.dropped()
                + " stored=" + stored
                + " retired=" + counters.get(Counter.RETIRED_SPANS)
                + " refusedAfterwards=" + refusedAfterwards
                + " recoveredMicros=" + recovered);
    }

    private long sum(long... of) {
        long sum = 0;
        for (long each : of) {
            sum += each;
        }
        return sum;
    }

    private void offer(int caller, long end) {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        for (long number = 1; System.nanoTime() - end < 0; number++) {
            note(caller, append(appender, span, caller, number));
        }
    }

    private void offerRequests(int caller, long end) {
        StampedRequests requests = new StampedRequests();
        StampedSpan span = new StampedSpan().small();
        SpanDraft draft = new SpanDraft();
        for (long number = 1; System.nanoTime() - end < 0; number += REQUEST_SPANS) {
            OtlpReceipt receipt = store.appendOtlp(requests.of(span, draft, caller, number, REQUEST_SPANS));
            accepted[caller] += receipt.accepted();
            dropped[caller] += receipt.rejectedCount();
        }
    }

    /** Offers a few spans at a time, each only once there is a free slab: none of them may be dropped any more. */
    private long offerCalmly() {
        SpanAppender appender = store.newAppender();
        StampedSpan span = new StampedSpan().small();
        long before = dropped[0];
        for (int i = 1; i <= SPANS_AFTERWARDS; i++) {
            note(0, append(appender, span, CALLERS, i));
            if (i % 50 == 0) {
                store.flush(Duration.ofSeconds(60));
            }
        }
        return dropped[0] - before;
    }

    private static int append(SpanAppender appender, StampedSpan span, int writer, long number) {
        span.fill(appender.draft(), writer, number);
        return appender.append();
    }

    private void note(int caller, int result) {
        if (result == AppendResult.ACCEPTED) {
            accepted[caller]++;
        } else {
            dropped[caller]++;
            LockSupport.parkNanos(1);
        }
    }
}
