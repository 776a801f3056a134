package io.offspan.query.index;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a view of an index shows, whether the index is live or sealed: which one, and how far.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link IllegalStateException} when asked while it is closed.
 */
abstract class LeafView<I> implements LeafIndex, TermUnion.Source, AutoCloseable {
    /** How many spans of a chunk are expected to be candidates where only filters know. */
    private static final int EXPECTED = 1024;

    private @Nullable I index;
    private int spans;
    private int blocks;

    /** What was looked up last. */
    private @Nullable Term term;

    /** Shows the first spans of an index, which are in so many blocks. */
    final void show(I shown, int endOrdinal, int endBlock) {
        index = shown;
        term = null;
        spans = endOrdinal;
        blocks = endBlock;
    }

    /** Lets go of the index. */
    @Override
    public void close() {
        index = null;
        term = null;
        spans = 0;
        blocks = 0;
    }

    /** Returns the index that is shown. */
    final I index() {
        I shown = index;
        if (shown == null) {
            throw closed();
        }
        return shown;
    }

    static IllegalStateException closed() {
        return new IllegalStateException("The view of an index is closed; open it first");
    }

    @Override
    public final boolean keyLists(Scope scope, Consumer<KeyList> into) {
        return terms(scope.lists(), "", "", term -> into.accept(KeyList.of(term, this::key)));
    }

    /** Returns the bytes of a key by the number that it has in lists. */
    abstract byte[] key(int number);

    @Override
    public final int indexed() {
        return spans;
    }

    @Override
    public final int blocks() {
        return blocks;
    }

    /** Returns how many chunks the spans are in. */
    final int chunks() {
        return spans + (1 << LiveIndex.CHUNK_BITS) - 1 >>> LiveIndex.CHUNK_BITS;
    }

    /** Tells whether a term is the one that was looked up last. */
    final boolean isLast(Term wanted) {
        return term == wanted;
    }

    /** Remembers no term as looked up. */
    final void forget() {
        term = null;
    }

    /** Remembers a term as looked up. */
    final void found(Term wanted) {
        term = wanted;
    }

    /** Tells whether spans without the field have the term too, which nothing is posted for. */
    static boolean isSilent(Term wanted) {
        return wanted.scope().isSilentlyEmpty() && wanted.text().length == 0;
    }

    /** Tells whether the filters know nothing about the term where it is not posted. */
    static boolean isUnfiltered(Term wanted, boolean keyKnown) {
        return !keyKnown
                || wanted.type() == Term.FRACTION
                || isSilent(wanted)
                || wanted.scope().isOfLists();
    }

    /** Returns how many candidates of a chunk the filters let expect. */
    final int expected(int chunk, boolean unfiltered) {
        int size = Math.min(spans - (chunk << LiveIndex.CHUNK_BITS), Container.SPAN);
        return unfiltered ? size : Math.min(size, EXPECTED);
    }

    /** Returns what a lookup says that left so many chunks to the filters. */
    final Answer answer(int filtered, boolean unfiltered, boolean posted) {
        if (filtered > 0) {
            return unfiltered && filtered == chunks() ? Answer.UNKNOWN : Answer.CANDIDATES;
        }
        return posted ? Answer.EXACT : Answer.NOTHING;
    }
}
