package io.offspan.sample.policy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.query.Query;
import io.offspan.query.SpanMatcher;
import io.offspan.query.ast.Pipeline;
import io.offspan.sample.ratio.TraceState;
import java.util.Set;

/** What a span is asked; equal ones are asked once. Immutable. */
sealed interface Condition {
    /** Makes what asks it. */
    SpanAsker asker();

    /** Whether TraceQL leaves the span. */
    record Question(Pipeline pipeline) implements Condition {
        @Override
        public SpanAsker asker() {
            SpanMatcher matcher = Query.of(pipeline).matcher();
            return new SpanAsker() {
                @Override
                public void enterBlock(BlockReader block) {
                    matcher.enterBlock(block);
                }

                @Override
                public boolean meets(SpanView span) {
                    return matcher.matches(span);
                }
            };
        }
    }

    /** Whether the span carries the flag that says that it was sampled when it began. */
    record SampledFlag() implements Condition {
        private static final int SAMPLED = 1;

        @Override
        public SpanAsker asker() {
            return new SpanAsker() {
                @Override
                public void enterBlock(BlockReader block) {
                    // Flags stand in the span itself.
                }

                @Override
                public boolean meets(SpanView span) {
                    return (span.flags() & SAMPLED) != 0;
                }
            };
        }
    }

    /** Whether an entry of the span's trace state has one of several values. */
    record TraceStateEntry(String key, Set<String> values) implements Condition {
        @Override
        public SpanAsker asker() {
            return new SpanAsker() {
                @Override
                public void enterBlock(BlockReader block) {
                    // Trace states are read as they come.
                }

                @Override
                public boolean meets(SpanView span) {
                    return span.hasTraceState() && values.contains(TraceState.value(span.traceState(), key));
                }
            };
        }
    }
}
