package io.offspan.codec.span;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The envelope of a resource or scope that came as a value, which is not written again while the same object comes again. */
final class WrittenEnvelope {
    static final Envelope ABSENT = new Envelope();

    private @Nullable EnvelopeSource source;
    private Envelope written = ABSENT;

    /** Returns the envelope of a value. */
    Envelope of(EnvelopeSource value) {
        Objects.requireNonNull(value, "value");
        if (source != value) {
            written = value.toEnvelope();
            source = value;
        }
        return written;
    }
}
