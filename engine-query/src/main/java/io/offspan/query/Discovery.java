package io.offspan.query;

import io.offspan.codec.model.Value;
import io.offspan.codec.model.Value.StringValue;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import io.offspan.query.discover.GroupCount;
import io.offspan.query.discover.GroupCounter;
import io.offspan.query.discover.GroupCounts;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.KeyCounter;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.OperationCount;
import io.offspan.query.discover.RatesCounter;
import io.offspan.query.discover.RatesOrder;
import io.offspan.query.discover.ServiceCall;
import io.offspan.query.discover.ServiceCount;
import io.offspan.query.discover.SpanRates;
import io.offspan.query.discover.SpanVisitor;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.discover.ValueCount;
import io.offspan.query.discover.ValueCounter;
import io.offspan.query.graph.CallWalk;
import io.offspan.query.graph.GraphParts;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.trace.GroupLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says what the spans of an answer have: services, operations, attribute keys, their values, traces, and how many spans have each.
 *
 * <pre>{@code
 * Discovery errors = engine.discover(Query.where(Filter.status(SpanStatus.ERROR)).from(since));
 * errors.services().rows().forEach(System.out::println);
 * errors.values(AttributeScope.SPAN, "http.route", "/api/").rows().forEach(System.out::println);
 * }</pre>
 *
 * <p>The filter and the times of the question choose the spans, its limit says how many rows there are at most, and each answer says how
 * many more there would be. What could not be read is counted in the {@link ScanOutcome}.
 *
 * <p><b>Threads.</b> Any number at once. <b>Owns</b> nothing between two answers.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code LIMIT}) for more different rows than are counted at once, and for more traces than can
 * be summed up part by part.
 */
public final class Discovery {
    /** The most fields that spans are grouped by. */
    public static final int MAX_FIELDS = 8;

    private static final List<AttributeScope> SCOPES = Stream.of(AttributeScope.values())
            .filter(scope -> scope != AttributeScope.ANY)
            .toList();
    private static final Value ERROR = Value.of("error");

    private final Query query;
    private final Supplier<? extends Leaves> store;
    private final GroupLimits limits;
    private final GraphParts parts;

    Discovery(Query query, Supplier<? extends Leaves> store, GroupLimits limits, GraphParts parts) {
        this.query = query;
        this.store = store;
        this.limits = limits;
        this.parts = parts;
    }

    /** Counts the spans by the values that they have for fields; the order of the fields is that of the values. */
    public GroupCounts by(Field... fields) {
        return count(query, query.limit(), fields);
    }

    private static void requireFields(Field... fields) {
        if (fields.length < 1 || fields.length > MAX_FIELDS) {
            throw new QueryException(
                    Reason.LIMIT,
                    "Spans by " + fields.length + " fields; allowed are 1 to " + MAX_FIELDS + ", leave some out");
        }
    }

    private GroupCounts count(Query question, int limit, Field... fields) {
        requireFields(fields);
        GroupCounter counter = new GroupCounter(List.of(fields));
        // A field of the whole trace has a value only where the question asks for it.
        ScanOutcome outcome = walk(with(question, new Selection(List.of(fields))), counter);
        return counter.counts(limit, outcome);
    }

    /** Returns the services, with those of spans that name none under null. */
    public Listing<ServiceCount> services() {
        GroupCounts groups = count(query, Integer.MAX_VALUE, Intrinsic.SERVICE, Intrinsic.STATUS);
        Map<List<@Nullable String>, long[]> sums = fold(groups, 1);
        return listing(sums, (key, sum) -> new ServiceCount(key.get(0), sum[0], sum[1]), groups.outcome());
    }

    /** Returns the names and kinds of the spans of a service. */
    public Listing<OperationCount> operations(String service) {
        Query question = with(query, new Matching(Filter.service(service)));
        GroupCounts groups = count(question, Integer.MAX_VALUE, Intrinsic.NAME, Intrinsic.KIND, Intrinsic.STATUS);
        Map<List<@Nullable String>, long[]> sums = fold(groups, 2);
        return listing(
                sums,
                (key, sum) -> new OperationCount(textOf(key, 0), textOf(key, 1), sum[0], sum[1]),
                groups.outcome());
    }

    /** Returns a value that every span has. */
    private static String textOf(List<@Nullable String> key, int field) {
        return Objects.requireNonNull(key.get(field));
    }

