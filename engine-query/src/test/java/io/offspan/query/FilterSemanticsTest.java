package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operator;
import io.offspan.query.scan.ScanOutcome;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a filter means, one trap at a time. */
class FilterSemanticsTest {
    private static final Field X = Filter.attribute("x");
    private static final Consumer<SpanDraft> BARE = draft -> {};

    private static boolean passes(Filter filter, Consumer<SpanDraft> span) {
        TestBlocks blocks = new TestBlocks(10).add(span);
        return new QueryEngine(blocks::leaves).explain(Query.where(filter)).spansMatched() == 1;
    }

    private static Consumer<SpanDraft> x(String value) {
        return draft -> draft.attribute("x", value);
    }

    private static Consumer<SpanDraft> x(long value) {
        return draft -> draft.attribute("x", value);
    }

    private static Consumer<SpanDraft> x(double value) {
        return draft -> draft.attribute("x", value);
    }

    private static Consumer<SpanDraft> array(AnyValue... elements) {
        return draft -> draft.attributeAnyValue("x", arrayOf(elements).toByteArray());
    }

    private static AnyValue arrayOf(AnyValue... elements) {
        return AnyValue.newBuilder()
                .setArrayValue(ArrayValue.newBuilder().addAllValues(List.of(elements)))
                .build();
    }

    private static AnyValue text(String value) {
        return AnyValue.newBuilder().setStringValue(value).build();
    }

    private static AnyValue whole(long value) {
        return AnyValue.newBuilder().setIntValue(value).build();
    }

    private static KeyValue keyValue(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static Envelope resource(KeyValue... attributes) {
        byte[] message = Resource.newBuilder()
                .addAllAttributes(List.of(attributes))
                .build()
                .toByteArray();
        return new Envelope().set(message, 0, message.length, new byte[] {'u', 'r', 'l'}, 0, 3);
    }

    private static Envelope scope(String name, String version, KeyValue... attributes) {
        byte[] message = InstrumentationScope.newBuilder()
                .setName(name)
                .setVersion(version)
                .addAllAttributes(List.of(attributes))
                .build()
                .toByteArray();
        return new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
    }

    @Nested
    class MissingAndMistyped {
        @Test
        void everyComparisonWithAMissingAttributeIsFalse() {
            for (Operator operator : Operator.values()) {
                assertThat(passes(X.compare(operator, "a"), BARE))
                        .as("%s", operator)
                        .isFalse();
                if (!operator.isPattern()) {
                    assertThat(passes(X.compare(operator, 1L), BARE))
                            .as("%s", operator)
                            .isFalse();
                }
            }
        }

        @Test
        void everyComparisonWithAnotherTypeIsFalse() {
            for (Operator operator : Operator.values()) {
                assertThat(passes(X.compare(operator, "200"), x(200)))
                        .as("%s", operator)
                        .isFalse();
                if (!operator.isPattern()) {
                    assertThat(passes(X.compare(operator, 200L), x("200")))
                            .as("%s", operator)
                            .isFalse();
                    assertThat(passes(X.compare(operator, 1L), draft -> draft.attribute("x", true)))
                            .as("%s", operator)
                            .isFalse();
                }
            }
            assertThat(passes(X.notEqualTo(true), x(1))).isFalse();
        }

        @Test
        void negationIsPlain() {
            assertThat(passes(X.notEqualTo(1), BARE)).isFalse();
            assertThat(passes(X.equalTo(1).not(), BARE)).isTrue();
            assertThat(passes(X.equalTo(1).not(), x("1"))).isTrue();
            assertThat(passes(X.equalTo(1).not(), x(1))).isFalse();
            assertThat(passes(X.doesNotMatch("a"), BARE)).isFalse();
            assertThat(passes(X.doesNotMatch("a"), x("b"))).isTrue();
            assertThat(passes(X.matches("a").not(), BARE)).isTrue();
        }

        @Test
        void bytesEmptyValuesAndListsExistButNeverCompare() {
            List<Consumer<SpanDraft>> values = List.of(
                    draft -> draft.attribute("x", new byte[] {'a'}),
                    draft -> draft.attributeEmpty("x"),
                    draft -> draft.attributeAnyValue(
                            "x",
                            AnyValue.newBuilder()
                                    .setKvlistValue(io.opentelemetry.proto.common.v1.KeyValueList.newBuilder()
                                            .addValues(keyValue("a", text("a"))))
                                    .build()
                                    .toByteArray()));
            for (Consumer<SpanDraft> value : values) {
                assertThat(passes(X.exists(), value)).isTrue();
                assertThat(passes(X.isAbsent(), value)).isFalse();
                assertThat(passes(X.equalTo("a"), value)).isFalse();
                assertThat(passes(X.notEqualTo("a"), value)).isFalse();
                assertThat(passes(X.notEqualTo(1), value)).isFalse();
            }
        }

        @Test
        void presenceLooksAtTheKeyAlone() {
            assertThat(passes(X.exists(), BARE)).isFalse();
            assertThat(passes(X.isAbsent(), BARE)).isTrue();
            assertThat(passes(X.exists(), draft -> draft.attribute("xx", 1).attribute("", 2)))
                    .isFalse();
            assertThat(passes(Filter.spanAttribute("").exists(), draft -> draft.attribute("", 2)))
                    .isTrue();
        }

        @Test
        void anAttributeWithFieldsOfALaterOtlpStillCompares() {
            KeyValue later = keyValue("x", whole(5)).toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    99,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addVarint(1)
                                            .build())
                            .build())
                    .build();
            TestBlocks blocks = TestBlocks.of(
                    List.of(ExportTraceServiceRequest.newBuilder()
                            .addResourceSpans(ResourceSpans.newBuilder()
                                    .addScopeSpans(ScopeSpans.newBuilder()
                                            .addSpans(Span.newBuilder()
                                                    .setTraceId(ByteString.copyFrom(new byte[16]))
                                                    .setSpanId(ByteString.copyFrom(new byte[8]))
                                                    .addAttributes(later))))
                            .build()),
                    10);
            assertThat(new QueryEngine(blocks::leaves)
                            .explain(Query.where(X.equalTo(5)))
                            .spansMatched())
                    .isEqualTo(1);
            assertThat(new QueryEngine(blocks::leaves)
                            .explain(Query.where(X.notEqualTo(5)))
                            .spansMatched())
                    .isZero();
        }

