package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.otlp.Passage.Way;
import io.offspan.codec.span.SpanDraft;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader does with requests that are unusual, damaged or hostile. */
class OtlpReaderTest {
    private final Passage passage = new Passage();
    private final SpanDraft draft = new SpanDraft();

    @Test
    void emptyRequestHasNoSpan() {
        assertThat(new OtlpReader().wrap(new byte[0], 0, 0).nextSpan(draft)).isFalse();
    }

    @Test
    void rangeOutsideTheArrayIsRefused() {
        assertThatThrownBy(() -> new OtlpReader().wrap(new byte[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void truncationGivesAFormatExceptionOrAPrefixOfTheSpans() {
        byte[] request = someRequest(5);
        int whole = read(request).spans;
        for (int length = 0; length < request.length; length++) {
            Outcome outcome = read(Arrays.copyOf(request, length));
            assertThat(outcome.spans)
                    .isLessThanOrEqualTo(whole); // equal where only a resource without spans is cut off
            assertThat(outcome.refused)
                    .extracting(FormatException::reason)
                    .allMatch(reason -> reason == Reason.TRUNCATED);
            if (outcome.refused.isEmpty()) {
                byte[] cleanCut = RandomRequests.restoreText(Arrays.copyOf(request, length));
                assertThat(SpanBag.parse(cleanCut).size()).isEqualTo(outcome.spans);
            }
        }
    }

    @Test
    void truncatedRequestDeliversTheResourcesBeforeTheCutAndIsBroken() {
        byte[] first = Wire.request(Wire.span("a"), Wire.span("b"));
        byte[] second = Wire.request(Wire.span("c"));
        byte[] both = Arrays.copyOf(first, first.length + second.length - 1);
        System.arraycopy(second, 0, both, first.length, second.length - 1);
        OtlpReader reader = new OtlpReader().wrap(both, 0, both.length);
        assertThat(reader.nextSpan(draft)).isTrue();
        assertThat(reader.nextSpan(draft)).isTrue();
        assertThat(reader.broken()).isFalse();
        assertThatThrownBy(() -> reader.nextSpan(draft))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("at byte " + (first.length + 2));
        assertThat(reader.broken()).isTrue();
        assertThat(reader.nextSpan(draft)).isFalse();
    }

    @Test
    void damageInsideASpanRefusesThatSpanOnly() {
        byte[] request = Wire.request(
                Wire.span("good"),
                Wire.span("cut").raw(9 << 3 | 2, 100, 1),
                Wire.span("group").raw(14 << 3 | 3, 14 << 3 | 4),
                Wire.span("six").raw(14 << 3 | 6),
                Wire.span("zero").raw(2, 0),
                Wire.span("varint").raw(6 << 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1),
                Wire.span("good too"));
        SpanBag bag = passage.bag(request, Way.BLOCK);
        assertThat(bag.spans().map(Span::getName)).containsExactlyInAnyOrder("good", "good too");
        assertThat(passage.refused())
                .extracting(FormatException::reason)
                .containsExactly(
                        Reason.TRUNCATED, Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED, Reason.MALFORMED);
        assertThat(passage.otlp().broken()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,8,0", "15,8,0", "17,8,0", "16,0,0", "16,7,0", "16,9,0", "16,8,7", "16,8,9", "16,8,16"})
    void idsOfAnotherLengthRefuseTheSpan(int traceId, int spanId, int parentId) {
        Wire span = Wire.message()
                .field(1, new byte[traceId])
                .field(2, new byte[spanId])
                .field(4, new byte[parentId]);
        Outcome outcome = read(Wire.request(span, Wire.span("good")));
        assertThat(outcome.refused).extracting(FormatException::reason).containsExactly(Reason.BAD_ID);
        assertThat(outcome.spans).isEqualTo(1);
    }

    @Test
    void missingIdsRefuseTheSpan() {
        Outcome outcome = read(Wire.request(Wire.message(), Wire.message().field(1, new byte[16])));
        assertThat(outcome.refused).extracting(FormatException::reason).containsExactly(Reason.BAD_ID, Reason.BAD_ID);
    }

    @Test
    void aRefusedSpanCostsNoStackTrace() {
        Wire damaged = Wire.message().field(1, new byte[16]).field(2, new byte[8]);
        damaged.field(4, new byte[3]);
        Outcome outcome = read(Wire.request(Wire.message(), damaged));
        assertThat(outcome.refused)
                .hasSize(2)
                .allSatisfy(refused -> assertThat(refused.getStackTrace()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,15", "1,17", "2,1", "2,7", "2,9"})
    void linkIdsOfAnotherLengthRefuseTheSpan(int field, int length) {
        Wire span = Wire.span("s").field(13, Wire.message().field(field, new byte[length]));
        assertThat(read(Wire.request(span)).refused)
                .extracting(FormatException::reason)
                .containsExactly(Reason.BAD_ID);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 13, 14, 1000, 10_000})
    void nestingIsAllowedUpToTheLimitAndNeverOverflowsTheStack(int arrays) {
        // Request, resource, scope and span, key-value pair: the first value of a span is on level six.
        boolean allowed = 6 + 2 * arrays <= OtlpLimits.MAX_NESTING;
        Wire span = Wire.span("deep").field(9, Wire.message().field(2, nestedArrays(arrays)));
        expectDepth(allowed, Wire.request(span));
    }

    @ParameterizedTest
    @CsvSource({"25,true", "26,true", "27,false", "28,false"})
    void nestingCountsEveryMessage(int levels, boolean allowed) {
        // A list takes one level more than the value in it; an empty list at the end gives the odd numbers.
        Wire value = levels % 2 == 0 ? Wire.message() : Wire.message().field(5, new byte[0]);
        int arrays = (levels - (levels % 2 == 0 ? 0 : 1)) / 2;
        for (int i = 0; i < arrays; i++) {
            value = Wire.message().field(5, Wire.message().field(1, value));
        }
        expectDepth(
                allowed, Wire.request(Wire.span("deep").field(9, Wire.message().field(2, value))));
    }

    @ParameterizedTest
    @CsvSource({"8,true", "9,false", "10000,false"})
    void mapsInMapsAreLimitedToo(int maps, boolean allowed) {
        Wire value = Wire.message();
        for (int i = 0; i < maps; i++) {
            value = Wire.message()
                    .field(6, Wire.message().field(1, Wire.message().field(2, value)));
        }
        expectDepth(
                allowed, Wire.request(Wire.span("deep").field(9, Wire.message().field(2, value))));
    }

    private void expectDepth(boolean allowed, byte[] request) {
        Outcome outcome = read(request);
        if (allowed) {
            assertThat(outcome.spans).isEqualTo(1);
            assertThat(passage.bag(request, Way.BLOCK)).isEqualTo(SpanBag.parse(request));
        } else {
            assertThat(outcome.refused).extracting(FormatException::reason).containsExactly(Reason.TOO_DEEP);
        }
    }

    @Test
    void damagedResourceRefusesTheSpansUnderItOneByOne() {
        Wire scope = Wire.message().field(2, Wire.span("a")).field(2, Wire.span("b"));
        Wire damaged = Wire.message().field(1, Wire.message().raw(10, 5, 1)).field(2, scope);
        Wire deep = Wire.message()
                .field(2, scope)
                .field(1, Wire.message().field(1, nestedArrays(0).field(2, nestedArrays(40))));
        Wire good = Wire.message().field(2, Wire.message().field(2, Wire.span("c")));
        byte[] request =
                Wire.message().field(1, damaged).field(1, deep).field(1, good).bytes();
        Outcome outcome = read(request);
        assertThat(outcome.spans).isEqualTo(1);
        assertThat(outcome.refused)
                .extracting(FormatException::reason)
                .containsExactly(Reason.TRUNCATED, Reason.TRUNCATED, Reason.TOO_DEEP, Reason.TOO_DEEP);
    }

    @Test
    void messagesThatComeTwiceAreMergedAndTheLastScalarCounts() {
        Wire pair =
                Wire.message().field(1, "k".getBytes()).field(2, Wire.message().number(3, 7));
        Wire other = Wire.message()
                .field(1, "l".getBytes())
                .field(2, Wire.message().number(3, 8).number(2, 1));
        Wire twice = Wire.message()
                .field(
                        2,
                        Wire.message()
                                .field(5, Wire.message().field(1, Wire.message().number(3, 1))))
                .field(1, "twice".getBytes())
                .field(
                        2,
                        Wire.message()
                                .field(5, Wire.message().field(1, Wire.message().number(3, 2))));
        Wire span = Wire.span("first")
                .field(15, Wire.message().field(2, "message".getBytes()))
                .field(15, Wire.message().number(3, 2))
                .field(9, pair)
                .field(9, other)
                .field(9, twice)
                .field(5, "last".getBytes())
                .field(4, new byte[8])
                .field(4, new byte[0]);
        Wire scope = Wire.message()
                .field(1, Wire.message().field(1, "scope".getBytes()))
                .field(2, span)
                .field(1, Wire.message().field(2, "1.0".getBytes()))
                .field(3, "u".getBytes());
        Wire resource = Wire.message()
                .field(1, Wire.message().field(1, pair))
                .field(2, scope)
                .field(1, Wire.message().field(1, other))
                .field(1, new byte[0]);
        byte[] request = Wire.message().field(1, resource).bytes();
        SpanBag expected = SpanBag.parse(request);
        assertThat(expected.spans().findFirst().orElseThrow().getName()).isEqualTo("last");
        assertThat(passage.bag(request, Way.BLOCK)).isEqualTo(expected);
    }

    @Test
    void anEventThatSaysItsTimeOrItsNameAgainKeepsTheLast() {
        Wire pair =
                Wire.message().field(1, "k".getBytes()).field(2, Wire.message().number(3, 7));
        for (int again : new int[] {1, 2}) {
            Wire event = Wire.message().raw(1 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8).field(2, "first".getBytes());
            event.field(3, pair);
            if (again == 1) {
                event.raw(1 << 3 | 1, 8, 7, 6, 5, 4, 3, 2, 1);
            } else {
                event.field(2, "last".getBytes());
            }
            event.number(4, 3).field(3, pair);
            Wire other = Wire.message().raw(1 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 1).field(2, new byte[0]);
            byte[] request =
                    Wire.request(Wire.span("s").field(9, pair).field(11, event).field(11, other), Wire.span("next"));
            assertThat(passage.bag(request, Way.BLOCK)).isEqualTo(SpanBag.parse(request));
            assertThat(passage.refused()).isEmpty();
        }
    }

    @Test
    void unknownFieldsAreSkippedAndCountedUnlessTheyAreStored() {
        Wire pair = Wire.message().field(1, "k".getBytes()).number(77, 5);
        Wire value =
                Wire.message().field(1, "l".getBytes()).field(2, Wire.message().number(99, 5));
        Wire span = Wire.span("s")
                .number(100, 1)
                .field(11, Wire.message().number(50, 1))
                .field(13, Wire.message().number(50, 1))
                .field(15, Wire.message().number(50, 1))
                .field(9, pair)
                .field(9, value);
        Wire scope = Wire.message().field(2, span).number(9, 1);
        Wire resource = Wire.message().field(2, scope).number(9, 1);
        byte[] request = Wire.message().number(9, 1).field(1, resource).bytes();
        assertThat(read(request).unknown).isEqualTo(7);
        Span stored = passage.bag(request, Way.BLOCK).spans().findFirst().orElseThrow();
        assertThat(stored.getAttributesList())
                .isEqualTo(
                        SpanBag.parse(request).spans().findFirst().orElseThrow().getAttributesList());
    }

    @Test
    void spansAreReadFromTheFieldThatTheyHadForATime() throws Exception {
        ExportTraceServiceRequest request =
                ExportTraceServiceRequest.parseFrom(RandomRequests.restoreText(someRequest(7)));
        ExportTraceServiceRequest.Builder old = ExportTraceServiceRequest.newBuilder();
        for (ResourceSpans resource : request.getResourceSpansList()) {
            UnknownFieldSet.Field.Builder scopes = UnknownFieldSet.Field.newBuilder();
            resource.getScopeSpansList().forEach(scope -> scopes.addLengthDelimited(scope.toByteString()));
            old.addResourceSpans(resource.toBuilder()
                    .clearScopeSpans()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(1000, scopes.build())
                            .build()));
        }
        Outcome outcome = read(old.build().toByteArray());
        assertThat(outcome.refused).isEmpty();
        assertThat(outcome.spans).isPositive().isEqualTo(read(request.toByteArray()).spans);
    }

    @Test
    void aSpanMayFollowARefusedOneInTheSameDraft() {
        Wire longer = Wire.span("long").field(9, Wire.message().field(1, "k".getBytes()));
        for (int i = 0; i < 200; i++) {
            longer.field(11, Wire.message().field(3, Wire.message().field(1, ("k" + i).getBytes())));
        }
        byte[] request = Wire.request(longer.raw(0), Wire.span("short"));
        SpanBag bag = passage.bag(request, Way.SLAB);
        assertThat(bag.spans().map(Span::getName)).containsExactly("short");
        assertThat(passage.refused()).hasSize(1);
    }

    @Test
    void damagedBytesGiveNothingButFormatExceptions() {
        long seed = System.nanoTime();
        System.out.println("OtlpReaderTest.damagedBytes seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] request = random.nextInt(4) == 0 ? new byte[random.nextInt(60)] : someRequest(random.nextInt(50));
            if (request.length == 0) {
                continue;
            }
            for (int i = random.nextInt(4); i >= 0; i--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
            Outcome outcome = read(request);
            assertThat(outcome.spans).isLessThan(1000);
        }
    }

    @Test
    void whatIsAcceptedFromDamagedBytesCanBeWrittenAndReadAgain() {
        long seed = System.nanoTime();
        System.out.println("OtlpReaderTest.whatIsAccepted seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] request = someRequest(random.nextInt(50));
            request[random.nextInt(request.length)] ^= (byte) (1 << random.nextInt(8));
            List<byte[]> once = passage.through(request, Way.BLOCK);
            for (byte[] out : once) {
                List<byte[]> twice = passage.through(out, Way.BLOCK);
                assertThat(twice).hasSize(1);
                assertThat(twice.get(0)).isEqualTo(out);
            }
        }
    }

    private static Wire nestedArrays(int arrays) {
        Wire value = Wire.message();
        for (int i = 0; i < arrays; i++) {
            value = Wire.message().field(5, Wire.message().field(1, value));
        }
        return value;
    }

    private static final List<byte[]> REQUESTS = new ArrayList<>();

    /** Returns a copy of one of some random requests of moderate size. */
    private static byte[] someRequest(int which) {
        for (long seed = REQUESTS.size(); REQUESTS.size() <= which; seed++) {
            ExportTraceServiceRequest request = new RandomRequests(seed, false).next();
            int bytes = request.getSerializedSize();
            if (bytes > 300 && bytes < 6000 && SpanBag.of(request).size() > 0) {
                REQUESTS.add(RandomRequests.damageText(request.toByteArray()));
            }
        }
        return REQUESTS.get(which).clone();
    }

    private record Outcome(int spans, List<FormatException> refused, long unknown) {}

    private Outcome read(byte[] request) {
        OtlpReader reader = new OtlpReader().wrap(request, 0, request.length);
        List<FormatException> refused = new ArrayList<>();
        int spans = 0;
        while (true) {
            try {
                if (!reader.nextSpan(draft)) {
                    return new Outcome(spans, refused, reader.unknownFields());
                }
                spans++;
            } catch (FormatException e) {
                refused.add(e);
            }
        }
    }
}
