package io.offspan.query;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.TraceValues;
import io.offspan.query.value.ZeroDivisions;
import org.jspecify.annotations.Nullable;

/**
 * Asks a question of spans as they come, block by block, for whoever follows the log.
 *
 * <pre>{@code
 * SpanMatcher matcher = query.matcher();
 * matcher.enterBlock(block);
 * if (matcher.matches(block.span(i))) { ... }
 * }</pre>
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
public final class SpanMatcher {
    private final SpanTest test;
    private final ColumnReaders columns = new ColumnReaders(TraceValues.NONE);
    private @Nullable SpanView last;

    private SpanMatcher(Filter filter) {
        SourceCompiler sources = new SourceCompiler(TraceValues.NONE, new ZeroDivisions());
        test = new FilterCompiler(sources).compile(filter);
    }

    /**
     * Makes a matcher of a pipeline over the spans that pass a filter.
     *
     * @throws QueryException ({@code UNSUPPORTED}) when the question takes whole traces
     */
    static SpanMatcher of(Pipeline pipeline, Filter window) {
        Filter filter = SpanFilter.of(pipeline, window);
        if (filter == null) {
            throw new QueryException(
                    Reason.UNSUPPORTED,
                    "'" + SpanFilter.wholeTraceStage(pipeline)
                            + "' takes whole traces, but spans are matched one by one as they come; ask for what a"
                            + " span says of itself, or ask the stored spans");
        }
        return new SpanMatcher(filter);
    }

    /** Says that the spans that follow are of this block. */
    public void enterBlock(BlockReader block) {
        test.enterBlock(block.strings());
        columns.enterBlock(block.strings());
        last = null;
    }

    /** Tells whether a span of the block passes. */
    public boolean matches(SpanView span) {
        last = span;
        return test.passes(span);
    }

    /** Returns the value that the span that was asked last has for a field, as {@link SpanCursor#value} does, or null. */
    public @Nullable Value value(Field field) {
        if (last == null) {
            throw new IllegalStateException("No span here; ask whether one matches first");
        }
        return columns.read(last, field);
    }
}
