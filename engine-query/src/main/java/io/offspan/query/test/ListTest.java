package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;
import io.offspan.query.value.ValueSource;
import java.util.List;

/** The tests of an and or an or, the cheap ones first. */
final class ListTest extends SpanTest {
    private final SpanTest[] tests;
    /** What one test has to answer to settle the matter: false for an and, true for an or. */
    private final boolean settling;

    private ListTest(List<SpanTest> tests, boolean settling) {
        this.tests = tests.toArray(new SpanTest[0]);
        for (int i = 1; i < this.tests.length; i++) {
            SpanTest test = this.tests[i];
            int at = i;
            for (; at > 0 && this.tests[at - 1].cost() > test.cost(); at--) {
                this.tests[at] = this.tests[at - 1];
            }
            this.tests[at] = test;
        }
        this.settling = settling;
    }

    static SpanTest all(List<SpanTest> tests) {
        return new ListTest(tests, false);
    }

    static SpanTest any(List<SpanTest> tests) {
        return new ListTest(tests, true);
    }

    @Override
    public void enterBlock(StringHeap strings) {
        for (SpanTest test : tests) {
            test.enterBlock(strings);
        }
    }

    @Override
    public boolean passes(SpanView span) {
        for (SpanTest test : tests) {
            if (test.passes(span) == settling) {
                return settling;
            }
        }
        return !settling;
    }

    @Override
    public boolean mayPass(BlockDirectory bounds, int block) {
        for (SpanTest test : tests) {
            if (test.mayPass(bounds, block) == settling) {
                return settling;
            }
        }
        return !settling;
    }

    @Override
    public int cost() {
        return tests.length == 0 ? ValueSource.LINE : tests[tests.length - 1].cost();
    }
}
