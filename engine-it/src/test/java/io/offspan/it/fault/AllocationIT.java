package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.core.Durability;
import io.offspan.core.LogFollower;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Appending, packing and following leave nothing to the garbage collector once they are warm. */
@Timeout(300)
class AllocationIT {
    private static final int WARM_UP = 1_500_000;
    private static final int SPANS = 2_000_000;
    /** What the gate asks for. */
    private static final double MOST_BYTES_A_SPAN = 0.02;
    /** What a segment may take beside, whose file is made, doubles five times, and is listed, mapped and mapped again as it grows. */
    private static final long MOST_BYTES_A_ROLL = 64 << 10;

    private static final long POLL_NANOS = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path scratch;

    private volatile boolean done;
    private volatile long followed;

    @Test
    void appendingPackingAndFollowingAllocateNothing() throws IOException, InterruptedException {
        StoreConfig config = StoreConfig.builder()
                .segmentBytes(128L << 20)
                .budgetBytes(4L << 30)
                .durability(Durability.PROCESS)
                .build();
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), config);
                Recording recording = new Recording()) {
            Thread follower = new Thread(() -> follow(store), "follower");
            follower.start();
            SpanAppender appender = store.newAppender();
            StampedSpan span = new StampedSpan().small();
            append(appender, span, 0, WARM_UP);
            settle(store, WARM_UP);
            long ingest = ingestThread();
            long[] threads = {Thread.currentThread().getId(), ingest, follower.getId()};
            long rolled = store.reader().stats().segments();
            recording
                    .enable("jdk.ObjectAllocationSample")
                    .with("throttle", "1000/s")
                    .withStackTrace();
            recording.start();
            long[] before = THREADS.getThreadAllocatedBytes(threads);
            append(appender, span, WARM_UP, WARM_UP + SPANS);
            long appended = THREADS.getThreadAllocatedBytes(threads[0]);
            settle(store, WARM_UP + SPANS);
            long[] after = THREADS.getThreadAllocatedBytes(threads);
            after[0] = appended;
            recording.stop();
            rolled = store.reader().stats().segments() - rolled;
            done = true;
            follower.join();
            judge(before, after, rolled, sites(recording));
        }
    }

    private static void append(SpanAppender appender, StampedSpan span, int from, int to) {
        for (int i = from; i < to; i++) {
            span.fill(appender.draft(), 0, i);
            while (appender.append() != AppendResult.ACCEPTED) {
                LockSupport.parkNanos(POLL_NANOS / 10);
            }
        }
    }

    private void settle(SpanStore store, long spans) {
        assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
        assertThat(store.counters().get(Counter.LOGGED_SPANS)).isEqualTo(spans);
        while (followed < spans) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void follow(SpanStore store) {
        LogFollower log = store.reader().follower(Position.START);
        LogFollower.Handler count = block -> followed += block.count();
        while (!done) {
            if (log.poll(count) == 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static long ingestThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("offspan-ingest"))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    private static void judge(long[] before, long[] after, long rolls, Map<String, Long> sites) {
        double append = (double) (after[0] - before[0]) / SPANS;
        double pack = (double) (after[1] - before[1]) / SPANS;
        double follow = (double) (after[2] - before[2]) / SPANS;
        double most = MOST_BYTES_A_SPAN + (double) rolls * MOST_BYTES_A_ROLL / SPANS;
        boolean pass = append <= MOST_BYTES_A_SPAN && pack <= most && follow <= most;
        new Gate("allocation", 0)
                .put("spans", SPANS)
                .put("rolls", rolls)
                .put("append_bytes_a_span", String.format("%.4f", append))
                .put("pack_bytes_a_span", String.format("%.4f", pack))
                .put("follow_bytes_a_span", String.format("%.4f", follow))
                .report(pass && rolls >= 2);
        sites.forEach((site, bytes) -> System.out.println("  " + bytes + " bytes " + site));
        assertThat(rolls).isGreaterThanOrEqualTo(2);
        assertThat(append).as("bytes a span appended; %s", sites).isLessThanOrEqualTo(MOST_BYTES_A_SPAN);
        assertThat(pack).as("bytes a span packed; %s", sites).isLessThanOrEqualTo(most);
        assertThat(follow).as("bytes a span followed; %s", sites).isLessThanOrEqualTo(most);
    }

    /** Returns the sampled bytes by thread, class and the first frame of ours. */
    private Map<String, Long> sites(Recording recording) throws IOException {
        Path file = scratch.resolve("allocations.jfr");
        recording.dump(file);
        Map<String, Long> bytes = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            String thread = event.getThread() == null ? "" : event.getThread().getJavaName();
            if (!event.hasField("weight") || thread == null || !thread.matches("offspan-ingest|follower|main")) {
                continue;
            }
            String site = thread + " " + event.getClass("objectClass").getName() + " at " + ours(event);
            bytes.merge(site, event.getLong("weight"), Long::sum);
        }
        Files.delete(file);
        return bytes;
    }

    private static String ours(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return "?";
        }
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            if (type.startsWith("io.offspan.")) {
                return type + "." + frame.getMethod().getName() + ":" + frame.getLineNumber();
            }
        }
        return "?";
    }
}
