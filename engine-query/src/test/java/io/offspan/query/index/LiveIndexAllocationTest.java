package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.Envelope;
import io.offspan.query.TestBlocks;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an index that has met its keys makes for a further span, and for a question. */
class LiveIndexAllocationTest {
    private static final int SPANS_A_BLOCK = 500;
    private static final int BLOCKS = 20;
    private static final int ROUNDS = 24;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<BlockReader> blocks = blocks();

    @Test
    void aSpanAndAQuestionMakeNothing() {
        PagePool pool = new PagePool();
        for (int times = 0; times < 2; times++) {
            LiveIndex index = new LiveIndex(pool, 64 << 20);
            int quiet = 0;
            long most = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long made = made(index, round);
                quiet += made == 0 ? 1 : 0;
                most = Math.max(most, made);
            }
            assertThat(most).as("bytes of the worst round of 10,000 spans").isLessThan(times == 0 ? 2 << 20 : 1 << 18);
            if (times == 1) {
                assertThat(quiet).as("rounds that make nothing").isGreaterThan(ROUNDS / 2);
                requireQuietQuestions(index);
            }
            index.close();
        }
    }

    private long made(LiveIndex index, int round) {
        long before = allocated();
        for (int block = 0; block < BLOCKS; block++) {
            index.add((round * BLOCKS + block) * SPANS_A_BLOCK, blocks.get(block));
        }
        return allocated() - before;
    }

    private static void requireQuietQuestions(LiveIndex index) {
        Term user = Term.of(Scope.SPAN, "user", "user-17");
        Term url = Term.of(Scope.SPAN, "url", "/path/17");
        Term service = Term.of(Scope.SERVICE, "", "shop");
        LiveView view = new LiveView();
        Postings[] postings = {new Postings(), new Postings(), new Postings()};
        SpanSet[] both = new SpanSet[2];
        Intersection intersection = new Intersection();
        TraceSpans trace = new TraceSpans();
        long found = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long before = allocated();
            view.open(index);
            view.lookup(user, i % 2 == 0, postings[0]);
            view.lookup(service, i % 2 == 0, postings[1]);
            found += postings[0].countInCommon(postings[1]);
            both[0] = postings[0];
            both[1] = postings[1];
            for (intersection.set(both, 2); intersection.next() != Ordinals.NONE; ) {
                found++;
            }
            view.lookup(url, i % 2 == 0, postings[2]);
            while (postings[2].next() != Ordinals.NONE) {
                found++;
            }
            view.trace(1, i, false, trace);
            view.close();
            least = Math.min(least, allocated() - before);
        }
        assertThat(found).isPositive();
        assertThat(least).isZero();
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static List<BlockReader> blocks() {
        Envelope[] resources = new Envelope[30];
        for (int i = 0; i < resources.length; i++) {
            byte[] message = Resource.newBuilder()
                    .addAttributes(text("service.name", i == 0 ? "shop" : "service-" + i))
                    .addAttributes(text("host.name", "host-" + i % 5))
                    .build()
                    .toByteArray();
            resources[i] = new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
        }
        TestBlocks blocks = new TestBlocks(SPANS_A_BLOCK);
        for (int i = 0; i < BLOCKS * SPANS_A_BLOCK; i++) {
            int number = i;
            blocks.add(span -> span.ids(1, number / 8, number)
                    .resource(resources[number % resources.length])
                    .name("operation-" + number % 40)
                    .kind(number % 5)
                    .status(number % 33 == 0 ? 2 : 1)
                    .attribute("user", "user-" + number % 300)
                    .attribute("url", "/path/" + number)
                    .attribute("code", 200 + number % 9)
                    .attribute("cached", number % 3 == 0)
                    .attribute("score", number * 0.5)
                    .event(number, "retry"));
        }
        return blocks.readers();
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
