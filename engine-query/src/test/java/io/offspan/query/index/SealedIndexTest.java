package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.wire.Memory;
import io.offspan.query.RandomSpans;
import io.offspan.query.TestBlocks;
import io.offspan.query.value.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

class SealedIndexTest {
    private static final IndexedSegment SEGMENT = new IndexedSegment(new UUID(1, 2), 3, 4, 5);
    private static final String GOLDEN = "index-5.hex";
    private static final int SMALL_BYTES = 8192;

    private final PagePool pool = new PagePool();
    private final LiveView live = new LiveView();
    private final SealedView sealed = new SealedView();
    private final Postings livePostings = new Postings();
    private final Postings sealedPostings = new Postings();

    @TempDir
    Path directory;

    @Test
    void everyTermIsAnsweredAsTheLiveIndexAndTheScanAnswerIt() throws IOException {
        for (int seed = 0; seed < 2; seed++) {
            Random random = new Random(seed);
            List<BlockReader> blocks =
                    TestBlocks.of(new RandomSpans(random).requests(400), 60).readers();
            LiveIndex index = index(blocks, 64 << 20);
            ScannedTerms scanned = new ScannedTerms(blocks);
            try (SealedIndex file = seal(index);
                    LiveView before = live.open(index);
                    SealedView after = sealed.open(file)) {
                assertThat(after.indexed()).isEqualTo(400);
                assertThat(after.blocks()).isEqualTo(before.blocks());
                requireEqualTimes(400, before.times(), after.times());
                for (LiveIndexTest.Question question : LiveIndexTest.questions()) {
                    scanned.require(after, question.field(), question.operand(), random);
                    requireEqual(Term.ofEqual(question.field(), question.operand()), before, after, random);
                }
            }
            assertThat(scanned.exact()).isGreaterThan(300);
            assertThat(scanned.nothing()).isGreaterThan(100);
            index.close();
        }
    }

    /** Many chunks, keys whose values are too many, and memory that runs out: posted, full and filtered beside each other. */
    @Test
    void chunksOfEveryStateAreAnsweredAsTheLiveIndexAnswersThem() throws IOException {
        List<BlockReader> blocks = manyValues();
        for (int megabytes : new int[] {4, 64}) {
            LiveIndex index = new LiveIndex(pool, (long) megabytes << 20);
            int ordinal = 0;
            int taken = 0;
            while (taken < 400 && index.add(ordinal, blocks.get(taken % blocks.size()))) {
                ordinal += blocks.get(taken % blocks.size()).count();
                taken++;
            }
            Random random = new Random(megabytes);
            try (SealedIndex file = seal(index);
                    LiveView before = live.open(index);
                    SealedView after = sealed.open(file)) {
                int[] answers = new int[Answer.values().length];
                for (int i = 0; i < 16; i++) {
                    int number = random.nextInt(i % 2 == 0 ? 30 : 12_000);
                    answers[
                            requireEqual(Term.of(Scope.SPAN, "rare", "value-" + number), before, after, random)
                                    .ordinal()]++;
                    answers[
                            requireEqual(Term.of(Scope.SPAN, "some", number), before, after, random)
                                    .ordinal()]++;
                    answers[
                            requireEqual(Term.of(Scope.SPAN, "half", number + 0.5), before, after, random)
                                    .ordinal()]++;
                    requireEqualTraces(number, before, after);
                }
                assertThat(answers[Answer.EXACT.ordinal()]).isPositive();
                assertThat(answers[Answer.NOTHING.ordinal()]).isPositive();
                assertThat(answers[Answer.CANDIDATES.ordinal()]).isPositive();
                requireEqualTimes(after.indexed(), before.times(), after.times());
                live.open(index, 70_000, 140);
                sealed.open(file, 70_000, 140);
                for (int number = 0; number < 40; number++) {
                    Term term = Term.of(Scope.SPAN, "some", number);
                    assertThat(sealed.lookup(term, true, sealedPostings))
                            .isEqualTo(live.lookup(term, true, livePostings));
                    assertThat(Walks.drain(sealedPostings)).isEqualTo(Walks.drain(livePostings));
                    requireEqualTraces(number, live, sealed);
                }
            }
            index.close();
        }
    }

