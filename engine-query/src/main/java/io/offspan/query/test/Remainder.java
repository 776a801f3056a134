package io.offspan.query.test;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.core.segment.BlockDirectory;

/**
 * Passes what all of some tests pass: those of a filter that are left to be asked once an index has answered the others.
 *
 * <p><b>Threads.</b> Belongs to one thread, as do the tests in it. Allocates nothing.
 */
public final class Remainder extends SpanTest {
    private final SpanTest[] tests;
    private int count;

    /** Makes one that is empty, with room for so many tests. */
    public Remainder(int most) {
        tests = new SpanTest[most];
    }

    /** Takes all tests out: every span passes. */
    public void clear() {
        count = 0;
    }

    /** Adds a test, which is asked after those that were added before. */
    public void add(SpanTest test) {
        tests[count++] = test;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    @Override
    public void enterBlock(StringHeap strings) {
        for (int i = 0; i < count; i++) {
            tests[i].enterBlock(strings);
        }
    }

    @Override
    public boolean passes(SpanView span) {
        for (int i = 0; i < count; i++) {
            if (!tests[i].passes(span)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean mayPass(BlockDirectory bounds, int block) {
        for (int i = 0; i < count; i++) {
            if (!tests[i].mayPass(bounds, block)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int cost() {
        return count == 0 ? 0 : tests[count - 1].cost();
    }
}
