package io.offspan.sample;

import io.offspan.core.value.SpanStoreException;
import org.jspecify.annotations.Nullable;

/** Says that policies cannot be used as they are written, where, and what to write instead. */
public final class SamplingException extends SpanStoreException {
    private static final long serialVersionUID = 1L;

    /** @param message where something was found, what is allowed, and what to do */
    public SamplingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