    @Test
    void theTermsOfAKeyAreHandedOverUnlessItMayHaveOtherValues() throws IOException {
        LiveIndex index = index(manyValues(), 64 << 20);
        try (SealedIndex file = seal(index);
                LiveView before = live.open(index);
                SealedView after = sealed.open(file)) {
            for (LeafIndex view : List.of(before, after)) {
                assertThat(terms(view, Scope.SPAN, "some", "")).hasSize(30).contains("SPAN[some] = 7");
                assertThat(terms(view, Scope.NAME, "", "")).hasSize(40);
                assertThat(terms(view, Scope.NAME, "", "operation-1"))
                        .hasSize(11)
                        .contains("NAME[] = \"operation-1\"", "NAME[] = \"operation-19\"");
                assertThat(terms(view, Scope.NAME, "", "operation-1 and more")).isEmpty();
                assertThat(terms(view, Scope.SPAN, "rare", "")).isNull();
                assertThat(terms(view, Scope.RESOURCE, "some", "")).isEmpty();
                assertThat(terms(view, Scope.SPAN, "nowhere", "")).isEmpty();
            }
        }
        index.close();
    }

    /** Returns the terms that are handed over, or null when there may be others. */
    private static @Nullable Set<String> terms(LeafIndex view, Scope scope, String key, String prefix) {
        Set<String> found = new TreeSet<>();
        return view.terms(scope, key, prefix, term -> found.add(term.toString())) ? found : null;
    }

    /** Many chunks, and a moment in the middle of one of them. */
    @Test
    void valuesInAnOrderAreFoundInEveryChunk() throws IOException {
        List<BlockReader> blocks = manyValues();
        LiveIndex index = new LiveIndex(pool, 64 << 20);
        int spans = 0;
        for (int i = 0; i < 300; i++) {
            index.add(spans, blocks.get(i % blocks.size()));
            spans += blocks.get(i % blocks.size()).count();
        }
        Random random = new Random(7);
        TermUnion union = new TermUnion();
        try (LiveView growing = live.open(index)) {
            requireOrder(growing, union, random);
        }
        try (LiveView middle = live.open(index, 100_000, 200)) {
            requireOrder(middle, union, random);
        }
        try (SealedIndex file = seal(index)) {
            requireOrder(sealed.open(file), union, random);
            requireOrder(sealed.open(file, 100_000, 200), union, random);
            assertThat(sealed.select(Term.of(Scope.SPAN, "rare", ""), new Above(0, 0), union))
                    .as("values that are not all posted")
                    .isEqualTo(Answer.UNKNOWN);
            assertThat(sealed.select(Term.of(Scope.LINK, "some", ""), new Above(0, 0), union))
                    .isEqualTo(Answer.NOTHING);
        }
        index.close();
    }

    private static void requireOrder(LeafIndex view, TermUnion union, Random random) {
        int spans = view.indexed();
        for (int least : new int[] {0, 17, 29, 30}) {
            Above test = new Above(least, random.nextInt(2));
            Answer answer = view.select(Term.of(Scope.SPAN, "some", ""), test, union);
            assertThat(answer).isEqualTo(least == 30 ? Answer.NOTHING : Answer.EXACT);
            BitSet expected = new BitSet();
            for (int ordinal = 0; ordinal < spans; ordinal++) {
                expected.set(ordinal, ordinal % 50_000 % 30 >= least);
            }
            Walks.requireWalk(union, Walks.mirrored(expected, spans), random);
            assertThat(union.count(spans, new long[SpanSet.WORDS])).isEqualTo(expected.cardinality());
            assertThat(union.united()).isEqualTo(30 - least);
        }
    }

    /** Wants numbers from one on; whether an index is told that they are in order must not matter. */
    private record Above(int least, int told) implements TermTest {
        @Override
        public boolean isOfTexts() {
            return false;
        }

