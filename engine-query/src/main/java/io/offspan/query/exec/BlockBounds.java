package io.offspan.query.exec;

/** The least and the greatest of what every span of a block has; times are unsigned, durations signed. */
interface BlockBounds {
    long minStartNanos();

    long maxStartNanos();

    long minEndNanos();

    long maxEndNanos();

    long minDurationNanos();

    long maxDurationNanos();
}
