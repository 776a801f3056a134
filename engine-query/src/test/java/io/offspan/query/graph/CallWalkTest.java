package io.offspan.query.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanIndex;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.QueryException;
import io.offspan.query.discover.CallKind;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.ServiceCall;
import io.offspan.query.graph.CallWalk.Times;
import io.offspan.query.keep.IndexLimits;
import io.offspan.query.scan.RunLimit;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.query.scan.SnapshotLeaves;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls between services are those of a naive count over plain objects, whatever the segments, the parts and what is known already. */
class CallWalkTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final StoreConfig CONFIG = StoreConfig.builder()
            .slabs(16)
            .spansPerBlock(32)
            .segmentSpans(1_024)
            .overflow(OverflowPolicy.WAIT)
            .maxWait(SOON)
            .build();
    private static final int SPANS = 3_500;
    private static final int TRACES = 250;
    private static final @Nullable String[] SERVICES = {"web", "cart", "db", null, "mail"};
    private static final String[] PEER_KEYS = {
        "peer.service",
        "db.system",
        "db.system.name",
        "messaging.system",
        "messaging.destination.name",
        "server.address"
    };
    private static final Times ALWAYS = new Times(0, -1);
    private static final int CLIENT = SpanKind.CLIENT.code();
    private static final int SERVER = SpanKind.SERVER.code();
    private static final int PRODUCER = SpanKind.PRODUCER.code();
    private static final int CONSUMER = SpanKind.CONSUMER.code();

    @TempDir
    Path temporary;

    /** A span as a plain object. */
    private record Plain(
            long trace,
            long id,
            long parent,
            @Nullable String service,
            int kind,
            long start,
            long duration,
            boolean error,
            Map<String, String> attributes) {
        boolean receives() {
            return kind == SERVER || kind == CONSUMER;
        }

        boolean sends() {
            return kind == CLIENT || kind == PRODUCER;
        }
    }

    private static List<Plain> random(Random random) {
        List<Plain> spans = new ArrayList<>();
        for (int i = 0; i < SPANS; i++) {
            // Most traces begin and end together, some are everywhere.
            long trace =
                    1 + (random.nextInt(4) == 0 ? random.nextInt(TRACES) : (i + random.nextInt(40)) * TRACES / SPANS);
            Map<String, String> attributes = new TreeMap<>();
            for (String key : PEER_KEYS) {
                if (random.nextInt(4) == 0) {
                    attributes.put(key, "peer " + random.nextInt(3));
                }
            }
            spans.add(new Plain(
                    trace,
                    1 + random.nextInt(20),
                    random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(22),
                    SERVICES[random.nextInt(SERVICES.length)],
                    random.nextInt(6),
                    1_000L + i,
                    random.nextInt(8) == 0 ? -1 : random.nextInt(1_000_000),
                    random.nextInt(5) == 0,
                    attributes));
        }
        return spans;
    }

    private static void append(SpanStore store, List<Plain> spans) {
        SpanDraft draft = new SpanDraft();
        for (Plain span : spans) {
            Resource.Builder resource = Resource.newBuilder();
            if (span.service() != null) {
                resource.addAttributes(KeyValue.newBuilder()
                        .setKey("service.name")
                        .setValue(AnyValue.newBuilder().setStringValue(span.service())));
            }
            draft.clear()
                    .resource(envelope(resource.build().toByteArray()))
                    .ids(9, span.trace(), span.id())
                    .name("span")
                    .kind(span.kind())
                    .times(span.start(), span.duration() < 0 ? 0 : span.start() + span.duration());
            if (span.parent() != 0) {
                draft.parent(span.parent());
            }
            if (span.error()) {
                draft.status(SpanStatus.ERROR);
            }
            span.attributes().forEach(draft::attribute);
            store.append(draft);
        }
    }

    private static Envelope envelope(byte[] resource) {
        return new Envelope().set(resource, 0, resource.length, new byte[0], 0, 0);
    }

    /** What is called how often, with how many errors, and the durations. */
    private static Map<String, List<Long>> naive(List<Plain> spans) {
        Map<String, List<Long>> calls = new TreeMap<>();
        Set<Plain> answered = new HashSet<>();
        Map<Long, List<Plain>> traces = spans.stream().collect(Collectors.groupingBy(Plain::trace));
        for (Plain span : spans) {
            Plain parent = parent(span, Objects.requireNonNull(traces.get(span.trace())));
            if (parent == null) {
                if (span.receives()) {
                    count(calls, null, span.service(), CallKind.ENTRY, span);
                }
            } else if (!same(parent.service(), span.service()) || span.receives() && parent.sends()) {
                boolean message = span.kind() == CONSUMER || parent.kind() == PRODUCER;
                CallKind kind = message ? CallKind.MESSAGING : CallKind.REQUEST;
                count(calls, parent.service(), span.service(), kind, span);
                traces.get(span.trace()).stream()
                        .filter(other -> other.id() == parent.id()
                                && same(other.service(), parent.service())
                                && other.kind() == parent.kind())
                        .forEach(answered::add);
            }
        }
        for (Plain span : spans) {
            if (span.sends() && !answered.contains(span)) {
                peer(calls, span);
            }
        }
        return calls;
    }

    private static void peer(Map<String, List<Long>> calls, Plain span) {
        Map<String, String> has = span.attributes();
        String service = has.get("peer.service");
        String database = has.getOrDefault("db.system.name", has.get("db.system"));
        boolean queue = span.kind() == PRODUCER || has.containsKey("messaging.system");
        String destination = has.getOrDefault("messaging.destination.name", has.get("messaging.system"));
        String address = has.get("server.address");
        String name = service != null ? service : database != null ? database : null;
        name = name == null && queue ? destination : name;
        name = name == null ? address : name;
        if (name != null) {
            CallKind kind = database != null ? CallKind.DATABASE : queue ? CallKind.QUEUE : CallKind.PEER;
            count(calls, span.service(), name, kind, span);
        }
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return one == null ? other == null : one.equals(other);
    }

    private static @Nullable Plain parent(Plain span, List<Plain> trace) {
        int wanted = span.kind() == SERVER ? CLIENT : SERVER;
        return trace.stream()
                .filter(other -> other != span && span.parent() != 0)
                .filter(other -> other.id() == span.parent())
                .min(Comparator.comparing((Plain other) -> other.kind() != wanted)
                        .thenComparing(Plain::start)
                        .thenComparing(Plain::service, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElse(null);
    }

    private static void count(
            Map<String, List<Long>> calls,
            @Nullable String caller,
            @Nullable String callee,
            CallKind kind,
            Plain span) {
        List<Long> counts =
                calls.computeIfAbsent(caller + " " + callee + " " + kind, absent -> new ArrayList<>(List.of(0L, 0L)));
        counts.set(0, counts.get(0) + 1);
        counts.set(1, counts.get(1) + (span.error() ? 1 : 0));
    }

    private static Map<String, List<Long>> plain(Listing<ServiceCall> found) {
        Map<String, List<Long>> calls = new TreeMap<>();
        for (ServiceCall each : found.rows()) {
            assertThat(calls.put(
                            each.caller() + " " + each.callee() + " " + each.kind(),
                            List.of(each.calls(), each.errors())))
                    .isNull();
        }
        assertThat(found.beyond()).isZero();
        return calls;
    }

    private static Listing<ServiceCall> walk(StoreReader reader, boolean indexed, int maxSpans, GraphParts parts) {
        SnapshotLeaves leaves = new SnapshotLeaves(reader, indexed);
        leaves.renew();
        try (leaves) {
            return new CallWalk(leaves, Filter.all(), ALWAYS, new RunLimit(RunLimit.NO_END), parts, maxSpans)
                    .run(Query.MAX_LIMIT);
        }
    }

    @Test
    void callsAreThoseOfANaiveCountWhateverIsSealedKnownOrTakenInParts() {
        for (int seed = 0; seed < 2; seed++) {
            List<Plain> spans = random(new Random(seed));
            Map<String, List<Long>> expected = naive(spans);
            Path directory = temporary.resolve("store " + seed);
            try (SpanStore store = SpanStore.open(directory, CONFIG)) {
                append(store, spans);
                requireRight(store.reader(), expected, seed);
                assertThat(store.flush(SOON)).isTrue();
                requireRight(store.reader(), expected, seed);
                try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                    assertThat(index.await(SOON)).isTrue();
                    requireRight(store.reader(), expected, seed);
                }
            }
            try (StoreReader reader = StoreReader.open(directory)) {
                requireRight(reader, expected, seed);
            }
        }
    }

    private static void requireRight(StoreReader reader, Map<String, List<Long>> expected, int seed) {
        GraphParts parts = new GraphParts();
        for (int maxSpans : new int[] {CallWalk.MAX_SPANS, 150}) {
            assertThat(plain(walk(reader, true, maxSpans, parts)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(plain(walk(reader, true, maxSpans, parts)))
                    .as("seed %d, with what is known", seed)
                    .isEqualTo(expected);
            assertThat(plain(walk(reader, false, maxSpans, new GraphParts())))
                    .as("seed %d, by scan", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void spansThatAreStoredTwiceCallNoPeerThatDoesNotExist() {
        List<Plain> spans = new ArrayList<>();
        for (int trace = 1; trace <= 40; trace++) {
            Map<String, String> peer = Map.of("peer.service", "the address of cart");
            for (int copy = 0; copy < 2; copy++) {
                spans.add(new Plain(trace, 1, 0, "web", SERVER, 1_000, 90, false, Map.of()));
                spans.add(new Plain(trace, 2, 1, "web", CLIENT, 1_010, 50, false, peer));
                spans.add(new Plain(trace, 3, 2, "cart", SERVER, 1_020, 30, false, Map.of()));
            }
        }
        Map<String, List<Long>> expected = Map.of(
                "null web " + CallKind.ENTRY, List.of(80L, 0L), "web cart " + CallKind.REQUEST, List.of(80L, 0L));
        assertThat(naive(spans)).isEqualTo(expected);
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG)) {
            append(store, spans);
            assertThat(store.flush(SOON)).isTrue();
            requireRight(store.reader(), expected, 0);
        }
    }

    @Test
    void onlySpansWithinTheTimesExist() {
        List<Plain> spans = random(new Random(5));
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG)) {
            append(store, spans);
            assertThat(store.flush(SOON)).isTrue();
            QueryEngine engine = QueryEngine.over(store.reader());
            for (long from : new long[] {0, 1_000, 1_500, 3_777}) {
                for (long to : new long[] {1_000, 1_600, 3_500, 9_000}) {
                    List<Plain> within = spans.stream()
                            .filter(span -> span.start() >= from && span.start() < to)
                            .toList();
                    Query query = Query.all().from(from).to(to).limit(Query.MAX_LIMIT);
                    assertThat(plain(engine.discover(query).calls()))
                            .as("%d to %d", from, to)
                            .isEqualTo(naive(within));
                }
            }
        }
    }

    @Test
    void segmentsThatHaveEndedAreNotReadAgainForTracesThatBeginAndEndInThem() {
        SpanDraft draft = new SpanDraft();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG)) {
            for (int i = 0; i < SPANS; i++) {
                store.append(
                        draft.clear().ids(9, 1 + i, 1).name("span").kind(SERVER).times(1_000 + i, 2_000 + i));
            }
            assertThat(store.flush(SOON)).isTrue();
            QueryEngine engine = QueryEngine.over(store.reader());
            Listing<ServiceCall> first = engine.discover(Query.all()).calls();
            assertThat(first.outcome().spansVisited()).isEqualTo(SPANS);
            Listing<ServiceCall> second = engine.discover(Query.all()).calls();
            assertThat(second.rows()).isEqualTo(first.rows()).hasSize(1);
            assertThat(second.outcome().spansVisited()).isLessThanOrEqualTo(1_024);
            assertThat(second.outcome().spansCounted() + second.outcome().spansVisited())
                    .isEqualTo(SPANS);
        }
    }

    @Test
    void aTraceOfMoreSpansThanFitIsRefusedByName() {
        SpanDraft draft = new SpanDraft();
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG)) {
            for (int i = 0; i < 200; i++) {
                store.append(draft.clear().ids(9, 1, 1 + i).name("span").times(1_000 + i, 2_000 + i));
            }
            assertThat(walk(store.reader(), true, 200, new GraphParts()).rows()).isEmpty();
            assertThatThrownBy(() -> walk(store.reader(), true, 199, new GraphParts()))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("more than 199 spans");
        }
    }

    @Test
    void aFilterIsRefusedAndTimeEndsAWalk() {
        try (SpanStore store = SpanStore.open(temporary.resolve("store"), CONFIG)) {
            append(store, random(new Random(6)));
            QueryEngine engine = QueryEngine.over(store.reader());
            assertThatThrownBy(() ->
                            engine.discover(Query.traceQl("{ status = error }")).calls())
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("a time alone");
            Listing<ServiceCall> late =
                    engine.discover(Query.all().maxTime(Duration.ofNanos(1))).calls();
            assertThat(late.outcome().ending()).isEqualTo(ScanOutcome.Ending.OUT_OF_TIME);
            assertThat(late.rows()).isEmpty();
        }
    }
}