        @Override
        public Shape shape() {
            return told == 0 ? Shape.ANY : Shape.FROM;
        }

        @Override
        public byte[] prefix() {
            return new byte[0];
        }

        @Override
        public boolean passes(Scalar value) {
            return value.whole() >= least;
        }
    }

    private static List<BlockReader> manyValues() {
        TestBlocks blocks = new TestBlocks(500);
        for (int i = 0; i < 50_000; i++) {
            int number = i;
            blocks.add(span -> span.ids(1, number / 7, number)
                    .name("operation-" + number % 40)
                    .attribute("rare", "value-" + (number % 3 == 0 ? 7 : number % 12_000))
                    .attribute("some", number % 30)
                    .attribute("half", number % 9_000 + 0.5));
        }
        return blocks.readers();
    }

    private static void requireEqualTimes(int spans, SpanTimes before, SpanTimes after) {
        for (int ordinal = 0; ordinal < spans; ordinal++) {
            assertThat(after.start(ordinal)).isEqualTo(before.start(ordinal));
            assertThat(after.duration(ordinal)).isEqualTo(before.duration(ordinal));
            int group = ordinal >>> SpanTimes.GROUP_BITS;
            assertThat(after.base(group)).isEqualTo(before.base(group));
            assertThat(after.far(group)).isEqualTo(before.far(group));
            assertThat(after.leastStart(group)).isEqualTo(before.leastStart(group));
            assertThat(after.greatestStart(group)).isEqualTo(before.greatestStart(group));
            assertThat(after.greatestDuration(group)).isEqualTo(before.greatestDuration(group));
        }
    }

    private Answer requireEqual(Term term, LeafIndex before, LeafIndex after, Random random) {
        Answer answer = after.lookup(term, false, sealedPostings);
        assertThat(answer).as("%s", term).isEqualTo(before.lookup(term, false, livePostings));
        assertThat(after.mayHaveKey(term)).as("%s", term).isEqualTo(before.mayHaveKey(term));
        assertThat(sealedPostings.cost()).as("%s", term).isEqualTo(livePostings.cost());
        assertThat(sealedPostings.count()).as("%s", term).isEqualTo(livePostings.count());
        BitSet expected = Walks.drain(livePostings);
        Walks.requireWalk(sealedPostings, expected, random);
        after.lookup(term, true, sealedPostings);
        Walks.requireWalk(sealedPostings, Walks.mirrored(expected, after.indexed()), random);
        return answer;
    }

    private static void requireEqualTraces(int number, LeafIndex before, LeafIndex after) {
        TraceSpans expected = new TraceSpans();
        TraceSpans found = new TraceSpans();
        for (boolean mirrored : new boolean[] {false, true}) {
            assertThat(after.trace(1, number, mirrored, found)).isEqualTo(before.trace(1, number, mirrored, expected));
            assertThat(Walks.drain(found)).isEqualTo(Walks.drain(expected));
        }
    }

    @Test
    void theLibraryReadsThePostings() throws IOException {
        LiveIndex index = index(manyValues(), 64 << 20);
        try (SealedIndex file = seal(index);
                SealedView view = sealed.open(file)) {
            Memory postings = file.section(SealedFormat.POSTINGS);
            Memory terms = file.section(SealedFormat.TERMS);
            for (int number = 0; number < 30; number++) {
                Term term = Term.of(Scope.SPAN, "some", number);
                int place = SealedTerms.find(file, term, SealedTerms.key(file, term));
                long at = (long) SealedFormat.TERM_BYTES * place;
                byte[] bytes = new byte[terms.getInt(at + SealedFormat.TERM_POSTINGS_BYTES)];
                postings.getBytes(terms.getInt(at + SealedFormat.TERM_POSTINGS), bytes, 0, bytes.length);
                ImmutableRoaringBitmap bitmap = new ImmutableRoaringBitmap(ByteBuffer.wrap(bytes));
                assertThat(bitmap.serializedSizeInBytes()).isEqualTo(bytes.length);
                view.lookup(term, false, sealedPostings);
                assertThat(bitmap.toArray())
                        .isEqualTo(Walks.drain(sealedPostings).stream().toArray());
            }
        }
        index.close();
    }

