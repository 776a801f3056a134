package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.Spot;
import io.offspan.query.value.StringMemo;
import io.offspan.query.value.ValueSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks something of the value of a source: of the one that a span has, or at each event and link where the value is theirs until
 * one will do. What depends on one string of the block alone is asked once for that string.
 */
abstract class SourceTest extends SpanTest {
    private final ValueSource source;
    private final StringMemo memo = new StringMemo();
    /** Made for the first value of an event or a link. */
    private @Nullable Question question;

    SourceTest(ValueSource source) {
        this.source = source;
    }

    abstract boolean holds(Scalar found);

    @Override
    public final void enterBlock(StringHeap strings) {
        source.enterBlock(strings);
        memo.enterBlock(strings);
    }

    @Override
    public final boolean passes(SpanView span) {
        int needs = source.enterSpan(span);
        if (needs != 0) {
            question = question == null ? new Question() : question;
            return question.holdsSomewhere(span, needs);
        }
        int memoKey = source.memoKey(span);
        if (memoKey == ValueSource.NO_MEMO_KEY) {
            return holds(source.value(span, Spot.NOWHERE));
        }
        int known = memo.get(memoKey);
        return known == StringMemo.UNKNOWN
                ? learned(memoKey, source.value(span, Spot.NOWHERE))
                : known == StringMemo.YES;
    }

    private boolean learned(int memoKey, Scalar value) {
        boolean holds = holds(value);
        memo.put(memoKey, holds);
        return holds;
    }

    private final class Question extends Spot.Question {
        @Override
        public boolean holds(SpanView span, Spot spot) {
            Scalar value = source.value(span, spot);
            if (!value.isShared()) {
                return SourceTest.this.holds(value);
            }
            int memoKey = StringMemo.key(value.string(), StringMemo.TEXT);
            int known = memo.get(memoKey);
            return known == StringMemo.UNKNOWN ? learned(memoKey, value) : known == StringMemo.YES;
        }
    }

    @Override
    public int cost() {
        return source.cost();
    }
}
