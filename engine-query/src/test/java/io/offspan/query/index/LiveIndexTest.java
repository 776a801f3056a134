package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.query.RandomSpans;
import io.offspan.query.TestBlocks;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiveIndexTest {
    private static final long MEGABYTE = 1 << 20;
    private static final List<String> KEYS =
            List.of("a", "b", "c", "d.e", "service.name", "", "f g", "ключ", "never seen");
    private static final List<String> TEXTS =
            List.of("", "a", "b", "ab", "200", "GET", "ä", "\ud83d\ude00", "line\nbreak", "Z", "never seen");
    private static final long[] WHOLES = {0, 1, -1, 2, 200, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, (1L << 53) + 1};
    private static final double[] FRACTIONS = {
        -0.0, 0.5, 200.0, 0x1p53, 0x1p63, -0x1p63, Double.POSITIVE_INFINITY, -1e300, 0.25
    };

    private final PagePool pool = new PagePool();
    private final LiveView view = new LiveView();

    @Test
    void everyTermIsAnsweredAsTheScanAnswersIt() {
        for (int seed = 0; seed < 2; seed++) {
            Random random = new Random(seed);
            List<BlockReader> blocks =
                    TestBlocks.of(new RandomSpans(random).requests(400), 60).readers();
            LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
            addAll(index, blocks);
            ScannedTerms scanned = new ScannedTerms(blocks);
            try (LiveView now = view.open(index)) {
                assertThat(now.indexed()).isEqualTo(400);
                for (Question question : questions()) {
                    scanned.require(now, question.field, question.operand, random);
                }
            }
            assertThat(scanned.exact()).isGreaterThan(300);
            assertThat(scanned.nothing()).isGreaterThan(100);
            index.close();
        }
    }

    record Question(Field field, Operand operand) {}

    static List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        for (AttributeScope scope : AttributeScope.values()) {
            for (String key : scope == AttributeScope.ANY ? List.<String>of() : KEYS) {
                Attribute field = new Attribute(scope, key);
                TEXTS.forEach(text -> questions.add(new Question(field, new Operand.Text(text))));
                for (long number : WHOLES) {
                    questions.add(new Question(field, new Operand.Whole(number)));
                }
                for (double number : FRACTIONS) {
                    questions.add(new Question(field, new Operand.Fraction(number)));
                }
                questions.add(new Question(field, new Operand.Truth(true)));
                questions.add(new Question(field, new Operand.Truth(false)));
            }
        }
        for (String text : TEXTS) {
            questions.add(new Question(Intrinsic.NAME, new Operand.Text(text)));
            questions.add(new Question(Intrinsic.SERVICE, new Operand.Text(text)));
            questions.add(new Question(Intrinsic.EVENT_NAME, new Operand.Text(text)));
            if (!text.isEmpty()) {
                questions.add(new Question(Intrinsic.SCOPE_NAME, new Operand.Text(text)));
                questions.add(new Question(Intrinsic.SCOPE_VERSION, new Operand.Text(text)));
                questions.add(new Question(Intrinsic.STATUS_MESSAGE, new Operand.Text(text)));
            }
        }
        for (SpanKind kind : SpanKind.values()) {
            questions.add(new Question(Intrinsic.KIND, new Operand.OfKind(kind)));
        }
        for (SpanStatus status : SpanStatus.values()) {
            questions.add(new Question(Intrinsic.STATUS, new Operand.OfStatus(status)));
        }
        return questions;
    }

    @Test
    void errorsOfAServiceAndRootsHaveTermsOfTheirOwn() {
        Random random = new Random(9);
        List<BlockReader> blocks =
                TestBlocks.of(new RandomSpans(random).requests(900), 150).readers();
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        addAll(index, blocks);
        ScannedTerms scanned = new ScannedTerms(blocks);
        Postings postings = new Postings();
        try (LiveView now = view.open(index)) {
            BitSet errors = scanned.scan(Intrinsic.STATUS, new Operand.OfStatus(SpanStatus.ERROR), 900);
            for (String service : TEXTS) {
                BitSet both = scanned.scan(Intrinsic.SERVICE, new Operand.Text(service), 900);
                both.and(errors);
                Answer answer = now.lookup(Term.of(Scope.SERVICE_OF_ERROR, "", service), false, postings);
                assertThat(answer).isEqualTo(both.isEmpty() ? Answer.NOTHING : Answer.EXACT);
                assertThat(Walks.drain(postings)).isEqualTo(both);
            }
            BitSet roots = new BitSet();
            forEachSpan(blocks, (ordinal, span) -> roots.set(ordinal, !span.hasParent()));
            assertThat(now.lookup(Term.of(Scope.ROOT, "", true), false, postings))
                    .isEqualTo(Answer.EXACT);
            assertThat(Walks.drain(postings)).isEqualTo(roots);
        }
    }

    @Test
    void theSpansOfATraceAreFoundInEitherDirection() {
        TestBlocks made = new TestBlocks(500);
        Random random = new Random(4);
        for (int i = 0; i < 40_000; i++) {
            int trace = i < 30_000 ? random.nextInt(20_000) : 5;
            made.add(span -> span.ids(trace % 3, trace, 1).name("n"));
        }
        List<BlockReader> blocks = made.readers();
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        addAll(index, blocks);
        requireTraces(index, blocks, 40_000);
        assertThat(index.tracesEnd()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void withoutMemoryForTracesTheirIdsAreFiltered() {
        TestBlocks made = new TestBlocks(500);
        for (int i = 0; i < 30_000; i++) {
            int trace = i;
            made.add(span -> span.ids(trace % 3, trace, 1).name("n"));
        }
        List<BlockReader> blocks = made.readers();
        LiveIndex index = new LiveIndex(pool, 3 * MEGABYTE);
        addAll(index, blocks);
        assertThat(index.tracesEnd()).isBetween(1, 29_999);
        requireTraces(index, blocks, 30_000);
    }

    private void requireTraces(LiveIndex index, List<BlockReader> blocks, int spans) {
        Map<Long, BitSet> expected = new HashMap<>();
        forEachSpan(
                blocks,
                (ordinal, span) -> expected.computeIfAbsent(span.traceIdLow(), low -> new BitSet())
                        .set(ordinal));
        TraceSpans found = new TraceSpans();
        try (LiveView now = view.open(index)) {
            assertThat(now.indexed()).isEqualTo(spans);
            long most = 0;
            for (long trace = 0; trace < 20_000; trace += 7) {
                BitSet wanted = expected.getOrDefault(trace, new BitSet());
                Answer answer = now.trace(trace % 3, trace, trace % 2 == 0, found);
                BitSet walked = Walks.drain(found);
                most = Math.max(most, walked.cardinality() - wanted.cardinality());
                BitSet all = trace % 2 == 0 ? Walks.mirrored(walked, spans) : walked;
                all.and(wanted);
                assertThat(all).isEqualTo(wanted);
                assertThat(answer == Answer.NOTHING).isEqualTo(walked.isEmpty());
            }
            assertThat(most).isLessThanOrEqualTo(index.tracesEnd() < spans ? 1500 : 0);
        }
    }

    /** Each chunk has 12,000 spans at its beginning only, which is enough to decide about the next one. */
    @Test
    void aKeyThatChangesItsNatureIsAnsweredRightInEveryChunk() {
        int chunks = 6;
        int spansAChunk = 12_000;
        TestBlocks made = new TestBlocks(1000);
        for (int i = 0; i < chunks * spansAChunk; i++) {
            int chunk = i / spansAChunk;
            long value = i;
            String user = i % 20 == 0 ? "heavy" : "user-" + i % 30_000;
            // Few values, then one a span in the middle, then few again.
            long state = chunk == 1 || chunk == 2 ? value : value % 7;
            String late = chunk < 3 || i % 3 == 0 ? "same" : "late-" + i;
            // What is too long for a term ends the making of terms, but in the first chunk only.
            String mixed = i == 0 ? "long".repeat(TermTable.MAX_TEXT_BYTES) : i % 500 == 0 ? "x" : "y";
            made.add(span -> span.name("n")
                    .attribute("user", user)
                    .attribute("mixed", mixed)
                    .attribute("state", state)
                    .attribute("late", late)
                    .attribute("score", value * 0.5 + 0.25));
        }
        List<BlockReader> blocks = made.readers();
        int[] firsts = new int[blocks.size()];
        for (int block = 0; block < firsts.length; block++) {
            firsts[block] = (block / 12 << LiveIndex.CHUNK_BITS) + block % 12 * 1000;
        }
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        ScannedTerms scanned = new ScannedTerms(blocks, firsts);
        Random random = new Random(8);
        for (int block = 0; block < firsts.length; block++) {
            assertThat(index.add(firsts[block], blocks.get(block))).isTrue();
            if (block % 24 == 18 || block == firsts.length - 1) {
                try (LiveView now = view.open(index)) {
                    for (String user : List.of("heavy", "user-1", "user-29999", "user-21", "nobody")) {
                        scanned.require(now, attribute("user"), new Operand.Text(user), random);
                    }
                    for (long state : new long[] {0, 6, 12_001, 35_999, 400_000}) {
                        scanned.require(now, attribute("state"), new Operand.Whole(state), random);
                    }
                    for (String late : List.of("same", "late-36001", "late-36002", "late-71999")) {
                        scanned.require(now, attribute("late"), new Operand.Text(late), random);
                    }
                    for (String mixed : List.of("x", "y")) {
                        scanned.require(now, attribute("mixed"), new Operand.Text(mixed), random);
                    }
                    for (double score : new double[] {0.25, 100.25, 35_000.25, 3.5}) {
                        scanned.require(now, attribute("score"), new Operand.Fraction(score), random);
                    }
                }
            }
        }
        try (LiveView now = view.open(index)) {
            Postings postings = new Postings();
            Term heavy = Term.of(Scope.SPAN, "user", "heavy");
            assertThat(now.lookup(heavy, false, postings)).isEqualTo(Answer.EXACT);
            Term same = Term.of(Scope.SPAN, "late", "same");
            assertThat(now.lookup(same, false, postings)).isEqualTo(Answer.EXACT);
            Term rare = Term.of(Scope.SPAN, "user", "user-29999");
            assertThat(now.lookup(rare, false, postings)).isEqualTo(Answer.CANDIDATES);
            assertThat(Walks.drain(postings).cardinality())
                    .as("candidates are the spans of two blocks, and of one that a filter is wrong about")
                    .isBetween(2000, 3000);
            Term few = Term.of(Scope.SPAN, "state", 6);
            assertThat(now.lookup(few, false, postings)).isEqualTo(Answer.CANDIDATES);
            assertThat(index.writer.keys.find(few).state(chunks - 1)).isEqualTo(Key.POSTED);
            assertThat(index.terms.count()).isLessThan(4 * Key.MAX_NEW_TERMS + 100);
        }
    }

    private static Field attribute(String key) {
        return new Attribute(AttributeScope.SPAN, key);
    }

    @Test
    void aViewShowsItsMomentWhateverIsAddedAfter() {
        TestBlocks made = new TestBlocks(800);
        for (int i = 0; i < 150_000; i++) {
            int number = i;
            made.add(span -> span.name("n" + number % 5).attribute("k", (long) number % 3000));
        }
        List<BlockReader> blocks = made.readers();
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        List<LiveView> views = new ArrayList<>();
        for (int block = 0, first = 0;
                block < blocks.size();
                first += blocks.get(block++).count()) {
            assertThat(index.add(first, blocks.get(block))).isTrue();
            if (block % 20 == 0) {
                views.add(new LiveView().open(index));
            }
        }
        Postings postings = new Postings();
        for (LiveView then : views) {
            int spans = then.indexed();
            assertThat(then.lookup(Term.of(Scope.NAME, "", "n3"), false, postings))
                    .isEqualTo(Answer.EXACT);
            assertThat(postings.count()).isEqualTo((spans + 1) / 5);
            assertThat(Walks.drain(postings).stream().allMatch(i -> i < spans && i % 5 == 3))
                    .isTrue();
            then.lookup(Term.of(Scope.SPAN, "k", 2999), true, postings);
            assertThat(Walks.drain(postings).cardinality()).isEqualTo(spans / 3000);
            then.close();
        }
        assertThatThrownBy(() -> views.get(0).lookup(Term.of(Scope.NAME, "", "n3"), false, postings))
                .isInstanceOf(IllegalStateException.class);
        index.close();
        assertThat(pool.bytes()).isPositive();
    }

    @Test
    void moreKeysThanThereIsRoomForAreScanned() {
        TestBlocks made = new TestBlocks(100);
        for (int i = 0; i < 6000; i++) {
            int number = i;
            made.add(span -> span.name("n").attribute("key-" + number, 1).attribute("known", (long) number % 2));
        }
        List<BlockReader> blocks = made.readers();
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        addAll(index, blocks);
        ScannedTerms scanned = new ScannedTerms(blocks);
        try (LiveView now = view.open(index)) {
            for (int i = 0; i < 6000; i += 250) {
                Answer answer = scanned.require(
                        now, new Attribute(AttributeScope.SPAN, "key-" + i), new Operand.Whole(1), new Random(i));
                assertThat(answer).isEqualTo(i < 4080 ? Answer.EXACT : Answer.UNKNOWN);
            }
            assertThat(scanned.require(
                            now, new Attribute(AttributeScope.SPAN, "known"), new Operand.Whole(1), new Random(1)))
                    .isEqualTo(Answer.EXACT);
        }
    }

    @Test
    void anIndexWithoutMemoryCoversWhatItHasAndTakesNoMore() {
        TestBlocks made = new TestBlocks(500);
        for (int i = 0; i < 100_000; i++) {
            int number = i;
            made.add(
                    span -> span.ids(number, number, 1).name("n" + number % 900).attribute("k", "v" + number));
        }
        List<BlockReader> blocks = made.readers();
        LiveIndex index = new LiveIndex(pool, 3 * MEGABYTE);
        int first = 0;
        int taken = 0;
        for (BlockReader block : blocks) {
            taken += index.add(first, block) ? 1 : 0;
            first += block.count();
        }
        assertThat(taken).isBetween(20, blocks.size() - 1);
        assertThat(index.bytes()).isLessThan(4 * MEGABYTE);
        ScannedTerms scanned = new ScannedTerms(blocks);
        try (LiveView now = view.open(index)) {
            assertThat(now.blocks()).isEqualTo(taken);
            for (int i = 0; i < 100_000; i += 20_001) {
                scanned.require(now, attribute("k"), new Operand.Text("v" + i), new Random(i));
                scanned.require(now, Intrinsic.NAME, new Operand.Text("n" + i % 900), new Random(i));
            }
        }
    }

    @Test
    void blocksMayLeaveOrdinalsOut() {
        List<BlockReader> blocks = new TestBlocks(10)
                .add(span -> span.name("a"))
                .endBlock()
                .add(span -> span.name("b"))
                .readers();
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        assertThat(index.add(0, blocks.get(0))).isTrue();
        assertThat(index.add(200_000, blocks.get(1))).isTrue();
        assertThatThrownBy(() -> index.add(5, blocks.get(1))).hasMessageContaining("begins with span 5");
        Postings postings = new Postings();
        assertThat(view.open(index, 1, 1).isDense()).isTrue();
        try (LiveView now = view.open(index)) {
            assertThat(now.indexed()).isEqualTo(200_001);
            assertThat(now.blocks()).isEqualTo(2);
            now.lookup(Term.of(Scope.NAME, "", "b"), true, postings);
            assertThat(postings.next()).isZero();
            assertThat(postings.next()).isEqualTo(Ordinals.NONE);
            assertThat(now.isDense()).isFalse();
        }
        assertThat(index.add(LiveIndex.MAX_CHUNKS << LiveIndex.CHUNK_BITS, blocks.get(1)))
                .isFalse();
    }

    @Test
    void whatOnlyWritingNeedsIsGivenBackAtTheEndOfTheSegment() {
        List<BlockReader> blocks =
                TestBlocks.of(new RandomSpans(new Random(5)).requests(400), 60).readers();
        long given = finish(blocks, false);
        // A chunk that somebody looks at stays until the index is closed.
        assertThat(given).isLessThan(finish(blocks, true));
    }

    /** Finishes an index, whether somebody looks at it or not, and returns how many bytes it has then. */
    private long finish(List<BlockReader> blocks, boolean looked) {
        LiveIndex index = new LiveIndex(pool, 64 * MEGABYTE);
        addAll(index, blocks);
        LiveView earlier = new LiveView();
        if (looked) {
            earlier.open(index);
        }
        index.finish();
        assertThat(index.add(400, blocks.get(0))).isFalse();
        ScannedTerms scanned = new ScannedTerms(blocks);
        for (Question question : questions()) {
            try (LiveView now = view.open(index)) {
                scanned.require(now, question.field, question.operand, new Random(5));
            }
        }
        if (looked) {
            requireSame(earlier, view.open(index));
            view.close();
        }
        earlier.close();
        long bytes = index.bytes();
        index.close();
        return bytes;
    }

    private static void requireSame(LiveView one, LiveView other) {
        Postings first = new Postings();
        Postings second = new Postings();
        for (Question question : questions()) {
            Term term = Term.ofEqual(question.field, question.operand);
            if (term != null) {
                assertThat(one.lookup(term, true, first)).isEqualTo(other.lookup(term, true, second));
                while (first.ordinal() != Ordinals.NONE || second.ordinal() != Ordinals.NONE) {
                    assertThat(first.next()).isEqualTo(second.next());
                }
            }
        }
    }

    private static void addAll(LiveIndex index, List<BlockReader> blocks) {
        int first = 0;
        for (BlockReader block : blocks) {
            assertThat(index.add(first, block)).isTrue();
            first += block.count();
        }
    }

    private interface SpanSink {
        void take(int ordinal, SpanView span);
    }

    private static void forEachSpan(List<BlockReader> blocks, SpanSink sink) {
        int ordinal = 0;
        for (BlockReader block : blocks) {
            for (int i = 0; i < block.count(); i++) {
                sink.take(ordinal++, block.span(i));
            }
        }
    }
}
