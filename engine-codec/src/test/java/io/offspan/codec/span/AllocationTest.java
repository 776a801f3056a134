package io.offspan.codec.span;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockGather;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.otlp.OtlpReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.wire.Memory;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * After warm-up nothing on the way of a span allocates: not encoding, gathering, visiting, writing or reading OTLP; and what is made
 * before costs little.
 */
class AllocationTest {
    private static final int SPANS = 400;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final SlabLayout layout = new SlabLayout(1 << 20, 512, 8192);
    private final Memory slab = Memory.allocate(1 << 20);
    private final BlockBuilder builder = new BlockBuilder(1 << 19);
    private final BlockGather gather = new BlockGather(1 << 20);
    private final BlockReader reader = new BlockReader();
    private final OtlpReader otlpReader = new OtlpReader();
    private final OtlpWriter otlpWriter = new OtlpWriter();
    private final SpanDraft draft = new SpanDraft();
    private final SpanDraft otlpDraft = new SpanDraft();
    private final Envelope resource = new Envelope();
    private final String[] urls = new String[SPANS];
    private final byte[] array = {42, 0};
    private ProtoOutput request = new ProtoOutput(64);
    private long seen;
    private Object kept = slab;

    @Test
    void nothingOnTheWayOfASpanAllocates() {
        for (int i = 0; i < SPANS; i++) {
            urls[i] = "https://shop.example.com/products/ü" + i;
        }
        expectNone("encode", this::encode);
        expectNone("gather", this::gatherAll);
        expectNone("visit", this::visit);
        expectNone("write OTLP", () -> request = otlpWriter.writeRequest(reader, 0, reader.count()));
        expectNone("read OTLP", this::read);
        assertThat(seen).isNotZero();
    }

    @Test
    void aFlyweightIsLight() {
        assertThat(least(() -> kept = new SpanView())).as("bytes of a SpanView").isBetween(1L, 1_024L);
        assertThat(least(() -> kept = new BlockReader()))
                .as("bytes of a BlockReader")
                .isBetween(1L, 1_280L);
        assertThat(least(() -> kept = new Memory())).as("bytes of a window").isBetween(1L, 40L);
        assertThat(kept).isNotNull();
    }

    private void expectNone(String what, Runnable work) {
        assertThat(least(work))
                .as("bytes allocated by " + what + " of " + SPANS + " spans")
                .isZero();
    }

    private static long least(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200 && least > 0; round++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            work.run();
            long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            least = Math.min(least, after - before);
        }
        return least;
    }

    private void encode() {
        builder.start(slab, layout);
        for (int i = 0; i < SPANS; i++) {
            draft.clear()
                    .resource(resource)
                    .ids(i, i, i)
                    .parent(7)
                    .times(i, i + 10)
                    .name("GET /cart")
                    .kind(2)
                    .status(2);
            draft.statusMessage("bad").traceState("a=b").flags(1 << 20 | i).droppedEvents(1);
            draft.attribute("url", urls[i])
                    .attribute("code", 200L + i)
                    .attribute("ok", true)
                    .attribute("ratio", 0.5);
            draft.attributeAnyValue("list", array)
                    .attribute("user", urls[i % 7])
                    .attributeEmpty("nothing");
            if ((i & 1) == 0) {
                draft.attribute("odd.shape", "x");
            }
            draft.event(i, "cache.miss").attribute("key", "k").event(i, "other");
            draft.link(1, 2, 3).linkTraceState("c=d").attribute("why", "because");
            if (builder.add(draft) != BlockBuilder.ADDED) {
                throw new AssertionError("The slab is too small for the test");
            }
        }
    }

    private void gatherAll() {
        int length = gather.gather(slab, layout, 0, builder.count());
        gather.close(1, 2, 3, 4);
        seen += length;
        reader.wrap(gather.memory(), 0);
    }

    private void visit() {
        for (int i = 0; i < reader.count(); i++) {
            SpanView span = reader.span(i);
            span.validate();
            seen += span.spanId() + span.endNanos() + span.flags() + span.statusMessageIndex() + span.droppedEvents();
            attributes(span.attributes());
            for (EventCursor event = span.events(); event.next(); ) {
                attributes(event.attributes());
            }
            for (LinkCursor link = span.links(); link.next(); ) {
                attributes(link.attributes());
            }
        }
    }

    private void attributes(AttributeCursor attribute) {
        while (attribute.next()) {
            seen += attribute.keyIndex();
            if (attribute.isString()) {
                seen += attribute.bytesOffset() + attribute.bytesLength();
            } else if (attribute.isLong()) {
                seen += attribute.longValue();
            }
        }
    }

    private void read() {
        otlpReader.wrap(request.bytes(), 0, request.length());
        builder.start(slab, layout);
        while (otlpReader.nextSpan(otlpDraft)) {
            seen += builder.add(otlpDraft);
        }
    }
}
