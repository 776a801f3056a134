package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.Envelope;
import io.offspan.query.TestBlocks;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedPostingsTest {
    private static final int BLOCK_SPANS = 500;

    private final PagePool pool = new PagePool();
    private final List<BlockReader> blocks = new ArrayList<>();
    private int[] firsts = {};

    /** Each chunk has 12,000 spans. A host is that of one service for 9,000 of them, and of two from the middle of a block on. */
    private void make() {
        TestBlocks made = new TestBlocks(BLOCK_SPANS);
        Envelope alone = resource("alone", "h1", "z");
        Envelope joins = resource("joins", "h1", "z");
        Envelope twice = resource("twice", "h2", "h2");
        for (int i = 0; i < 36_000; i++) {
            int inChunk = i % 12_000;
            boolean second = inChunk > 9_120 && inChunk % 3 == 0;
            Envelope resource = inChunk % 7 == 5 ? twice : second ? joins : alone;
            made.add(span -> span.name("n").resource(resource));
        }
        blocks.addAll(made.readers());
        firsts = new int[blocks.size()];
        for (int block = 0; block < firsts.length; block++) {
            firsts[block] = (block / 24 << LiveIndex.CHUNK_BITS) + block % 24 * BLOCK_SPANS;
        }
    }

    @Test
    void termsThatComeTogetherShareAContainerUntilAnotherResourceHasOneOfThem() {
        make();
        LiveIndex index = new LiveIndex(pool, 64 << 20);
        ScannedTerms scanned = new ScannedTerms(blocks, firsts);
        List<LiveView> earlier = new ArrayList<>();
        for (int block = 0; block < firsts.length; block++) {
            assertThat(index.add(firsts[block], blocks.get(block))).isTrue();
            LiveView now = new LiveView().open(index);
            requireAll(now, scanned);
            earlier.add(now);
        }
        Postings postings = new Postings();
        Term host = Term.of(Scope.RESOURCE, "host.name", "h1");
        for (LiveView then : earlier) {
            then.lookup(host, false, postings);
            assertThat(Walks.drain(postings))
                    .isEqualTo(scanned.scan(
                            new Attribute(AttributeScope.RESOURCE, "host.name"),
                            new Operand.Text("h1"),
                            then.indexed()));
            then.close();
        }
        long open = word(index, Term.of(Scope.RESOURCE, "service.name", "alone"));
        assertThat(OpenChunk.isShared(open)).isTrue();
        assertThat(word(index, Term.of(Scope.SERVICE, "", "alone"))).isEqualTo(open);
        assertThat(OpenChunk.isShared(word(index, host))).isFalse();
        index.close();
    }

    @Test
    void aSharedContainerIsSealedOnceAndStandsInTheFileForEachTerm(@TempDir Path directory) throws IOException {
        make();
        LiveIndex index = new LiveIndex(pool, 64 << 20);
        for (int block = 0; block < firsts.length; block++) {
            assertThat(index.add(firsts[block], blocks.get(block))).isTrue();
        }
        index.finish();
        int name = sealed(index, Term.of(Scope.RESOURCE, "service.name", "twice"));
        int host = sealed(index, Term.of(Scope.RESOURCE, "host.name", "h2"));
        assertThat(name).isNotEqualTo(host);
        assertThat(index.sealed.holder(name)).isEqualTo(index.sealed.holder(host));
        ScannedTerms scanned = new ScannedTerms(blocks, firsts);
        try (LiveView now = new LiveView().open(index)) {
            requireAll(now, scanned);
        }
        Path file = directory.resolve("index");
        SealWriter.write(index, new IndexedSegment(new UUID(1, 2), 3, 4, 5), file, () -> false);
        try (SealedIndex sealed = SealedIndex.open(file);
                SealedView view = new SealedView().open(sealed)) {
            requireAll(view, scanned);
        }
        index.close();
    }

    private static void requireAll(LeafIndex now, ScannedTerms scanned) {
        for (String text : List.of("alone", "joins", "twice", "nobody")) {
            require(now, scanned, Intrinsic.SERVICE, text);
            require(now, scanned, new Attribute(AttributeScope.RESOURCE, "service.name"), text);
        }
        for (String text : List.of("h1", "h2", "z", "nothing")) {
            require(now, scanned, new Attribute(AttributeScope.RESOURCE, "host.name"), text);
            require(now, scanned, new Attribute(AttributeScope.RESOURCE, "zone"), text);
        }
    }

    private static void require(LeafIndex now, ScannedTerms scanned, Field field, String text) {
        Answer answer = scanned.require(now, field, new Operand.Text(text), new Random(1));
        assertThat(answer).isIn(Answer.EXACT, Answer.NOTHING);
    }

    private static long word(LiveIndex index, Term term) {
        int record = record(index, term);
        return index.terms.memory(record).getLong(Pages.offset(record) + TermTable.OPEN);
    }

    private static int sealed(LiveIndex index, Term term) {
        int record = record(index, term);
        return (int) index.terms.memory(record).getLong(Pages.offset(record) + TermTable.SEALED);
    }

    private static int record(LiveIndex index, Term term) {
        Key key = index.writer.keys.find(term);
        assertThat(key).isNotNull();
        return index.terms.find(term, key.id);
    }

    private static Envelope resource(String service, String host, String zone) {
        byte[] message = Resource.newBuilder()
                .addAttributes(text("service.name", service))
                .addAttributes(text("host.name", host))
                .addAttributes(text("zone", zone))
                .build()
                .toByteArray();
        return new Envelope().set(message, 0, message.length, new byte[0], 0, 0);
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
