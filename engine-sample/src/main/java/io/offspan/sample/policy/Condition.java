package io.offspan.sample.policy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanView;
import io.offspan.query.Query;
import io.offspan.query.SpanMatcher;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Pipeline;
import io.offspan.sample.ratio.TraceState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** Whether an attribute of the span or of its resource, or one element of it where it is a list, is a number within bounds. */
    record NumberWithin(String key, long from, long to) implements Condition {
        @Override
        public SpanAsker asker() {
            Field own = Filter.spanAttribute(key);
            Field ofResource = Filter.resourceAttribute(key);
            Filter filter = own.atLeast(from).and(own.atMost(to));
            filter = filter.or(ofResource.atLeast(from).and(ofResource.atMost(to)));
            SpanMatcher matcher = Query.of(Pipeline.of(filter)).matcher();
            return new SpanAsker() {
                @Override
                public void enterBlock(BlockReader block) {
                    matcher.enterBlock(block);
                }

                @Override
                public boolean meets(SpanView span) {
                    // Of a list, the filter may have found one element above and another below.
                    return matcher.matches(span)
                            && (isWithin(matcher.value(own)) || isWithin(matcher.value(ofResource)));
                }
            };
        }

        private boolean isWithin(@Nullable Value value) {
            if (value instanceof Value.LongValue whole) {
                return whole.value() >= from && whole.value() <= to;
            }
            if (value instanceof Value.DoubleValue fraction) {
                return fraction.value() >= from && fraction.value() <= to;
            }
            return value instanceof Value.ArrayValue list
                    && list.values().stream().anyMatch(this::isScalarWithin);
        }

        private boolean isScalarWithin(Value element) {
            return !(element instanceof Value.ArrayValue) && isWithin(element);
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
