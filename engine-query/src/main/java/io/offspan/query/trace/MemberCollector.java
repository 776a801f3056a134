package io.offspan.query.trace;

import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.scan.BlockPlace;
import io.offspan.query.scan.Hit;
import io.offspan.query.scan.Sink;
import io.offspan.query.scan.TracePart;
import io.offspan.query.test.FilterCompiler;
import io.offspan.query.test.SpanTest;
import io.offspan.query.value.FirstNumber;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.SourceCompiler;
import io.offspan.query.value.ZeroDivisions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every span of a part of the traces that passes a filter of the first stage, with what the later stages ask of it. Where these ask how spans are related,
 * it keeps all spans of the traces that may be in the answer.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) beyond the limit of spans.
 */
final class MemberCollector implements Sink {
    private static final @Nullable Number[] NO_NUMBERS = {};

    private final GroupLimits limits;
    private final SpanOrder order;
    private final ZeroDivisions zeroDivisions = new ZeroDivisions();
    private final SpanTest[] tests;
    private final long first;
    private final TraceQuestion question;
    private final TraceFacts facts;
    /** What a span has to pass to be there at all. */
    private final SpanTest window;

    /** By measure. */
    private final FirstNumber[] numbers;

    private final GroupKeys keys;

    private final TracePart part;
    private final List<Member> members = new ArrayList<>();
    private @Nullable BlockPlace block;

    MemberCollector(TraceQuestion question, TraceFacts facts, GroupLimits limits, SpanOrder order, TracePart part) {
        this.part = part;
        this.question = question;
        this.facts = facts;
        this.limits = limits;
        this.order = order;
        SourceCompiler sources = new SourceCompiler(facts, zeroDivisions);
        FilterCompiler compiler = new FilterCompiler(sources);
        List<Filter> filters = question.filters();
        tests = filters.stream().map(compiler::compile).toArray(SpanTest[]::new);
        window = compiler.compile(question.window());
        first = -1L >>> Long.SIZE - question.firstFilters();
        keys = new GroupKeys(question.groupings(), facts);
        numbers = question.measures().stream()
                .map(measure -> new FirstNumber(sources.compile(Objects.requireNonNull(measure.of()))))
                .toArray(FirstNumber[]::new);
    }

    @Override
    public void enterBlock(BlockPlace place) {
        block = place;
        StringHeap strings = place.reader().strings();
        window.enterBlock(strings);
        keys.enterBlock(strings);
        for (SpanTest test : tests) {
            test.enterBlock(strings);
        }
        for (FirstNumber number : numbers) {
            number.enterBlock(strings);
        }
    }

    @Override
    public boolean wants(SpanView span) {
        return part.has(span.traceIdHigh(), span.traceIdLow());
    }

    @Override
    public void take(SpanView span, int index) {
        if (question.isOfTrees() && !isWanted(span)) {
            return;
        }
        long passed = 0;
        for (int i = 0; i < tests.length; i++) {
            passed |= tests[i].passes(span) ? 1L << i : 0;
        }
        if (!question.isOfTrees() && (passed & first) == 0) {
            return;
        }
        if (members.size() == limits.spans()) {
            throw new QueryException(
                    Reason.LIMIT,
                    "The question brings more than " + limits.spans()
                            + " spans together by trace; narrow the time or the filters of its first stage");
        }
        Hit hit = new Hit(span, Objects.requireNonNull(block), index, order);
        members.add(new Member(hit, passed, numbersOf(span), keys.of(span), span));
    }

    private boolean isWanted(SpanView span) {
        TraceFact trace = facts.find(span.traceIdHigh(), span.traceIdLow());
        return trace != null && question.mayMatch(trace.passed()) && window.passes(span);
    }

    /** Forgets the spans and their groups. */
    MemberCollector clear() {
        members.clear();
        keys.clear();
        return this;
    }

    private @Nullable Number[] numbersOf(SpanView span) {
        @Nullable Number[] found = numbers.length == 0 ? NO_NUMBERS : new Number[numbers.length];
        for (int i = 0; i < found.length; i++) {
            FirstNumber number = numbers[i];
            if (number.find(span)) {
                found[i] = boxed(number.value());
            }
        }
        return found;
    }

    private static Number boxed(Scalar value) {
        if (value.isWhole()) {
            return value.whole();
        }
        return value.fraction();
    }

    /** Returns the spans, those of a trace together and in their order. */
    List<Member> byTrace() {
        members.sort((left, right) -> left.hit().compareByTrace(right.hit()));
        return members;
    }

    ZeroDivisions zeroDivisions() {
        return zeroDivisions;
    }
}
