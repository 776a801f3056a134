package io.offspan.core.log;

import io.offspan.core.value.SpanStoreException;
import org.jspecify.annotations.Nullable;

/** Says that a block was not appended; the log is as it was before. */
public final class LogAppendException extends SpanStoreException {
    private static final long serialVersionUID = 1L;

    LogAppendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
