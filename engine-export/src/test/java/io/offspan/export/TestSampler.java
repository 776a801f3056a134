package io.offspan.export;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import io.offspan.export.sampling.SpanSampler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/** Keeps traces whose number, the low half of the id, passes a test; each is decided once so many spans came after its first one. */
final class TestSampler implements SpanSampler {
    private final LongPredicate keeps;
    private final long spansToWait;
    private final Map<Long, Long> numbers = new HashMap<>();
    private final List<Long> traces = new ArrayList<>();
    private final List<Long> firstSpans = new ArrayList<>();
    private long spans;
    private int firstWaiting;
    private int kept;

    TestSampler(LongPredicate keeps, long spansToWait) {
        this.keeps = keeps;
        this.spansToWait = spansToWait;
    }

    @Override
    public void enterBlock(BlockReader block, long arrivalNanos) {
        while (firstWaiting < traces.size() && spans - firstSpans.get(firstWaiting) >= spansToWait) {
            decide();
        }
    }

    private void decide() {
        kept += keeps.test(traces.get(firstWaiting++)) ? 1 : 0;
    }

    @Override
    public long take(SpanView span) {
        Long known = numbers.get(span.traceIdLow());
        long number = known == null ? traces.size() : known;
        if (known == null) {
            numbers.put(span.traceIdLow(), number);
            traces.add(span.traceIdLow());
            firstSpans.add(spans);
        }
        spans++;
        return number < firstWaiting ? decision(number) : number;
    }

    @Override
    public long firstWaiting() {
        return firstWaiting;
    }

    @Override
    public long decision(long trace) {
        return keeps.test(traces.get((int) trace)) ? KEEP : DROP;
    }

    @Override
    public long waitNanos() {
        return 1_000_000_000;
    }

    @Override
    public void end() {
        while (firstWaiting < traces.size()) {
            decide();
        }
    }

    @Override
    public SamplingTally tally() {
        Amount keeps = new Amount(kept, 0);
        Amount none = new Amount(0, 0);
        return new SamplingTally(
                keeps,
                new Amount(firstWaiting - kept, 0),
                traces.size() - firstWaiting,
                0,
                0,
                0,
                List.of(new OfPolicy("some", "test", keeps, none, keeps, none)));
    }
}
