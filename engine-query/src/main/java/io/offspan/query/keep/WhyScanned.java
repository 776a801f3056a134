package io.offspan.query.keep;

/** Why spans of a segment are scanned and not looked up. */
public enum WhyScanned {
    /** Nobody keeps an index of the segment. */
    NO_INDEX("nobody keeps an index"),
    /** The index file of the segment cannot be used, and there is no other one yet. */
    UNUSABLE_FILE("its index file cannot be used"),
    /** The index has not come so far yet. */
    BEHIND("the index is behind"),
    /** The index has as much memory, or as many spans, as it may. */
    FULL("the index is full"),
    /** The memory of all indexes goes to those of newer segments. */
    OUT_OF_MEMORY("the memory goes to newer segments"),
    /** A block could not be read when it was to be indexed; it is left to the scan, which counts what is missing. */
    DAMAGED("a block is damaged"),
    /** Indexing the segment failed. */
    FAILED("indexing failed");

    private final String words;

    WhyScanned(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
