package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.model.Value;
import io.offspan.codec.span.SpanDraft;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Matching;
import io.offspan.query.ast.ParentAttribute;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.Selection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an answer gives for the fields that are selected, and a matcher for the span that it was asked about. */
class SelectedValuesTest {
    private static final Value MAP =
            Value.of(Attributes.builder().put("k", "v").put("n", 5).build());
    private static final Map<Field, Value> WANTED = new LinkedHashMap<>();

    static {
        WANTED.put(Filter.spanAttribute("bytes"), Value.of(new byte[] {1, (byte) 0xff}));
        WANTED.put(Filter.spanAttribute("map"), MAP);
        WANTED.put(Filter.spanAttribute("list"), Value.of(List.of(Value.of(1), MAP, Value.of("x"), Value.EMPTY)));
        WANTED.put(Filter.spanAttribute("nothing"), Value.EMPTY);
        WANTED.put(Filter.attribute("missing"), null);
        WANTED.put(Filter.eventAttribute("list"), Value.of(List.of(Value.of(2.5))));
        WANTED.put(Intrinsic.START, Value.of(-7));
        WANTED.put(Intrinsic.END, Value.of(0));
        WANTED.put(Intrinsic.DURATION, null);
        WANTED.put(Intrinsic.KIND, Value.of("server"));
        WANTED.put(Intrinsic.STATUS_MESSAGE, null);
        WANTED.put(Intrinsic.SERVICE, null);
    }

    private final TestBlocks blocks =
            new TestBlocks(2).add(SelectedValuesTest::fill).add(draft -> draft.times(1, 2));

    private static void fill(SpanDraft draft) {
        draft.times(-7, 0).kind(2);
        WANTED.forEach((field, value) -> {
            String name = field.toString();
            if (value != null && name.startsWith("span.")) {
                draft.attributeAnyValue(name.substring("span.".length()), value.encode());
            }
        });
        draft.event(5, "e");
        draft.event(6, "f")
                .attributeAnyValue("list", Value.of(List.of(Value.of(2.5))).encode());
    }

    @Test
    void everyTypeOfValueIsGiven() {
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.where(Filter.all()).limit(1))) {
            assertThat(answer.next()).isTrue();
            WANTED.forEach((field, value) ->
                    assertThat(answer.value(field)).as("%s", field).isEqualTo(value));
        }
    }

    @Test
    void ofTheParentEveryTypeOfValueIsGiven() {
        TestBlocks family = new TestBlocks(1)
                .add(draft -> fill(draft.ids(1, 1, 1)))
                .add(draft -> draft.ids(1, 1, 2).parent(1).times(1, 2));
        List<Field> fields = WANTED.keySet().stream()
                .filter(Attribute.class::isInstance)
                .map(field -> (Field) new ParentAttribute((Attribute) field))
                .toList();
        Pipeline question = new Pipeline(List.of(new Matching(Intrinsic.PARENT_ID.exists()), new Selection(fields)));
        try (SpanCursor answer = new QueryEngine(family::leaves).find(Query.of(question))) {
            assertThat(answer.next()).isTrue();
            fields.forEach(field -> assertThat(answer.value(field))
                    .as("%s", field)
                    .isEqualTo(WANTED.get(((ParentAttribute) field).of())));
            assertThat(answer.next()).isFalse();
        }
    }

    @Test
    void aMatcherGivesTheValuesOfTheSpanItWasAskedAbout() {
        SpanMatcher matcher = Query.traceQl("{ kind = server }").matcher();
        TestBlocks.TestLeaves leaves = blocks.leaves();
        BlockReader block = new BlockReader();
        assertThat(leaves.open(0, block)).isTrue();
        matcher.enterBlock(block);
        assertThatThrownBy(() -> matcher.value(Intrinsic.KIND))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ask whether one matches");
        assertThat(matcher.matches(block.span(0))).isTrue();
        WANTED.forEach((field, value) ->
                assertThat(matcher.value(field)).as("%s", field).isEqualTo(value));
        assertThat(matcher.matches(block.span(1))).isFalse();
        assertThat(matcher.value(Intrinsic.END)).isEqualTo(Value.of(2));
    }
}
