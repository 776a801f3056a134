package io.offspan.codec.otlp;

/** Limits of the OTLP reader, each with a name. */
public final class OtlpLimits {
    /** How deep messages may be nested, the request itself being the first level. */
    public static final int MAX_NESTING = 32;

    private OtlpLimits() {}
}
