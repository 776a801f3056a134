package io.offspan.export.send;

import io.offspan.core.value.SpanStoreException;
import org.jspecify.annotations.Nullable;

/** Says that spans cannot be sent to where the settings say, and which setting to change. Never holds a secret. */
public final class DestinationException extends SpanStoreException {
    private static final long serialVersionUID = 1L;

    /** @param message what was found, what is allowed, and what to do */
    public DestinationException(String message) {
        super(message);
    }

    /** @param message what was found, what is allowed, and what to do */
    public DestinationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
