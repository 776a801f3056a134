package io.offspan.query.test;

/** The least and the greatest of what every span of a block has; times are unsigned, durations signed. */
public interface BlockBounds {
    long minStartNanos();

    long maxStartNanos();

    long minEndNanos();

    long maxEndNanos();

    long minDurationNanos();

    long maxDurationNanos();
}
