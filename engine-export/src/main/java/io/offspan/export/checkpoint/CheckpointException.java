package io.offspan.export.checkpoint;

import io.offspan.core.value.SpanStoreException;
import org.jspecify.annotations.Nullable;

/** Says that an exporter cannot use its checkpoint, and what the choices are. */
public class CheckpointException extends SpanStoreException {
    private static final long serialVersionUID = 1L;

    /** @param message what was found, what was expected, and what to do */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Another exporter uses the name; the message has its process where it is known. */
    public static final class Locked extends CheckpointException {
        private static final long serialVersionUID = 1L;

        public Locked(String message) {
            super(message, null);
        }
    }

    /** The file cannot be trusted. */
    public static final class Damaged extends CheckpointException {
        private static final long serialVersionUID = 1L;

        public Damaged(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The checkpoint was made for another store. */
    public static final class Foreign extends CheckpointException {
        private static final long serialVersionUID = 1L;

        public Foreign(String message) {
            super(message, null);
        }
    }

    /** The checkpoint names a place that the log does not have. */
    public static final class Ahead extends CheckpointException {
        private static final long serialVersionUID = 1L;

        public Ahead(String message) {
            super(message, null);
        }
    }
}
