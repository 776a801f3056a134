package io.offspan.export;

import io.offspan.core.SpanStore;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** A receiver with an exporter of its own checkpoint in front of it, driven by hand, whose time stands still until it is moved. */
final class TestDestination implements AutoCloseable {
    static final long EPOCH_MILLIS = 1_790_000_000_000L;

    private static final AtomicInteger NAMES = new AtomicInteger();

    final OtlpReceiver receiver;
    final AtomicLong nanos = new AtomicLong(77);
    final ExportConfig.Builder config;
    private final SpanStore store;
    private final ConcurrentLinkedQueue<Long> accepted = new ConcurrentLinkedQueue<>();
    private ExportAgent agent;

    TestDestination(SpanStore store) throws IOException {
        this.store = store;
        receiver = OtlpReceiver.start();
        config = ExportConfig.builder()
                .endpoint(receiver.endpoint())
                .checkpointName("test-" + NAMES.incrementAndGet())
                .clock(new ExportClock(nanos::get, () -> EPOCH_MILLIS + nanos.get() / 1_000_000, () -> 1.0));
    }

    ExportAgent agent() {
        if (agent == null) {
            agent = ExportAgent.open(store.reader(), store.directory(), config.build());
        }
        return agent;
    }

    /** Steps the exporter until it has nothing to do now, and returns what it says. */
    ExportStatus run() {
        int steps = 0;
        while (agent().doWork() > 0) {
            if (++steps > 10_000) {
                throw new AssertionError("The exporter does not come to rest: " + agent().status());
            }
        }
        return agent().status();
    }

    /** Lets time pass, then runs. */
    ExportStatus runAfter(Duration time) {
        nanos.addAndGet(time.toNanos());
        return run();
    }

    /** Makes the receiver refuse requests with a code, and accept the others. */
    TestDestination refuse(int code, Predicate<Received> which) {
        receiver.usually(Reply.choose(request -> {
            if (which.test(request)) {
                return Reply.answer(code);
            }
            accepted.addAll(request.ids());
            return Reply.ok();
        }));
        return this;
    }

    /** Returns the ids in the requests that were accepted since {@link #refuse}. */
    List<Long> accepted() {
        return List.copyOf(accepted);
    }

    /** Ends the exporter; the next {@link #agent} continues at its checkpoint. */
    void restart() {
        agent.close();
        agent = null;
    }

    @Override
    public void close() throws IOException {
        if (agent != null) {
            agent.close();
        }
        receiver.close();
    }
}
