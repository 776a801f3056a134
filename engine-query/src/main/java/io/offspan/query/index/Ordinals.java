package io.offspan.query.index;

/**
 * A walk over a set of spans of one leaf, as strictly ascending numbers from 0 on.
 *
 * <p>It begins before the first number, where {@link #ordinal} is -1, and once it has passed the last one it stays at {@link
 * #NONE}, which is greater than all others. It only goes forward; whoever wants to begin again sets the walk up again.
 *
 * <p>The numbers are the ordinals of the spans or, in a <b>mirrored</b> walk over the ordinals {@code [0, n)}, {@code n - 1 -
 * ordinal}: so the newest spans come first although the numbers ascend, and walks of one direction can be put together
 * without knowing which it is. {@link #mirrored} maps either way.
 *
 * <p><b>Threads.</b> Belongs to one thread. Allocates nothing while it walks; the classes of this package that implement it
 * are made once and set up for one walk after another.
 */
public interface Ordinals {
    /** Where a walk is that has passed its last number. */
    int NONE = Integer.MAX_VALUE;

    /** Returns where the walk is: -1 at the beginning, {@link #NONE} at the end. */
    int ordinal();

    /** Goes to the next number and returns it, or {@link #NONE}; not to be called at the end. */
    int next();

    /**
     * Goes to the first number that is not below {@code target} and returns it, or {@link #NONE}.
     *
     * @param target above {@link #ordinal}, else what happens is undefined; {@link #NONE} is allowed
     */
    int advance(int target);

    /**
     * Returns about how many numbers the whole walk has, without any work: an upper bound, except where only filters know, and
     * then what they let expect.
     */
    long cost();

    /** Maps an ordinal to its number in a mirrored walk over {@code [0, spans)}, and back. */
    static int mirrored(int spans, int ordinal) {
        return spans - 1 - ordinal;
    }
}
