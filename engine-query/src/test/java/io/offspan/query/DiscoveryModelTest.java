package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.GroupCount;
import io.offspan.query.discover.GroupCounts;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.OperationCount;
import io.offspan.query.discover.ServiceCount;
import io.offspan.query.discover.TraceSummary;
import io.offspan.query.discover.ValueCount;
import io.offspan.query.discover.ValueKind;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.plan.SpanFilter;
import io.offspan.query.scan.SnapshotLeaves;
import io.offspan.query.trace.GroupLimits;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Groups, services, keys, values and traces are counted as a naive count of plain objects counts them, in the log and out of it, indexed and
 * not.
 */
class DiscoveryModelTest {
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(64)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(Duration.ofSeconds(30))
            .build();
    private static final int ROUNDS = 12;
    private static final String[] KEYS = {"a", "b", "c", "d.e", "service.name", "nowhere"};
    private static final String[] PREFIXES = {"", "", "a", "2", "-1", "tr", "ä", "zzz"};
    private static final Intrinsic[] INTRINSICS = {
        Intrinsic.NAME,
        Intrinsic.KIND,
        Intrinsic.STATUS,
        Intrinsic.SERVICE,
        Intrinsic.DURATION,
        Intrinsic.START,
        Intrinsic.SCOPE_NAME,
        Intrinsic.EVENT_NAME,
        Intrinsic.TRACE_ROOT_NAME,
        Intrinsic.CHILD_COUNT
    };

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<ExportTraceServiceRequest> requests = RandomTraces.requests(1_000, random);
    private final List<ModelSpan> all = ModelSpan.of(requests);

    private @Nullable StoreReader reader;
    private List<ModelSpan> spans = all;
    private String context = "";
    private NaiveTraces model = new NaiveTraces(all);
    private NaiveEvaluator values = new NaiveEvaluator(model);

    @TempDir
    Path temporary;