    @Test
    void aFileSaysWhichSegmentItIsOf() throws IOException {
        LiveIndex index = small();
        try (SealedIndex file = seal(index)) {
            assertThat(file.isOf(SEGMENT)).isTrue();
            assertThat(file.isOf(new IndexedSegment(new UUID(1, 1), 3, 4, 5))).isFalse();
            assertThat(file.isOf(new IndexedSegment(new UUID(2, 2), 3, 4, 5))).isFalse();
            assertThat(file.isOf(new IndexedSegment(new UUID(1, 2), 4, 4, 5))).isFalse();
            assertThat(file.isOf(new IndexedSegment(new UUID(1, 2), 3, 5, 5))).isFalse();
            assertThat(file.isOf(new IndexedSegment(new UUID(1, 2), 3, 4, 6))).isFalse();
            assertThat(file.bytes()).isEqualTo(Files.size(file()));
        }
        index.close();
    }

    @Test
    void anIndexOfNoSpansIsSealedAsWell() throws IOException {
        LiveIndex index = new LiveIndex(pool, 1 << 20);
        try (SealedIndex file = seal(index);
                SealedView view = sealed.open(file)) {
            assertThat(view.lookup(Term.of(Scope.NAME, "", "a"), false, sealedPostings))
                    .isEqualTo(Answer.NOTHING);
            assertThat(view.trace(1, 2, false, new TraceSpans())).isEqualTo(Answer.NOTHING);
        }
        index.close();
    }

    @Test
    void termsWithTheSameSpansShareABitmap() throws IOException {
        TestBlocks blocks = new TestBlocks(16);
        for (int i = 0; i < 64; i++) {
            int number = i;
            blocks.add(span -> span.ids(1, number, number)
                    .name("operation")
                    .attribute("host", "host-" + number % 4)
                    .attribute("instance", number % 4)
                    .attribute("other", number % 4 == 2 || number == 5 ? 2 : number));
        }
        LiveIndex index = index(blocks.readers(), 64 << 20);
        try (SealedIndex file = seal(index);
                LiveView before = live.open(index);
                SealedView after = sealed.open(file)) {
            Random random = new Random(1);
            for (int i = 0; i < 4; i++) {
                Term host = Term.of(Scope.SPAN, "host", "host-" + i);
                Term instance = Term.of(Scope.SPAN, "instance", i);
                requireEqual(host, before, after, random);
                requireEqual(instance, before, after, random);
                assertThat(postings(file, host)).isEqualTo(postings(file, instance));
            }
            Term other = Term.of(Scope.SPAN, "other", 2);
            requireEqual(other, before, after, random);
            assertThat(postings(file, other)).isNotEqualTo(postings(file, Term.of(Scope.SPAN, "instance", 2)));
        }
        index.close();
    }

    private static int postings(SealedIndex file, Term term) {
        int place = SealedTerms.find(file, term, SealedTerms.key(file, term));
        return file.section(SealedFormat.TERMS)
                .getInt((long) SealedFormat.TERM_BYTES * place + SealedFormat.TERM_POSTINGS);
    }

    @Test
    void aFileThatIsGivenUpIsNotThere() {
        LiveIndex index = index(manyValues(), 64 << 20);
        AtomicInteger left = new AtomicInteger(5);
        assertThatThrownBy(() -> SealWriter.write(index, SEGMENT, file(), () -> left.decrementAndGet() == 0))
                .isInstanceOf(CancellationException.class);
        assertThat(left).as("nothing was done after that").hasValue(0);
        assertThat(file()).doesNotExist();
        index.close();
    }

    @Test
    void everyChangedByteIsFound() throws IOException {
        LiveIndex index = small();
        seal(index).close();
        index.close();
        byte[] bytes = Files.readAllBytes(file());
        assertThat(bytes.length).isLessThan(SMALL_BYTES);
        for (int at = 0; at < bytes.length; at++) {
            byte old = bytes[at];
            bytes[at] ^= (byte) (1 << at % 8);
            Files.write(file(), bytes);
            assertThatThrownBy(this::readAll).as("byte %s", at).isInstanceOf(FormatException.class);
            bytes[at] = old;
        }
    }

