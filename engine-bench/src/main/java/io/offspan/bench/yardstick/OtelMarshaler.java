package io.offspan.bench.yardstick;

import io.offspan.bench.w1.W1Span;
import io.opentelemetry.exporter.internal.otlp.traces.LowAllocationTraceRequestMarshaler;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** OpenTelemetry's own way to OTLP bytes with little garbage: the marshaler of its exporter in the mode that reuses its data. */
public final class OtelMarshaler {
    private final LowAllocationTraceRequestMarshaler marshaler = new LowAllocationTraceRequestMarshaler();
    private final Counter counter = new Counter();

    /** Spans as the exporter takes them. */
    public static final class Batch {
        private final List<SpanData> spans;

        public Batch(List<W1Span> spans) {
            OtelSpan.Shared shared = new OtelSpan.Shared();
            this.spans = spans.stream()
                    .<SpanData>map(span -> new OtelSpan(span, shared))
                    .toList();
        }
    }

    /** Keeps what a socket would get. */
    private static final class Counter extends OutputStream {
        private static final int BYTES = 1 << 20;

        private final byte[] bytes = new byte[BYTES];
        private int length;

        @Override
        public void write(int value) {
            bytes[length++] = (byte) value;
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }
    }

    /** Writes a batch and returns its bytes. */
    public long write(Batch batch) throws IOException {
        counter.length = 0;
        marshaler.initialize(batch.spans);
        try {
            marshaler.writeBinaryTo(counter);
        } finally {
            marshaler.reset();
        }
        return counter.length;
    }
}
