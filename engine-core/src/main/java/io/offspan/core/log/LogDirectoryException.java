package io.offspan.core.log;

import io.offspan.core.value.SpanStoreException;
import org.jspecify.annotations.Nullable;

/** Says that a log directory holds something that this engine never opens, or cannot be used. */
public final class LogDirectoryException extends SpanStoreException {
    private static final long serialVersionUID = 1L;

    LogDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
