package io.offspan.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.bench.codec.Slabs;
import io.offspan.bench.suite.Stores;
import io.offspan.bench.w1.W1Drafts;
import io.offspan.bench.w1.W1Generator;
import io.offspan.bench.w1.W1Span;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.offspan.core.LogFollower;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.Position;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds at exactly nothing what a span allocates where it is encoded, gathered, appended, packed, followed and
 * written as OTLP.
 *
 * <p>The JVM itself and a roll of the log allocate now and then, so each step has many chances; garbage of a span shows in all of them.
 */
@Timeout(120)
class AllocationGuardTest {
    private static final int SPANS = 4096;
    private static final int CHANCES = 150;
    private static final int ROUNDS_TO_FOLLOW = 25;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<W1Span> spans = new W1Generator(W1Generator.SEED).spans(SPANS);
    private long handled;

    @TempDir
    Path scratch;

    @Test
    void encodingAndGatheringAllocateNothing() {
        Slabs slabs = new Slabs();
        BlockBuilder builder = new BlockBuilder(Slabs.MAX_SPAN_BYTES);
        BlockGather gather = new BlockGather(Slabs.BYTES);
        SpanDraft draft = new SpanDraft();
        Memory[] built = new Memory[1];
        long here = Thread.currentThread().getId();
        expectNone("encode", () -> allocated(here), () -> {
            for (int first = 0; first < SPANS; first += Slabs.BLOCK_SPANS) {
                built[0] = slabs.build(builder, draft, spans, first, 1);
            }
        });
        expectNone("gather and close", () -> allocated(here), () -> {
            gather.gather(built[0], Slabs.LAYOUT, 0, Slabs.BLOCK_SPANS);
            gather.close(1, 2, 3, 4);
        });
    }

    @Test
    void appendingPackingFollowingAndWritingOtlpAllocateNothing() throws IOException {
        W1Drafts drafts = new W1Drafts();
        long here = Thread.currentThread().getId();
        try (SpanStore store = SpanStore.open(scratch.resolve("store"), Stores.waiting(1L << 30))) {
            SpanAppender appender = store.newAppender();
            expectNone("append", () -> allocated(here), () -> {
                // By index: an iterator would be counted until the compiler has done away with it.
                for (int i = 0; i < SPANS; i++) {
                    drafts.fill(appender.draft(), spans.get(i));
                    if (appender.append() != AppendResult.ACCEPTED) {
                        throw new AssertionError("A span was not accepted");
                    }
                }
            });
            long packer = thread("offspan-ingest");
            expectNone("pack", () -> allocated(packer), () -> {
                for (W1Span span : spans) {
                    drafts.fill(appender.draft(), span);
                    appender.append();
                }
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            });
            // Enough for every chance: a log that has ended allocates nothing.
            for (int i = 0; i < ROUNDS_TO_FOLLOW; i++) {
                for (W1Span span : spans) {
                    drafts.fill(appender.draft(), span);
                    appender.append();
                }
                assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
            }
            expectNone(
                    "follow",
                    () -> allocated(here),
                    polling(store.reader().follower(Position.START), block -> handled += block.count()));
            OtlpWriter writer = new OtlpWriter();
            expectNone(
                    "follow and write OTLP",
                    () -> allocated(here),
                    polling(
                            store.reader().follower(Position.START),
                            block -> handled +=
                                    writer.writeRequest(block, 0, block.count()).length()));
        }
    }

    /** Returns the work of one more block. */
    private Runnable polling(LogFollower follower, LogFollower.Handler handler) {
        return () -> {
            long before = handled;
            follower.poll(handler, 1);
            if (handled == before) {
                throw new AssertionError("The log has ended");
            }
        };
    }

    private static void expectNone(String what, LongSupplier allocated, Runnable work) {
        long least = Long.MAX_VALUE;
        for (int chance = 0; chance < CHANCES && least > 0; chance++) {
            long before = allocated.getAsLong();
            work.run();
            least = Math.min(least, allocated.getAsLong() - before);
        }
        System.out.println("GUARD " + what + ": " + least + " bytes allocated by " + SPANS + " spans (at most 0)");
        assertThat(least).as("bytes that %d spans allocate: %s", SPANS, what).isZero();
    }

    private static long allocated(long thread) {
        return THREADS.getThreadAllocatedBytes(thread);
    }

    private static long thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getId();
    }
}
