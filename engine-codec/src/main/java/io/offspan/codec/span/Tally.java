package io.offspan.codec.span;

/** How many attributes were removed and masked. */
final class Tally {
    long removed;
    long masked;
}
