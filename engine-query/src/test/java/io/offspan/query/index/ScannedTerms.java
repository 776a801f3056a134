package io.offspan.query.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.block.BlockReader;
import io.offspan.query.Query;
import io.offspan.query.SpanMatcher;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Holds what an index says about terms against what a scan of the same blocks finds. */
final class ScannedTerms {
    private final List<BlockReader> blocks;
    private final int[] firsts;
    private final Postings postings = new Postings();
    private int exact;
    private int candidates;
    private int nothing;

    /** Takes blocks of which each begins where the one before ends. */
    ScannedTerms(List<BlockReader> blocks) {
        this(blocks, new int[blocks.size()]);
        for (int block = 1; block < firsts.length; block++) {
            firsts[block] = firsts[block - 1] + blocks.get(block - 1).count();
        }
    }

    /** Takes blocks with their first ordinals. */
    ScannedTerms(List<BlockReader> blocks, int[] firsts) {
        this.blocks = blocks;
        this.firsts = firsts;
    }

    /** Returns the ordinals of the spans whose field equals an operand, in the first blocks that have so many spans. */
    BitSet scan(Field field, Operand operand, int spans) {
        SpanMatcher matcher =
                Query.where(new Comparison(field, Operator.EQUAL, operand)).matcher();
        BitSet found = new BitSet();
        for (int at = 0; at < firsts.length && firsts[at] < spans; at++) {
            BlockReader block = blocks.get(at);
            matcher.enterBlock(block);
            for (int i = 0; i < block.count(); i++) {
                found.set(firsts[at] + i, matcher.matches(block.span(i)));
            }
        }
        return found;
    }

    /** Asks an index for a term, in either direction, and each block for it. */
    Answer require(LeafIndex index, Field field, Operand operand, Random random) {
        Term term = Term.ofEqual(field, operand);
        assertThat(term).as("%s = %s", field, operand).isNotNull();
        BitSet expected = scan(field, operand, index.indexed());
        Answer answer = index.lookup(term, false, postings);
        String what = term + " of " + index.indexed() + " spans";
        switch (answer) {
            case EXACT -> {
                assertThat(postings.count()).as(what).isEqualTo(expected.cardinality());
                assertThat(postings.cost()).as(what).isGreaterThanOrEqualTo(expected.cardinality());
                Walks.requireWalk(postings, expected, random);
                index.lookup(term, true, postings);
                Walks.requireWalk(postings, Walks.mirrored(expected, index.indexed()), random);
                exact++;
            }
            case NOTHING -> {
                assertThat(expected).as(what).isEqualTo(new BitSet());
                assertThat(postings.next()).as(what).isEqualTo(Ordinals.NONE);
                nothing++;
            }
            default -> {
                BitSet found = Walks.drain(postings);
                assertThat(contains(found, expected)).as(what).isTrue();
                assertThat(found.length()).as(what).isLessThanOrEqualTo(index.indexed());
                index.lookup(term, false, postings);
                Walks.requireWalk(postings, found, random);
                index.lookup(term, true, postings);
                Walks.requireWalk(postings, Walks.mirrored(found, index.indexed()), random);
                candidates++;
            }
        }
        assertThat(index.mayHaveKey(term) || expected.isEmpty()).as(what).isTrue();
        return answer;
    }

    private static boolean contains(BitSet all, BitSet some) {
        BitSet missing = (BitSet) some.clone();
        missing.andNot(all);
        return missing.isEmpty();
    }

    int exact() {
        return exact;
    }

    int candidates() {
        return candidates;
    }

    int nothing() {
        return nothing;
    }
}
