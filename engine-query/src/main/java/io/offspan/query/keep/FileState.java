package io.offspan.query.keep;

/** What there is of a segment's index on the disk. */
public enum FileState {
    /** A file that has all blocks of the segment. */
    WHOLE("whole"),
    /** A file that has the first blocks of the segment, which has grown since; the others are scanned. */
    PARTIAL("partial"),
    /** No file. */
    MISSING("missing"),
    /** A file of other blocks than those of the segment: of another store, or of an earlier state of this one. */
    STALE("stale"),
    /** A file that is not what was written. */
    DAMAGED("damaged"),
    /** A file that another release has written. */
    OTHER_VERSION("other version"),
    /** A file that cannot be opened or mapped. */
    UNREADABLE("unreadable");

    private final String words;

    FileState(String words) {
        this.words = words;
    }

    /** Tells whether questions can be put to the file. */
    public boolean isUsable() {
        return this == WHOLE || this == PARTIAL;
    }

    /** Returns the name in answers of commands: the words without blanks. */
    public String label() {
        return this == OTHER_VERSION ? "otherVersion" : words;
    }

    @Override
    public String toString() {
        return words;
    }
}
