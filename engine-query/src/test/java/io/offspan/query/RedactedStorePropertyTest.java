package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockBuilder;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.model.Value;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.wire.Memory;
import io.offspan.core.AttributeRules;
import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.value.AppendResult;
import io.offspan.core.value.StoreCounters.Counter;
import io.offspan.query.keep.IndexLimits;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/**
 * Nothing that the rules of a store take away is in any of its files, slabs, log and index alike, nor in what is exported from it, by
 * whichever way the spans came in; and what they leave is there.
 */
class RedactedStorePropertyTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SPANS = 300;
    private static final int SLAB_BYTES = 64 * 1024;
    private static final String HIDDEN = "s3cret-";
    private static final String SHOWN = "public-";
    private static final long NUMBER = 7_311_928_415_930_144_277L;
    private static final AttributeRules RULES = AttributeRules.parse("""
            drop .*secret
            mask .*whole
            mask .*part s3cret-[0-9]+|[0-9]{19}
            drop .*maybe s3cret|[0-9]{19}
            """);
    private static final List<String> KEYS = List.of("secret", "user.secret", "whole", "a.part", "is.maybe");

    private final List<Path> folders = new ArrayList<>();

    @AfterTry
    void clear() throws IOException {
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        folders.clear();
    }

    @Property(tries = 5)
    void whatTheRulesTakeAwayIsNowhere(@ForAll long seed) throws IOException {
        Path directory = Files.createTempDirectory("redacted");
        folders.add(directory);
        try (SpanStore store = SpanStore.open(
                directory,
                StoreConfig.builder().segmentSpans(1_024).attributes(RULES).build())) {
            fill(store, new Random(seed));
            requireHidden(directory, "slabs");
            assertThat(store.flush(SOON)).isTrue();
            try (SpanIndex index = SpanIndex.open(store.reader(), IndexLimits.DEFAULT)) {
                assertThat(index.await(SOON)).isTrue();
                requireHidden(directory, "log");
            }
            assertThat(store.counters().get(Counter.REMOVED_ATTRIBUTES)).isPositive();
            assertThat(store.counters().get(Counter.MASKED_ATTRIBUTES)).isPositive();
            assertThat(store.counters().get(Counter.ACCEPTED)).isEqualTo(SPANS);
        }
        requireHidden(directory, "log");
        requireExported(directory);
    }

    @Property(tries = 1)
    void withoutRulesItIsFound() throws IOException {
        Path directory = Files.createTempDirectory("unredacted");
        folders.add(directory);
        try (SpanStore store = SpanStore.open(directory)) {
            fill(store, new Random(1));
        }
        assertThat(contents(directory, "log")).contains(HIDDEN, SHOWN, raw());
    }

    private static void fill(SpanStore store, Random random) {
        SpanAppender appender = store.newAppender();
        for (int i = 0; i < SPANS; i++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    SpanDraft draft = new SpanDraft();
                    fill(draft, random, i);
                    assertThat(store.append(draft)).isEqualTo(AppendResult.ACCEPTED);
                }
                case 1 -> {
                    int id = i;
                    assertThat(store.append(draft -> fill(draft, random, id))).isEqualTo(AppendResult.ACCEPTED);
                }
                case 2 -> {
                    fill(appender.draft(), random, i);
                    assertThat(appender.append()).isEqualTo(AppendResult.ACCEPTED);
                }
                default ->
                    assertThat(store.appendOtlp(request(random, i)).accepted()).isEqualTo(1);
            }
        }
    }

    private static void fill(SpanDraft draft, Random random, int i) {
        draft.ids(7, 1 + i / 8, 1 + i).times(1_000L * (i + 1), 2_000L * (i + 1)).name("op " + i % 5);
        draft.resource(Resource.builder()
                .put("service.name", SHOWN + "service")
                .put(key(random), value(random, i))
                .build());
        draft.scope(new Scope(
                "scope",
                "1",
                Resource.builder()
                        .put(key(random), value(random, i))
                        .put("shown", SHOWN + "scope")
                        .build()
                        .attributes(),
                0,
                ""));
        attributes(draft, random, i);
        draft.event(1_000L * (i + 1), "event");
        attributes(draft, random, i);
        draft.link(1, 2, 3);
        attributes(draft, random, i);
    }

    private static String key(Random random) {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private static void attributes(SpanDraft draft, Random random, int i) {
        draft.attribute("shown", SHOWN + i);
        for (int n = random.nextInt(3); n >= 0; n--) {
            String key = key(random);
            Value value = value(random, i);
            if (value instanceof Value.StringValue text) {
                draft.attribute(key, text.value());
            } else if (value instanceof Value.LongValue number) {
                draft.attribute(key, number.value());
            } else if (value instanceof Value.BytesValue bytes) {
                draft.attribute(key, bytes.value());
            } else {
                draft.attributeAnyValue(key, value.encode());
            }
        }
    }

    private static Value value(Random random, int i) {
        String text = "x" + HIDDEN + i + "y";
        return switch (random.nextInt(6)) {
            case 0 -> new Value.LongValue(NUMBER);
            case 1 -> Value.of(text.getBytes(StandardCharsets.UTF_8));
            case 2 -> new Value.ArrayValue(List.of(new Value.LongValue(i), new Value.StringValue(text)));
            case 3 -> new Value.ArrayValue(List.of(new Value.ArrayValue(List.of(new Value.LongValue(NUMBER)))));
            default -> new Value.StringValue(text);
        };
    }

    /** Returns a request of one span. */
    private static byte[] request(Random random, int i) {
        SlabLayout layout = new SlabLayout(SLAB_BYTES, 16, 256);
        Memory slab = Memory.allocate(SLAB_BYTES);
        BlockBuilder builder = new BlockBuilder(SLAB_BYTES);
        builder.start(slab, layout);
        SpanDraft draft = new SpanDraft();
        fill(draft, random, i);
        assertThat(builder.add(draft)).isEqualTo(BlockBuilder.ADDED);
        return new OtlpWriter()
                .writeRequest(new BlockReader().wrapSlab(slab, layout, 1), 0, 1)
                .toByteArray();
    }

    private static String raw() {
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(NUMBER)
                .array();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void requireHidden(Path directory, String shownIn) throws IOException {
        assertThat(contents(directory, shownIn)).contains(SHOWN);
        String all = contents(directory, "");
        for (String hidden : List.of(HIDDEN, raw(), Long.toString(NUMBER))) {
            assertThat(all.contains(hidden)).as("'%s' is in a file", hidden).isFalse();
        }
    }

    /** Returns the bytes of all files below a directory whose path has a text in it. */
    private static String contents(Path directory, String in) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (directory.relativize(file).toString().contains(in)) {
                    all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return all.toString();
    }

    private static void requireExported(Path directory) throws IOException {
        try (StoreReader reader = StoreReader.open(directory);
                SpanCursor found =
                        QueryEngine.over(reader).find(Query.traceQl("{ }").limit(SPANS))) {
            OtlpWriter writer = new OtlpWriter();
            writer.begin();
            int spans = 0;
            while (found.next()) {
                writer.add(found.view());
                spans++;
            }
            assertThat(spans).isEqualTo(SPANS);
            ExportTraceServiceRequest exported =
                    ExportTraceServiceRequest.parseFrom(writer.end().toByteArray());
            String text = exported.toString();
            assertThat(text).doesNotContain(HIDDEN, Long.toString(NUMBER)).contains("x***y");
            for (ResourceSpans resource : exported.getResourceSpansList()) {
                assertThat(resource.getResource().toString()).contains(SHOWN + "service");
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    assertThat(scope.getScope().toString()).contains(SHOWN + "scope");
                    scope.getSpansList()
                            .forEach(span ->
                                    assertThat(span.toString().split(SHOWN, -1)).hasSize(4));
                }
            }
        }
    }
}