    private void readAll() throws IOException {
        try (SealedIndex file = SealedIndex.open(file())) {
            file.requireIntact();
        }
    }

    /** A question that meets damage is refused; where filters or times are damaged, more spans than before may be candidates. */
    @Test
    void aDamagedPageChangesNoAnswer() throws IOException {
        List<BlockReader> blocks = manyValues();
        LiveIndex index = index(blocks, 4 << 20);
        LiveIndex whole = index(blocks, 64 << 20);
        seal(index).close();
        byte[] bytes = Files.readAllBytes(file());
        int refused = 0;
        int answered = 0;
        try (LiveView exact = live.open(whole)) {
            int page = 1 << SealedFormat.PAGE_BITS;
            for (int from = 0; from < bytes.length; from += page) {
                int at = Math.min(Math.max(from + page / 2, SealedFormat.HEADER_BYTES), bytes.length - page / 2);
                bytes[at] ^= 16;
                Files.write(file(), bytes);
                bytes[at] ^= 16;
                try (SealedIndex file = SealedIndex.open(file())) {
                    int passed = requireCandidates(exact, file);
                    answered += passed;
                    refused += QUESTIONS - passed;
                }
            }
        }
        index.close();
        whole.close();
        assertThat(refused).isGreaterThan(10);
        assertThat(answered).isGreaterThan(2 * refused);
    }

    private static final int QUESTIONS = 5;

    /** Requires of each question that it is refused or leads to all spans that it is for; returns how many are not refused. */
    private int requireCandidates(LeafIndex exact, SealedIndex file) {
        int passed = 0;
        TraceSpans trace = new TraceSpans();
        SealedView view = sealed.open(file);
        for (int question = 0; question < QUESTIONS; question++) {
            BitSet found;
            try {
                switch (question) {
                    case 0 -> view.lookup(Term.of(Scope.SPAN, "rare", "value-7"), false, sealedPostings);
                    case 1 -> view.lookup(Term.of(Scope.SPAN, "some", 17), false, sealedPostings);
                    case 2 -> view.trace(1, 4_000, false, trace);
                    case 3 -> view.terms(Scope.NAME, "", "", term -> {});
                    default -> {}
                }
            } catch (FormatException damage) {
                assertThat(file.isSound(new byte[8])).isFalse();
                continue;
            }
            passed++;
            if (question < 2) {
                exact.lookup(
                        question == 0 ? Term.of(Scope.SPAN, "rare", "value-7") : Term.of(Scope.SPAN, "some", 17),
                        false,
                        livePostings);
                found = Walks.drain(livePostings);
                found.andNot(Walks.drain(sealedPostings));
                assertThat(found.isEmpty()).isTrue();
            } else if (question == 2) {
                TraceSpans expected = new TraceSpans();
                exact.trace(1, 4_000, false, expected);
                found = Walks.drain(expected);
                found.andNot(Walks.drain(trace));
                assertThat(found.isEmpty()).isTrue();
            } else if (question == 4) {
                requireNoGroupLost(exact.times(), view.times());
            }
        }
        return passed;
    }

    private static void requireNoGroupLost(@Nullable SpanTimes exact, @Nullable SpanTimes found) {
        for (int ordinal = 0; ordinal < 50_000; ordinal += 64) {
            if (found.isKnown(ordinal >>> SpanTimes.GROUP_BITS)) {
                assertThat(found.start(ordinal)).isEqualTo(exact.start(ordinal));
                assertThat(found.duration(ordinal)).isEqualTo(exact.duration(ordinal));
            }
        }
    }

