package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.SpanSet;

/**
 * How an index is asked for the spans that may pass a filter, one leaf after another. What it does not find does not pass; what it
 * finds passes for certain only where the index says that it is exact. Walks are mirrored: the newest spans come first.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing once its walks have grown to their size.
 */
abstract class Access {
    /** Asks the index of a leaf; after {@link Answer#EXACT} and {@link Answer#CANDIDATES} there is a walk. */
    abstract Answer ask(LeafIndex index);

    /** Returns the walk that the last question has set up, at its beginning. */
    abstract SpanSet walk();

    /** Adds up how many values the last question went through. */
    void describe(TermTally tally) {}

    /** Says what is looked up, for people. */
    @Override
    public abstract String toString();
}