        @Test
        void theFirstOfRepeatedKeysCounts() {
            Consumer<SpanDraft> twice =
                    draft -> draft.attribute("y", 0).attribute("x", 1).attribute("x", 2);
            assertThat(passes(X.equalTo(1), twice)).isTrue();
            assertThat(passes(X.equalTo(2), twice)).isFalse();
        }
    }

    @Nested
    class Places {
        private final Envelope resource = resource(keyValue("x", text("resource")));
        private final Envelope scope = scope("lib", "1.2", keyValue("x", text("scope")));

        @Test
        void anUnscopedKeyIsTakenFromTheFirstPlaceThatHasIt() {
            Consumer<SpanDraft> inScope = draft -> draft.scope(scope).resource(resource());
            Consumer<SpanDraft> inLink =
                    inScope.andThen(draft -> draft.link(1, 2, 3).attribute("x", "link"));
            Consumer<SpanDraft> inEvent =
                    inLink.andThen(draft -> draft.event(1, "e").attribute("x", "event"));
            Consumer<SpanDraft> inResource = inEvent.andThen(draft -> draft.resource(resource));
            assertThat(passes(X.equalTo("scope"), inScope)).isTrue();
            assertThat(passes(X.equalTo("link"), inLink)).isTrue();
            assertThat(passes(X.equalTo("scope"), inLink)).isFalse();
            assertThat(passes(X.equalTo("event"), inEvent)).isTrue();
            assertThat(passes(X.equalTo("link"), inEvent)).isFalse();
            assertThat(passes(X.equalTo("resource"), inResource)).isTrue();
            assertThat(passes(X.equalTo("event"), inResource)).isFalse();
        }

        @Test
        void theFirstPlaceDecidesEvenWithAnotherType() {
            Consumer<SpanDraft> both = draft -> draft.resource(resource).attribute("x", 5);
            assertThat(passes(X.equalTo("resource"), both)).isFalse();
            assertThat(passes(X.equalTo(5), both)).isTrue();
            assertThat(passes(Filter.resourceAttribute("x").equalTo("resource"), both))
                    .isTrue();
            assertThat(passes(Filter.spanAttribute("x").equalTo("resource"), both))
                    .isFalse();
        }

        @Test
        void oneEventOrLinkThatSatisfiesIsEnough() {
            Consumer<SpanDraft> events = draft -> draft.event(1, "first")
                    .attribute("x", "a")
                    .event(2, "second")
                    .attribute("x", "b")
                    .event(3, "third");
            Field inEvent = Filter.eventAttribute("x");
            assertThat(passes(inEvent.equalTo("b"), events)).isTrue();
            assertThat(passes(inEvent.notEqualTo("b"), events)).isTrue();
            assertThat(passes(
                            inEvent.notEqualTo("b"),
                            draft -> draft.event(1, "e").attribute("x", "b")))
                    .isFalse();
            assertThat(passes(Filter.event("second"), events)).isTrue();
            assertThat(passes(Filter.event("fourth"), events)).isFalse();
            assertThat(passes(Intrinsic.EVENT_NAME.notEqualTo("second"), events))
                    .isTrue();
            assertThat(passes(Intrinsic.EVENT_NAME.notEqualTo("second"), BARE)).isFalse();
            Field inLink = Filter.linkAttribute("x");
            Consumer<SpanDraft> links =
                    draft -> draft.link(1, 2, 3).link(4, 5, 6).attribute("x", 7).event(1, "e");
            assertThat(passes(inLink.atLeast(7), links)).isTrue();
            assertThat(passes(inEvent.exists(), links)).isFalse();
        }

        @Test
        void serviceScopeNameAndVersionComeFromTheEnvelopes() {
            Envelope cart = resource(keyValue("host", text("h")), keyValue("service.name", text("cart")));
            Consumer<SpanDraft> span = draft -> draft.resource(cart).scope(scope);
            assertThat(passes(Filter.service("cart"), span)).isTrue();
            assertThat(passes(Filter.service("car"), span)).isFalse();
            assertThat(passes(Intrinsic.SERVICE.matches("c.*"), span)).isTrue();
            assertThat(passes(Intrinsic.SCOPE_NAME.equalTo("lib"), span)).isTrue();
            assertThat(passes(Intrinsic.SCOPE_VERSION.greaterThan("1"), span)).isTrue();
            assertThat(passes(Filter.instrumentationAttribute("x").equalTo("scope"), span))
                    .isTrue();
            assertThat(passes(Intrinsic.SERVICE.exists(), BARE)).isFalse();
            assertThat(passes(Filter.service(""), BARE)).isTrue();
            assertThat(passes(Filter.service("").not(), span)).isTrue();
            Envelope number = resource(keyValue("service.name", whole(5)));
            assertThat(passes(Filter.service(""), draft -> draft.resource(number)))
                    .isTrue();
            assertThat(passes(Intrinsic.SCOPE_NAME.exists(), draft -> draft.scope(scope("", "1"))))
                    .isFalse();
        }
    }

    @Nested
    class Numbers {
        @Test
        void wholeAndFractionalNumbersCompareAcrossTypes() {
            assertThat(passes(X.equalTo(200.0), x(200))).isTrue();
            assertThat(passes(X.equalTo(200L), x(200.0))).isTrue();
            assertThat(passes(X.greaterThan(199.5), x(200))).isTrue();
            assertThat(passes(X.lessThan(200L), x(199.5))).isTrue();
            assertThat(passes(X.notEqualTo(200L), x(200.0))).isFalse();
            assertThat(passes(X.equalTo(0L), x(-0.0))).isTrue();
            assertThat(passes(X.equalTo(-0.0), x(0))).isTrue();
            assertThat(passes(X.atLeast(-1.5), x(-1))).isTrue();
            assertThat(passes(X.atMost(-1.5), x(-1))).isFalse();
        }

        @Test
        void largeNumbersAreNotRounded() {
            long odd = (1L << 53) + 1;
            assertThat(passes(X.equalTo((double) (1L << 53)), x(odd))).isFalse();
            assertThat(passes(X.greaterThan((double) (1L << 53)), x(odd))).isTrue();
            assertThat(passes(X.equalTo(odd), x((double) (1L << 53)))).isFalse();
            assertThat(passes(X.equalTo(0x1p63), x(Long.MAX_VALUE))).isFalse();
            assertThat(passes(X.lessThan(0x1p63), x(Long.MAX_VALUE))).isTrue();
            assertThat(passes(X.equalTo(-0x1p63), x(Long.MIN_VALUE))).isTrue();
            assertThat(passes(X.greaterThan(Double.NEGATIVE_INFINITY), x(Long.MIN_VALUE)))
                    .isTrue();
        }

        @Test
        void notANumberOnlyDiffers() {
            for (Operator operator : Operator.values()) {
                if (!operator.isPattern()) {
                    boolean differs = operator == Operator.NOT_EQUAL;
                    assertThat(passes(X.compare(operator, 1L), x(Double.NaN))).isEqualTo(differs);
                    assertThat(passes(X.compare(operator, Double.NaN), x(1))).isEqualTo(differs);
                    assertThat(passes(X.compare(operator, Double.NaN), x(Double.NaN)))
                            .isEqualTo(differs);
                }
            }
        }

        @Test
        void timesAreUnsignedAndAnEndBeforeTheStartIsADurationOfZero() {
            Consumer<SpanDraft> backwards = draft -> draft.times(-10L, -30L);
            assertThat(passes(Intrinsic.DURATION.equalTo(0), backwards)).isTrue();
            assertThat(passes(Intrinsic.DURATION.lessThan(0), backwards)).isFalse();
            assertThat(passes(Filter.minDuration(Duration.ZERO), backwards)).isTrue();
            assertThat(passes(Intrinsic.DURATION.greaterThan(-20.5), backwards)).isTrue();
            assertThat(passes(Intrinsic.START.greaterThan(Long.MAX_VALUE), backwards))
                    .isTrue();
            assertThat(passes(Intrinsic.START.greaterThan(0x1p63), backwards)).isTrue();
            assertThat(passes(Intrinsic.START.lessThan(0x1p64), backwards)).isTrue();
            assertThat(passes(Intrinsic.START.equalTo(-10), backwards)).isTrue();
            assertThat(passes(Intrinsic.END.lessThan(-10), backwards)).isTrue();
            assertThat(passes(Intrinsic.END.greaterThan(-1.0), backwards)).isTrue();
        }

        @Test
        void aSpanWithoutAnEndHasNoDuration() {
            for (long start : new long[] {1, 1_764_000_000_000_000_000L, Long.MIN_VALUE, -1, 0}) {
                Consumer<SpanDraft> unfinished = draft -> draft.times(start, 0);
                for (Operator operator : Operator.values()) {
                    if (!operator.isPattern()) {
                        assertThat(passes(Intrinsic.DURATION.compare(operator, -start), unfinished))
                                .as("%s %s", operator, start)
                                .isFalse();
                        assertThat(passes(Intrinsic.DURATION.compare(operator, 0.5), unfinished))
                                .isFalse();
                    }
                }
                assertThat(passes(Intrinsic.DURATION.exists(), unfinished)).isFalse();
                assertThat(passes(Intrinsic.END.equalTo(0), unfinished)).isTrue();
                assertThat(passes(Intrinsic.START.equalTo(start), unfinished)).isTrue();
            }
        }
    }

    @Nested
    class Texts {
        @Test
        void textIsOrderedByItsUtf8Bytes() {
            assertThat(passes(X.lessThan("b"), x("a"))).isTrue();
            assertThat(passes(X.lessThan("aa"), x("a"))).isTrue();
            assertThat(passes(X.greaterThan("a"), x("ä"))).isTrue();
            // By UTF-16 units the surrogates of U+1F600 would come before U+FF5E.
            assertThat(passes(X.greaterThan("\uff5e"), x("\ud83d\ude00"))).isTrue();
            assertThat(passes(X.atMost("a"), x("a"))).isTrue();
            assertThat(passes(X.greaterThan("a"), x("a"))).isFalse();
            assertThat(passes(X.equalTo(""), x(""))).isTrue();
        }

        @Test
        void aRegularExpressionMatchesTheWholeText() {
            assertThat(passes(X.matches("b"), x("abc"))).isFalse();
            assertThat(passes(X.matches("a|ab"), x("ab"))).isTrue();
            assertThat(passes(X.matches(".*b.*"), x("abc"))).isTrue();
            assertThat(passes(X.matches("(?i)ABC"), x("abc"))).isTrue();
            assertThat(passes(X.matches("ä.\\p{Greek}"), x("ä\ud83d\ude00π"))).isTrue();
            assertThat(passes(X.matches("a.*"), x("a\nb"))).isTrue();
            assertThat(passes(X.matches("(?-s)a.*"), x("a\nb"))).isFalse();
            assertThat(passes(X.doesNotMatch("b"), x("abc"))).isTrue();
            assertThat(passes(X.matches(""), x(""))).isTrue();
        }

        @Test
        void inlineAndSharedStringsAreTheSame() {
            TestBlocks blocks = new TestBlocks(1000);
            for (int i = 0; i < 1000; i++) {
                String value = "unique-" + i;
                blocks.add(draft -> draft.attribute("x", value).attribute("y", "same"));
            }
            assertThat(count(blocks, X.matches("unique-.*7"))).isEqualTo(100);
            assertThat(count(blocks, X.lessThan("unique-2"))).isEqualTo(112);
            assertThat(count(blocks, Filter.attribute("y").matches("s..e").and(X.equalTo("unique-500"))))
                    .isEqualTo(1);
        }

        @Test
        void invalidUtf8ComparesByItsBytes() {
            byte[] source = {'x', (byte) 0xff, 'a'};
            Consumer<SpanDraft> span =
                    draft -> draft.source(source).attribute(0, 1, SpanDraft.STRING, SpanDraft.range(1, 2));
            assertThat(passes(X.equalTo("\ufffda"), span)).isFalse();
            assertThat(passes(X.greaterThan("\ud83d\ude00"), span)).isTrue();
            assertThat(passes(X.matches("\ufffda"), span)).isTrue();
        }

        private static long count(TestBlocks blocks, Filter filter) {
            return new QueryEngine(blocks::leaves).explain(Query.where(filter)).spansMatched();
        }
    }

    @Nested
    class Arrays {
        @Test
        void equalAndMatchNeedOneElement() {
            Consumer<SpanDraft> array = array(text("a"), text("b"));
            assertThat(passes(X.equalTo("b"), array)).isTrue();
            assertThat(passes(X.equalTo("c"), array)).isFalse();
            assertThat(passes(X.matches("[bc]"), array)).isTrue();
            assertThat(passes(X.matches("ab"), array)).isFalse();
            assertThat(passes(X.greaterThan(1.5), array(whole(1), whole(2)))).isTrue();
        }

        @Test
        void differAndNotMatchNeedEveryElement() {
            Consumer<SpanDraft> array = array(text("a"), text("b"));
            assertThat(passes(X.notEqualTo("b"), array)).isFalse();
            assertThat(passes(X.notEqualTo("c"), array)).isTrue();
            assertThat(passes(X.doesNotMatch("[bc]"), array)).isFalse();
            assertThat(passes(X.doesNotMatch("[cd]"), array)).isTrue();
        }

        @Test
        void elementsOfAnotherTypeDoNotCount() {
            assertThat(passes(X.notEqualTo(1), array(text("a")))).isFalse();
            assertThat(passes(X.notEqualTo(1), array(text("a"), whole(2)))).isTrue();
            assertThat(passes(X.notEqualTo(1), array(text("a"), whole(1)))).isFalse();
            assertThat(passes(X.notEqualTo(1), array())).isFalse();
            assertThat(passes(X.equalTo(1), array(arrayOf(whole(1))))).isFalse();
        }

        @Test
        void arraysOfResourcesFollowTheSameRule() {
            Envelope envelope = resource(keyValue("x", arrayOf(text("a"), text("b"))));
            assertThat(passes(X.equalTo("b"), draft -> draft.resource(envelope)))
                    .isTrue();
            assertThat(passes(X.notEqualTo("b"), draft -> draft.resource(envelope)))
                    .isFalse();
        }
    }

    @Nested
    class Intrinsics {
        @Test
        void idsAreFoundByTheirDigitsInEitherCase() {
            Consumer<SpanDraft> span = draft -> draft.ids(0xABL << 56, 2, -1L).parent(0x10);
            assertThat(passes(Filter.traceId("AB000000000000000000000000000002"), span))
                    .isTrue();
            assertThat(passes(Filter.traceId("ab000000000000000000000000000003"), span))
                    .isFalse();
            assertThat(passes(Intrinsic.TRACE_ID.greaterThan("7f000000000000000000000000000000"), span))
                    .isTrue();
            assertThat(passes(Filter.spanId("ffffffffffffffff"), span)).isTrue();
            assertThat(passes(Intrinsic.SPAN_ID.matches("f+"), span)).isTrue();
            assertThat(passes(Filter.parentId("0000000000000010"), span)).isTrue();
            assertThat(passes(Intrinsic.PARENT_ID.notEqualTo("0000000000000010"), span))
                    .isFalse();
        }

        @Test
        void aRootHasNoParentId() {
            assertThat(passes(Intrinsic.PARENT_ID.isAbsent(), BARE)).isTrue();
            assertThat(passes(Intrinsic.PARENT_ID.notEqualTo("0000000000000010"), BARE))
                    .isTrue();
            assertThat(passes(Intrinsic.PARENT_ID.exists(), draft -> draft.parent(0)))
                    .isTrue();
        }

        @Test
        void aSpanWithoutStatusIsUnset() {
            assertThat(passes(Filter.status(SpanStatus.UNSET), BARE)).isTrue();
            assertThat(passes(Filter.status(SpanStatus.UNSET), draft -> draft.status(0)))
                    .isTrue();
            assertThat(passes(Filter.status(SpanStatus.ERROR), draft -> draft.status(2)))
                    .isTrue();
            assertThat(passes(Filter.status(SpanStatus.ERROR).not(), draft -> draft.status(77)))
                    .isTrue();
            assertThat(passes(Intrinsic.STATUS_MESSAGE.equalTo("m"), draft -> draft.statusMessage("m")))
                    .isTrue();
            assertThat(passes(Intrinsic.STATUS_MESSAGE.notEqualTo("m"), BARE)).isTrue();
            assertThat(passes(Intrinsic.STATUS_MESSAGE.exists(), BARE)).isFalse();
        }

        @Test
        void kindsAndNamesCompare() {
            assertThat(passes(Filter.kind(SpanKind.SERVER), draft -> draft.kind(2)))
                    .isTrue();
            assertThat(passes(Filter.kind(SpanKind.CONSUMER), draft -> draft.kind(99)))
                    .isFalse();
            assertThat(passes(Filter.name("GET /"), draft -> draft.name("GET /")))
                    .isTrue();
            assertThat(passes(Intrinsic.NAME.notEqualTo("GET /"), BARE)).isTrue();
            assertThat(passes(Intrinsic.NAME.equalTo(""), BARE)).isTrue();
        }
    }

    @Nested
    class Logic {
        @Test
        void emptyListsAreNeutral() {
            assertThat(passes(Filter.all(), BARE)).isTrue();
            assertThat(passes(Filter.none(), BARE)).isFalse();
            assertThat(passes(Filter.all().not(), BARE)).isFalse();
        }

        @Test
        void andOrAndNotCombine() {
            Consumer<SpanDraft> span = draft -> draft.attribute("x", 1).attribute("y", 2);
            Filter x = X.equalTo(1);
            Filter y = Filter.attribute("y").equalTo(3);
            assertThat(passes(x.and(y), span)).isFalse();
            assertThat(passes(x.or(y), span)).isTrue();
            assertThat(passes(x.and(y.not()), span)).isTrue();
            assertThat(passes(y.or(x.not()).not(), span)).isTrue();
        }

        @Test
        void aDamagedResourceIsCountedAndNotPassedOver() {
            byte[] junk = {10, 127, 's', 'h', 'o', 'r', 't'};
            Envelope broken = new Envelope().set(junk, 0, junk.length, new byte[0], 0, 0);
            TestBlocks blocks = new TestBlocks(10).add(BARE).add(draft -> draft.resource(broken));
            ScanOutcome outcome = new QueryEngine(blocks::leaves)
                    .explain(Query.where(Filter.service("a").not()));
            assertThat(outcome.spansMatched()).isEqualTo(1);
            assertThat(outcome.spansDamaged()).isEqualTo(1);
            assertThat(outcome.complete()).isFalse();
        }
    }
}