    @Test
    void everyTruncationAndAnythingAppendedIsFound() throws IOException {
        LiveIndex index = small();
        seal(index).close();
        index.close();
        byte[] bytes = Files.readAllBytes(file());
        for (int length = 0; length <= bytes.length + 1; length++) {
            Files.write(file(), Arrays.copyOf(bytes, length));
            if (length == bytes.length) {
                readAll();
            } else {
                assertThatThrownBy(this::readAll)
                        .as("%s of %s bytes", length, bytes.length)
                        .isInstanceOf(FormatException.class);
            }
        }
    }

    @Test
    void anotherVersionIsRefusedAsSomethingToMakeAnew() throws IOException {
        LiveIndex index = small();
        seal(index).close();
        index.close();
        byte[] bytes = Files.readAllBytes(file());
        bytes[SealedFormat.VERSION_AT] = 6;
        Files.write(file(), bytes);
        assertThatThrownBy(() -> SealedIndex.open(file()))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("has version 6, 5 is read; it is made anew from the segment")
                .extracting(e -> ((FormatException) e).reason())
                .isEqualTo(Reason.TOO_NEW);
    }

    /** What stands in the golden file is what every release of version 5 wrote and reads. */
    @Test
    void theGoldenFileIsWhatIsWritten() throws IOException {
        LiveIndex index = small();
        seal(index).close();
        index.close();
        String written = HexFormat.of().formatHex(Files.readAllBytes(file()));
        Path kept = Path.of("target", "golden", GOLDEN);
        Files.createDirectories(kept.getParent());
        Files.writeString(kept, written.replaceAll("(.{64})", "$1\n") + "\n");
        try (InputStream in = SealedIndexTest.class.getResourceAsStream("/golden/" + GOLDEN)) {
            assertThat(in).as("%s, to be put beside the tests", kept).isNotNull();
            String golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replace("\n", "");
            assertThat(written)
                    .as("the format has changed: raise its version, and replace the golden file by %s", kept)
                    .isEqualTo(golden);
        }
    }

    @Test
    void aQuestionMakesNothing() throws IOException {
        LiveIndex index = index(manyValues(), 64 << 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Term some = Term.of(Scope.SPAN, "some", 17);
        Term rare = Term.of(Scope.SPAN, "rare", "value-7");
        TraceSpans trace = new TraceSpans();
        long least = Long.MAX_VALUE;
        long found = 0;
        try (SealedIndex file = seal(index)) {
            for (int i = 0; i < 200; i++) {
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                sealed.open(file);
                sealed.lookup(some, i % 2 == 0, sealedPostings);
                found += sealedPostings.count();
                sealed.lookup(rare, i % 2 == 0, livePostings);
                found += sealedPostings.countInCommon(livePostings) + livePostings.next();
                sealed.trace(1, i, false, trace);
                sealed.close();
                least = Math.min(
                        least,
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            }
        }
        index.close();
        assertThat(found).isPositive();
        assertThat(least).isZero();
    }

    private LiveIndex small() {
        TestBlocks blocks = new TestBlocks(4);
        for (int i = 0; i < 10; i++) {
            int number = i;
            blocks.add(span -> span.ids(1, number / 3, number)
                    .name("operation-" + number % 2)
                    .attribute("text", "text-" + number % 3)
                    .attribute("whole", number)
                    .attribute("fraction", number + 0.25)
                    .attribute("truth", number > 4)
                    .event(number, "retry"));
        }
        return index(blocks.readers(), 64 << 20);
    }

    private LiveIndex index(List<BlockReader> blocks, long limit) {
        LiveIndex index = new LiveIndex(pool, limit);
        int ordinal = 0;
        for (BlockReader block : blocks) {
            assertThat(index.add(ordinal, block)).isTrue();
            ordinal += block.count();
        }
        return index;
    }

    private Path file() {
        return directory.resolve("19700101-0020V.idx");
    }

    private SealedIndex seal(LiveIndex index) throws IOException {
        long bytes = SealWriter.write(index, SEGMENT, file(), () -> false);
        assertThat(Files.size(file())).isEqualTo(bytes);
        assertThat(Files.list(directory)).containsExactly(file());
        return SealedIndex.open(file());
    }
}