    /** Adds up groups that differ in the status alone, which comes last: all spans, and those with errors. */
    private static Map<List<@Nullable String>, long[]> fold(GroupCounts groups, int fields) {
        Map<List<@Nullable String>, long[]> sums = new LinkedHashMap<>();
        for (GroupCount group : groups.groups()) {
            List<@Nullable String> key = new ArrayList<>();
            for (Value value : group.values().subList(0, fields)) {
                key.add(value instanceof StringValue text ? text.value() : null);
            }
            long[] sum = sums.computeIfAbsent(key, absent -> new long[2]);
            sum[0] += group.spans();
            sum[1] += ERROR.equals(group.values().get(fields)) ? group.spans() : 0;
        }
        return sums;
    }

    private <T extends Comparable<? super T>> Listing<T> listing(
            Map<List<@Nullable String>, long[]> sums,
            BiFunction<List<@Nullable String>, long[], T> row,
            ScanOutcome outcome) {
        List<T> rows = new ArrayList<>();
        sums.forEach((key, sum) -> rows.add(row.apply(key, sum)));
        return Listing.of(rows, query.limit(), outcome);
    }

    /**
     * Returns the attribute keys with the types of their values.
     *
     * @param scope to look into, or {@link AttributeScope#ANY} for each
     * @param prefix what keys begin with
     */
    public Listing<KeyCount> keys(AttributeScope scope, String prefix) {
        KeyCounter counter = new KeyCounter(scope, prefix);
        ScanOutcome outcome = walk(query, counter);
        return counter.counts(query.limit(), outcome);
    }

    /**
     * Returns the values of an attribute.
     *
     * @param scope to look into, or {@link AttributeScope#ANY} for each
     * @param prefix what the texts of the values begin with
     */
    public Listing<ValueCount> values(AttributeScope scope, String key, String prefix) {
        List<Field> fields = new ArrayList<>();
        for (AttributeScope each : SCOPES) {
            if (scope == AttributeScope.ANY || scope == each) {
                fields.add(new Attribute(each, key));
            }
        }
        return values(fields, prefix);
    }

    /** Returns the values of a field. */
    public Listing<ValueCount> values(Field field, String prefix) {
        return values(List.of(field), prefix);
    }

    private Listing<ValueCount> values(List<Field> fields, String prefix) {
        ValueCounter counter = new ValueCounter(fields, prefix);
        ScanOutcome outcome = walk(with(query, new Selection(fields)), counter);
        return counter.counts(query.limit(), outcome);
    }

    /** Returns the traces that have a span in the answer, in the order of the question; they are summed up within its times. */
    public Listing<TraceSummary> traces() {
        Leaves leaves = store.get();
        RunLimit limit = new RunLimit(query.maxNanos());
        limit.start();
        leaves.renew();
        try {
            return new TraceListing(query, leaves, limits, limit).run();
        } finally {
            leaves.close();
        }
    }

    /**
     * Returns how often spans came, failed, and how long they took, by the values that they have for fields.
     *
     * @throws QueryException ({@code LIMIT}) for more than {@value RatesCounter#MAX_GROUPS} groups
     */
    public Listing<SpanRates> rates(RatesOrder order, Field... fields) {
        requireFields(fields);
        RatesCounter counter = new RatesCounter(List.of(fields));
        ScanOutcome outcome = walk(with(query, new Selection(List.of(fields))), counter);
        return counter.rates(order, query.limit(), outcome);
    }

    /**
     * Returns which services call which, and which databases, queues and others, as far as both sides, or the attributes of the caller, say so.
     * What is found within a segment that has ended is kept by the engine for the next time.
     *
     * @throws QueryException ({@code UNSUPPORTED}) for a question with a filter: a call takes two spans, so that all of a time are looked at
     */
    public Listing<ServiceCall> calls() {
        if (!query.pipeline().equals(Pipeline.of(Filter.all()))) {
            throw new QueryException(
                    Reason.UNSUPPORTED, "Calls out of the spans of a filter; ask for those of a time alone");
        }
        Leaves leaves = store.get();
        RunLimit limit = new RunLimit(query.maxNanos());
        limit.start();
        leaves.renew();
        try {
            return new CallWalk(leaves, query.window(), query.times(), limit, parts).run(query.limit());
        } finally {
            leaves.close();
        }
    }

    private ScanOutcome walk(Query question, SpanVisitor visitor) {
        Leaves leaves = store.get();
        RunLimit limit = new RunLimit(question.maxNanos());
        limit.start();
        leaves.renew();
        try {
            return new SpanWalk(question, leaves, limits, limit).run(visitor);
        } finally {
            leaves.close();
        }
    }

    private static Query with(Query question, Stage stage) {
        List<Stage> stages = new ArrayList<>(question.pipeline().stages());
        stages.add(stage);
        return question.pipeline(new Pipeline(stages));
    }
}
