package io.offspan.query.test;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.LineLayout;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.value.ValueSource;

/** Passes the spans of one trace, which may be another one each time that spans are searched. */
public final class TraceIdTest extends SpanTest {
    private long high;
    private long low;

    public TraceIdTest(long high, long low) {
        seek(high, low);
    }

    /** Passes the spans of this trace from now on. */
    public void seek(long traceIdHigh, long traceIdLow) {
        high = traceIdHigh;
        low = traceIdLow;
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    @Override
    public void enterBlock(StringHeap strings) {}

    @Override
    public boolean passes(SpanView span) {
        return span.traceIdLow() == low && span.traceIdHigh() == high;
    }

    @Override
    public int next(BlockReader block, int from) {
        Memory memory = block.memory();
        int count = block.count();
        long wanted = Long.reverseBytes(low);
        long line = block.line(from) + LineLayout.TRACE_ID + Long.BYTES;
        for (int i = from; i < count; i++, line += LineLayout.BYTES) {
            if (memory.getLong(line) == wanted) {
                return i;
            }
        }
        return count;
    }

    @Override
    public int cost() {
        return ValueSource.LINE;
    }
}
