package io.offspan.query.ast;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition on one span: an immutable tree of {@link And}, {@link Or}, {@link Not}, {@link Comparison}, {@link
 * Relation}, {@link Exists} and {@link Absent}.
 *
 * <pre>{@code
 * Filter slow = Filter.service("cart")
 *         .and(Filter.minDuration(Duration.ofMillis(100)))
 *         .and(Filter.attribute("http.method").equalTo("GET").not());
 * }</pre>
 *
 * <p>A comparison with something that the span does not have, or has with another type, is false, {@code !=} included;
 * {@link Not} is plain negation. So {@code a != 1} leaves out the spans without {@code a}, and {@code !(a = 1)} does not.
 *
 * <p>{@link Object#toString} gives one canonical text for each filter, in TraceQL where TraceQL can say it. It cannot say that an
 * intrinsic other than the parent id is missing, a number that is not finite, or a list of a single filter; and {@code
 * resource.service.name} is always {@link Intrinsic#SERVICE} to it.
 *
 * <p><b>Fails</b> with {@link QueryException} when a tree would exceed {@link FilterLimits}.
 */
public sealed interface Filter permits And, Or, Not, Comparison, Exists, Absent, Relation {
    /** Returns the filter that every span passes. */
    static Filter all() {
        return And.EVERYTHING;
    }

    /** Returns the filter that no span passes. */
    static Filter none() {
        return new Or(List.of());
    }

    /** Returns the filter for the spans of a trace, named by 1 to 32 hexadecimal digits; leading zeros may be left out. */
    static Filter traceId(String hex) {
        return Intrinsic.TRACE_ID.equalTo(hex);
    }

    /** Returns the filter for a span id of 1 to 16 hexadecimal digits; leading zeros may be left out. */
    static Filter spanId(String hex) {
        return Intrinsic.SPAN_ID.equalTo(hex);
    }

    /** Returns the filter for the children of a span, named by 1 to 16 hexadecimal digits. */
    static Filter parentId(String hex) {
        return Intrinsic.PARENT_ID.equalTo(hex);
    }

    /** Returns the filter for spans whose resource names this service. */
    static Filter service(String name) {
        return Intrinsic.SERVICE.equalTo(name);
    }

    /** Returns the filter for spans with this name. */
    static Filter name(String name) {
        return Intrinsic.NAME.equalTo(name);
    }

    /** Returns the filter for spans of a kind. */
    static Filter kind(SpanKind kind) {
        return new Comparison(Intrinsic.KIND, Operator.EQUAL, new Operand.OfKind(kind));
    }

    /** Returns the filter for spans with a status code; a span without status counts as unset. */
    static Filter status(SpanStatus status) {
        return new Comparison(Intrinsic.STATUS, Operator.EQUAL, new Operand.OfStatus(status));
    }

    /** Returns the filter for spans that last at least so long. */
    static Filter minDuration(Duration duration) {
        return Intrinsic.DURATION.atLeast(duration);
    }

    /** Returns the filter for spans that last at most so long. */
    static Filter maxDuration(Duration duration) {
        return Intrinsic.DURATION.atMost(duration);
    }

    /** Returns the filter for spans with an event of this name. */
    static Filter event(String name) {
        return Intrinsic.EVENT_NAME.equalTo(name);
    }

    /** Names an attribute at any scope: the first of span, resource, events, links and instrumentation that has the key. */
    static Field attribute(String key) {
        return new Attribute(AttributeScope.ANY, key);
    }

    /** Names an attribute of the span itself. */
    static Field spanAttribute(String key) {
        return new Attribute(AttributeScope.SPAN, key);
    }

    /** Names an attribute of the span's resource. */
    static Field resourceAttribute(String key) {
        return new Attribute(AttributeScope.RESOURCE, key);
    }

    /** Names an attribute of the span's events; one event that satisfies a comparison is enough. */
    static Field eventAttribute(String key) {
        return new Attribute(AttributeScope.EVENT, key);
    }

    /** Names an attribute of the span's links; one link that satisfies a comparison is enough. */
    static Field linkAttribute(String key) {
        return new Attribute(AttributeScope.LINK, key);
    }

    /** Names an attribute of the span's parent at any scope; absent where the parent is not stored. */
    static Field parentAttribute(String key) {
        return new ParentAttribute(new Attribute(AttributeScope.ANY, key));
    }

    /** Names an attribute of the instrumentation scope. */
    static Field instrumentationAttribute(String key) {
        return new Attribute(AttributeScope.INSTRUMENTATION, key);
    }

    /** Returns the filter that both pass; a chain of these is one flat {@link And}. */
    default Filter and(Filter other) {
        return new And(joined(this instanceof And and ? and.filters() : List.of(this), other));
    }

    /** Returns the filter that either passes; a chain of these is one flat {@link Or}. */
    default Filter or(Filter other) {
        return new Or(joined(this instanceof Or or ? or.filters() : List.of(this), other));
    }

    /** Returns the filter for the spans that do not pass this one. */
    default Filter not() {
        return new Not(this);
    }

    /** Returns how many levels the tree has. */
    int depth();

    /** Returns how many nodes the tree has. */
    int nodes();

    private static List<Filter> joined(List<Filter> filters, Filter other) {
        List<Filter> joined = new ArrayList<>(filters.size() + 1);
        joined.addAll(filters);
        joined.add(other);
        return joined;
    }
}
