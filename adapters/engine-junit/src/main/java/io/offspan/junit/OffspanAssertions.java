package io.offspan.junit;

/** Where assertions over stored spans begin: {@code assertThat(offspan.spans()).trace(id).has("{ … } >> { … }")}. */
public final class OffspanAssertions {
    private OffspanAssertions() {}

    /** Asserts something of all spans that a test has stored, or of one trace of them. */
    public static SpansAssert assertThat(StoredSpans spans) {
        return new SpansAssert(spans);
    }
}
