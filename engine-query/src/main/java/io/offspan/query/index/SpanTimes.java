package io.offspan.query.index;

/**
 * Roughly when the spans of a leaf start and how long they take, by {@link RoughTime}: enough to leave out nearly all spans that a
 * question about times is not for.
 *
 * <p>A group of 4,096 spans has a base, from which its starts are counted, and bounds of those that are near it. A clock that is far off
 * therefore widens no bounds: such spans have no code, and the group says where they are.
 *
 * <p><b>Threads.</b> Any reads what it learned of by an acquire; bounds may be wider by then than it needs.
 */
public interface SpanTimes {
    /** A group has {@code 1 << GROUP_BITS} spans. */
    int GROUP_BITS = 12;

    /** Each of the bits that say where spans far from the base are is for {@code 1 << PART_BITS} spans. */
    int PART_BITS = GROUP_BITS - 6;

    /** Tells whether the times of a group can be read; before anything else of it is asked for, and of a group that cannot nothing else is. */
    default boolean isKnown(int group) {
        return true;
    }

    /** Returns what the starts of a group are counted from. */
    long base(int group);

    /** Returns the least code of a start in a group. */
    int leastStart(int group);

    /** Returns the greatest one. */
    int greatestStart(int group);

    /** Returns a bit for each part of a group that has spans far from the base. */
    long far(int group);

    /** Returns the greatest code of a duration in a group. */
    int greatestDuration(int group);

    /** Returns the code of a span's start. */
    int start(int ordinal);

    /** Returns the code of a span's duration. */
    int duration(int ordinal);

    /** Returns the earliest time that a start may be whose code, other than the two that stand for far away, is counted from a base. */
    static long earliest(long base, int code) {
        return RoughTime.earliestStart(base, code);
    }

    /** Returns the latest such time. */
    static long latest(long base, int code) {
        return RoughTime.earliestStart(base, code) + RoughTime.START_UNIT - 1;
    }
}
