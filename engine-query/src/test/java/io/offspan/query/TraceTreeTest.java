package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Span;
import io.offspan.query.TraceTree.Oddity;
import io.offspan.query.TraceTree.Trait;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTreeTest {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;

    private static Span span(long id, long parent, int kind, long start, long end) {
        Span.Builder span = Span.builder()
                .ids(1, 2, id)
                .name("s" + id)
                .kind(kind)
                .times(start, end)
                .resource(Resource.builder().put("service.name", "shop").build());
        return (parent == 0 ? span : span.parent(parent)).build();
    }

    private static List<String> places(TraceTree tree) {
        return tree.rows().stream()
                .map(row -> "  ".repeat(row.depth()) + row.span().name())
                .toList();
    }

    @Test
    void putsEachSpanBelowItsParent() {
        TraceTree tree = new TraceTree(List.of(
                span(3, 1, CLIENT, 30, 40),
                span(2, 1, CLIENT, 20, 25),
                span(1, 0, SERVER, 10, 50),
                span(4, 3, SERVER, 31, 39)));
        assertThat(places(tree)).containsExactly("s1", "  s2", "  s3", "    s4");
        assertThat(tree.rows()).allMatch(row -> row.oddities().isEmpty());
    }

    @Test
    void saysWhatIsOdd() {
        TraceTree tree = new TraceTree(List.of(
                span(1, 0, SERVER, 10, 50),
                span(2, 1, CLIENT, 3, 20),
                span(3, 1, CLIENT, 45, 60),
                span(4, 9, SERVER, 70, 65)));
        assertThat(tree.rows().stream().map(TraceTree.Row::oddities))
                .containsExactly(
                        List.of(),
                        List.of(new Oddity(Trait.STARTS_EARLY, 7)),
                        List.of(new Oddity(Trait.ENDS_LATE, 10)),
                        List.of(new Oddity(Trait.PARENT_MISSING, 0), new Oddity(Trait.ENDS_BEFORE_START, 0)));
        assertThat(tree.orphans()).isEqualTo(1);
        assertThat(tree.skewed()).isEqualTo(2);
        assertThat(tree.rows().get(1).notes(nanos -> nanos + " ns")).containsExactly("starts 7 ns early");
    }

    @Test
    void losesNoSpanOfACircle() {
        TraceTree tree = new TraceTree(List.of(span(1, 2, SERVER, 10, 20), span(2, 1, SERVER, 11, 19)));
        assertThat(places(tree)).containsExactly("s1", "  s2");
        assertThat(tree.rows().get(0).oddities()).containsExactly(new Oddity(Trait.IN_CIRCLE, 0));
    }
}