    @Test
    void everythingIsCountedAsTheModelCountsIt() {
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG);
                SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
            for (int i = 0; i < requests.size(); i++) {
                assertThat(store.appendOtlp(requests.get(i).toByteArray()).rejectedCount())
                        .isZero();
                if (i == requests.size() / 2) {
                    assertThat(store.flush(Duration.ofSeconds(30))).isTrue();
                }
            }
            reader = store.reader();
            QueryEngine engine = QueryEngine.over(reader);
            for (int round = 0; round < ROUNDS; round++) {
                index.doWork();
                compare(engine);
            }
            assertThat(index.counters().spansIndexed()).as("seed %d", seed).isPositive();
        }
    }

    private void compare(QueryEngine engine) {
        boolean windowed = random.nextInt(3) == 0;
        long from = all.get(random.nextInt(all.size())).span().getStartTimeUnixNano();
        List<ModelSpan> there = windowed
                ? all.stream()
                        .filter(span -> Long.compareUnsigned(span.span().getStartTimeUnixNano(), from) >= 0)
                        .toList()
                : all;
        model = new NaiveTraces(there);
        values = new NaiveEvaluator(model);
        Pipeline pipeline = question();
        Query query = Query.of(pipeline).limit(Query.MAX_LIMIT);
        query = windowed ? query.from(from) : query;
        spans = model.answer(pipeline).stream().flatMap(Collection::stream).toList();
        context = query + ", seed " + seed;
        groups(engine, query);
        services(engine.discover(query));
        keys(engine.discover(query));
        values(engine, query);
        traces(engine, query, there);
    }

    private Pipeline question() {
        return switch (random.nextInt(4)) {
            case 0 -> Pipeline.of(Filter.all());
            case 1 -> new PipelineGenerator(model, all, random).next();
            default -> Pipeline.of(new FilterGenerator(all, random).next());
        };
    }

    private Field field() {
        return random.nextInt(3) == 0
                ? new Attribute(
                        AttributeScope.values()[random.nextInt(AttributeScope.values().length)],
                        KEYS[random.nextInt(KEYS.length)])
                : INTRINSICS[random.nextInt(INTRINSICS.length)];
    }

    private void groups(QueryEngine engine, Query query) {
        Field[] fields = random.nextBoolean() ? new Field[] {field()} : new Field[] {field(), field()};
        Map<List<Value>, Long> expected = spans.stream()
                .collect(Collectors.groupingBy(
                        span -> {
                            List<Value> key = new ArrayList<>();
                            for (Field field : fields) {
                                key.add(first(field, span));
                            }
                            return key;
                        },
                        Collectors.counting()));
        GroupCounts found = engine.discover(query).by(fields);
        assertThat(found.groups())
                .as("%s by %s", context, List.of(fields))
                .isSorted()
                .isSortedAccordingTo(Comparator.comparingLong(GroupCount::spans).reversed());
        Map<List<Value>, Long> counted = new HashMap<>();
        found.groups().forEach(group -> counted.put(group.values(), group.spans()));
        assertThat(counted).as("%s by %s", context, List.of(fields)).isEqualTo(expected);
        assertThat(found.spans()).as(context).isEqualTo(engine.count(query)).isEqualTo(spans.size());
        if (expected.size() > 1) {
            int limit = 1 + random.nextInt(expected.size() - 1);
            GroupCounts cut = engine.discover(query.limit(limit)).by(fields);
            assertThat(cut.groups()).as(context).isEqualTo(found.groups().subList(0, limit));
            assertThat(cut.groupsBeyond()).as(context).isEqualTo(expected.size() - limit);
            assertThat(cut.spansBeyond()
                            + cut.groups().stream().mapToLong(GroupCount::spans).sum())
                    .as(context)
                    .isEqualTo(found.spans());
        }
    }

    /** The value by which a span is grouped, or null. */
    private Value first(Field field, ModelSpan model) {
        Span span = model.span();
        if (field == Intrinsic.KIND) {
            return Value.of(named(span.getKindValue(), SpanKind.values()));
        }
        if (field == Intrinsic.STATUS) {
            return Value.of(status(span));
        }
        if (field == Intrinsic.START) {
            return Value.of(span.getStartTimeUnixNano());
        }
        List<AnyValue> found = values.values(field, model);
        return found.isEmpty() ? null : Value.decode(found.get(0).toByteArray());
    }

    private static String status(Span span) {
        return named(span.getStatus().getCodeValue(), SpanStatus.values());
    }

    private static String named(int code, Enum<?>[] names) {
        return code >= 0 && code < names.length ? names[code].name().toLowerCase(Locale.ROOT) : Integer.toString(code);
    }

    private void services(Discovery discovery) {
        Map<String, List<ModelSpan>> expected = new HashMap<>();
        for (ModelSpan span : spans) {
            expected.computeIfAbsent(service(span), name -> new ArrayList<>()).add(span);
        }
        Map<String, List<Long>> counted = new HashMap<>();
        for (ServiceCount each : discovery.services().rows()) {
            counted.put(each.name(), List.of(each.spans(), each.errors()));
        }
        assertThat(counted).as(context).hasSameSizeAs(expected);
        expected.forEach((name, of) -> assertThat(counted.get(name))
                .as("%s, service %s", context, name)
                .isEqualTo(List.of((long) of.size(), errors(of))));
        expected.keySet().stream()
                .filter(name -> name != null && !name.isEmpty())
                .skip(random.nextInt(3))
                .findFirst()
                .ifPresent(name -> assertThat(discovery.operations(name).rows())
                        .as("%s, operations of %s", context, name)
                        .containsExactlyInAnyOrderElementsOf(operations(expected.get(name))));
    }

    private static String service(ModelSpan span) {
        List<AnyValue> found = NaiveEvaluator.attributeValues(AttributeScope.RESOURCE, "service.name", span);
        return found.isEmpty() || !found.get(0).hasStringValue()
                ? null
                : found.get(0).getStringValue();
    }

    private static long errors(Collection<ModelSpan> spans) {
        return spans.stream()
                .filter(span -> status(span.span()).equals("error"))
                .count();
    }

    private static List<OperationCount> operations(List<ModelSpan> spans) {
        Map<List<String>, List<ModelSpan>> operations = spans.stream()
                .collect(Collectors.groupingBy(
                        span -> List.of(span.span().getName(), named(span.span().getKindValue(), SpanKind.values()))));
        return operations.entrySet().stream()
                .map(entry -> new OperationCount(
                        entry.getKey().get(0),
                        entry.getKey().get(1),
                        entry.getValue().size(),
                        errors(entry.getValue())))
                .toList();
    }

    private void keys(Discovery discovery) {
        AttributeScope only = AttributeScope.values()[random.nextInt(AttributeScope.values().length)];
        String prefix = PREFIXES[random.nextInt(PREFIXES.length)];
        Map<List<Object>, Long> expected = new HashMap<>();
        for (ModelSpan span : spans) {
            Set<List<Object>> of = new HashSet<>();
            for (AttributeScope scope : AttributeScope.values()) {
                if (scope != AttributeScope.ANY && (only == AttributeScope.ANY || only == scope)) {
                    attributes(scope, span).stream()
                            .filter(attribute -> attribute.getKey().startsWith(prefix))
                            .forEach(attribute ->
                                    of.add(List.of(scope, attribute.getKey(), kind(attribute.getValue()))));
                }
            }
            of.forEach(key -> expected.merge(key, 1L, Long::sum));
        }
        Listing<KeyCount> found = discovery.keys(only, prefix);
        assertThat(found.rows()).as(context).isSorted();
        assertThat(found.rows().stream()
                        .collect(Collectors.toMap(
                                row -> List.<Object>of(row.scope(), row.key(), row.type()), KeyCount::spans)))
                .as("%s, keys of %s by %s", context, only, prefix)
                .isEqualTo(expected);
    }

    private static List<KeyValue> attributes(AttributeScope scope, ModelSpan span) {
        return switch (scope) {
            case SPAN -> span.span().getAttributesList();
            case RESOURCE -> span.resource().getAttributesList();
            case INSTRUMENTATION -> span.scope().getAttributesList();
            case EVENT ->
                span.span().getEventsList().stream()
                        .flatMap(event -> event.getAttributesList().stream())
                        .toList();
            default ->
                span.span().getLinksList().stream()
                        .flatMap(link -> link.getAttributesList().stream())
                        .toList();
        };
    }

    private static ValueKind kind(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> ValueKind.STRING;
            case INT_VALUE -> ValueKind.INT;
            case DOUBLE_VALUE -> ValueKind.DOUBLE;
            case BOOL_VALUE -> ValueKind.BOOL;
            case ARRAY_VALUE -> ValueKind.ARRAY;
            case KVLIST_VALUE -> ValueKind.KVLIST;
            case BYTES_VALUE -> ValueKind.BYTES;
            default -> ValueKind.EMPTY;
        };
    }

    private void values(QueryEngine engine, Query query) {
        String key = KEYS[random.nextInt(KEYS.length)];
        AttributeScope only = AttributeScope.values()[random.nextInt(AttributeScope.values().length)];
        String prefix = PREFIXES[random.nextInt(PREFIXES.length)];
        Map<List<Object>, Long> expected = new HashMap<>();
        for (ModelSpan span : spans) {
            Set<List<Object>> of = new HashSet<>();
            for (AttributeScope scope : AttributeScope.values()) {
                if (scope != AttributeScope.ANY && (only == AttributeScope.ANY || only == scope)) {
                    for (AnyValue value : NaiveEvaluator.attributeValues(scope, key, span)) {
                        scalars(value).stream()
                                .filter(scalar -> scalar.toString().startsWith(prefix))
                                .forEach(scalar -> of.add(List.of(new Attribute(scope, key), scalar)));
                    }
                }
            }
            of.forEach(value -> expected.merge(value, 1L, Long::sum));
        }
        Listing<ValueCount> found = engine.discover(query).values(only, key, prefix);
        assertThat(found.rows()).as(context).isSorted();
        assertThat(found.rows().stream()
                        .collect(Collectors.toMap(row -> List.<Object>of(row.field(), row.value()), ValueCount::spans)))
                .as("%s, values of %s in %s by '%s'", context, key, only, prefix)
                .isEqualTo(expected);
        if (found.rows().size() > 1) {
            int size = found.rows().size();
            Listing<ValueCount> cut = engine.discover(query.limit(size - 1)).values(only, key, prefix);
            assertThat(cut.rows()).as(context).isEqualTo(found.rows().subList(0, size - 1));
            assertThat(cut.beyond()).as(context).isEqualTo(1);
        }
    }

    private static List<Value> scalars(AnyValue value) {
        if (value.hasArrayValue()) {
            return value.getArrayValue().getValuesList().stream()
                    .filter(element -> !element.hasArrayValue())
                    .flatMap(element -> scalars(element).stream())
                    .toList();
        }
        return switch (value.getValueCase()) {
            case STRING_VALUE -> List.of(Value.of(value.getStringValue()));
            case INT_VALUE -> List.of(Value.of(value.getIntValue()));
            case BOOL_VALUE -> List.of(Value.of(value.getBoolValue()));
            case DOUBLE_VALUE -> fraction(value.getDoubleValue());
            default -> List.of();
        };
    }

    private static List<Value> fraction(double value) {
        if (Double.isNaN(value)) {
            return List.of();
        }
        boolean whole = value >= -0x1p63 && value < 0x1p63 && value == Math.floor(value);
        return List.of(whole ? Value.of((long) value) : Value.of(value));
    }

    private void traces(QueryEngine engine, Query query, List<ModelSpan> there) {
        SpanOrder order = SpanOrder.values()[random.nextInt(2)];
        Map<ByteString, List<ModelSpan>> byId =
                there.stream().collect(Collectors.groupingBy(span -> span.span().getTraceId()));
        Set<ByteString> wanted =
                spans.stream().map(span -> span.span().getTraceId()).collect(Collectors.toSet());
        Comparator<TraceSummary> newest = Comparator.comparing(TraceSummary::startNanos, Long::compareUnsigned)
                .reversed();
        List<TraceSummary> expected = wanted.stream()
                .map(id -> summary(byId.get(id)))
                .sorted((order == SpanOrder.NEWEST
                                ? newest
                                : Comparator.comparingLong(TraceSummary::durationNanos)
                                        .reversed()
                                        .thenComparing(newest))
                        .thenComparing(TraceSummary::traceId))
                .toList();
        Listing<TraceSummary> found = engine.discover(query.order(order)).traces();
        assertThat(found.rows()).as("%s, %s", context, order).isEqualTo(expected);
        if (expected.size() > 3) {
            Listing<TraceSummary> cut =
                    engine.discover(query.order(order).limit(3)).traces();
            assertThat(cut.rows()).as(context).isEqualTo(expected.subList(0, 3));
            assertThat(cut.beyond()).as(context).isEqualTo(expected.size() - 3);
            inParts(query.order(order), expected);
        }
    }

    private QueryEngine inMemory(GroupLimits limits) {
        StoreReader opened = Objects.requireNonNull(reader);
        return new QueryEngine(() -> new SnapshotLeaves(opened, true), limits);
    }

    /** Sums traces up where fewer fit into memory at once than there are. */
    private void inParts(Query query, List<TraceSummary> expected) {
        GroupLimits few = new GroupLimits((expected.size() + 2) / 3, Integer.MAX_VALUE);
        GroupLimits tooFew = new GroupLimits(1, Integer.MAX_VALUE);
        boolean ofSpans = SpanFilter.of(query.pipeline(), query.window()) != null;
        if (!ofSpans) {
            return;
        }
        Listing<TraceSummary> found = inMemory(few).discover(query.limit(3)).traces();
        assertThat(found.rows()).as(context).isEqualTo(expected.subList(0, 3));
        assertThat(found.beyond()).as(context).isEqualTo(expected.size() - 3);
        if (expected.size() > 64) {
            assertThatThrownBy(() -> inMemory(tooFew).discover(query).traces())
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("more than 1 traces at once; narrow the time or the filter");
        }
    }

    private TraceSummary summary(List<ModelSpan> trace) {
        ModelSpan any = trace.get(0);
        ByteString id = any.span().getTraceId();
        long start = trace.stream()
                .mapToLong(span -> span.span().getStartTimeUnixNano())
                .filter(nanos -> nanos != 0)
                .boxed()
                .min(Long::compareUnsigned)
                .orElse(0L);
        long end = trace.stream()
                .mapToLong(span -> span.span().getEndTimeUnixNano())
                .boxed()
                .max(Long::compareUnsigned)
                .orElseThrow();
        long duration = Long.compareUnsigned(end, start) < 0 ? 0 : end - start;
        Set<String> services = new TreeSet<>();
        for (ModelSpan span : trace) {
            if (service(span) != null) {
                services.add(service(span));
            }
        }
        return new TraceSummary(
                id.asReadOnlyByteBuffer().getLong(),
                id.asReadOnlyByteBuffer().getLong(8),
                model.rootName(any),
                model.rootService(any),
                start,
                start == 0 || end == 0 ? TraceSummary.UNKNOWN : duration < 0 ? Long.MAX_VALUE : duration,
                trace.size(),
                errors(trace),
                List.copyOf(services));
    }

    @Test
    void aCountByNoFieldIsRefused() {
        TestBlocks blocks = new TestBlocks(1).add(draft -> {});
        assertThatThrownBy(() ->
                        new QueryEngine(blocks::leaves).discover(Query.all()).by())
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("allowed are 1 to 8");
    }

    @Test
    void mapsThatAreWrittenInTwoWaysAreOneGroup() {
        KeyValue left = KeyValue.newBuilder().setKey("k").build();
        KeyValue empty =
                left.toBuilder().setValue(AnyValue.getDefaultInstance()).build();
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (KeyValue entry : List.of(left, empty, left)) {
            AnyValue map = AnyValue.newBuilder()
                    .setKvlistValue(KeyValueList.newBuilder().addValues(entry))
                    .build();
            spans.addSpans(Span.newBuilder()
                    .setTraceId(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}))
                    .setSpanId(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 0, 0, 0, 1}))
                    .addAttributes(KeyValue.newBuilder().setKey("a").setValue(map)));
        }
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
                .build();
        TestBlocks blocks = TestBlocks.of(List.of(request), 2);
        GroupCounts counts =
                new QueryEngine(blocks::leaves).discover(Query.all()).by(Filter.spanAttribute("a"));
        assertThat(counts.groups()).extracting(GroupCount::spans).containsExactly(3L);
        assertThat(counts.groupsBeyond()).isZero();
    }

    @Test
    void whatIsDamagedIsToldAndTheRestIsCounted() {
        TestBlocks blocks = new TestBlocks(2);
        for (int i = 0; i < 6; i++) {
            blocks.add(draft -> draft.name("n"));
        }
        GroupCounts counts = new QueryEngine(() -> blocks.leaves().damaged(1))
                .discover(Query.all())
                .by(Intrinsic.NAME);
        assertThat(counts.spans()).isEqualTo(4);
        assertThat(counts.outcome().complete()).isFalse();
    }
}
