package io.offspan.core.value;

import org.jspecify.annotations.Nullable;

/**
 * Says that a store cannot be used, and what to do about it: the root of what opening and reading a store may throw.
 *
 * <p>Appending never throws it; an append returns an {@link AppendResult} instead.
 */
public class SpanStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was found, what was expected, and what to do */
    public SpanStoreException(String message) {
        super(message);
    }

    /** @param message what was found, what was expected, and what to do */
    public SpanStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Another writer holds the store; the message names its process where it is known. */
    public static final class Locked extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public Locked(String message) {
            super(message);
        }
    }

    /**
     * The files of an open store are not those any more that its writer opened: deleted, moved, replaced, made shorter, or taken over by
     * another writer. The message says which, what is lost, and what to do; the writer touches nothing any more.
     */
    public static final class Lost extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public Lost(String message) {
            super(message);
        }

        public Lost(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The directory holds something else, or what it holds is damaged beyond use. */
    public static final class NotAStore extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public NotAStore(String message) {
            super(message);
        }
    }

    /** The store was written by a newer release. */
    public static final class TooNew extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public TooNew(String message) {
            super(message);
        }
    }

    /** The store was written before the first release, in a format that is not read any more. */
    public static final class TooOld extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        /** Names what has the version, and how its spans are carried over. */
        public TooOld(String what, int version, int oldest) {
            super(what + " has format version " + version
                    + ", from before the first release; this one reads from version "
                    + oldest
                    + " on. Write the spans to a file with 'export' of the build that stored them, and read it into"
                    + " a new store with 'ingest' of this one");
        }
    }

    /** There is no room for what the store must reserve. */
    public static final class DiskFull extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public DiskFull(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The JVM was started without flags that the store needs; the message holds them. */
    public static final class MissingFlags extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public MissingFlags(String message) {
            super(message);
        }
    }

    /** The platform is not supported. */
    public static final class Unsupported extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public Unsupported(String message) {
            super(message);
        }
    }

    /** The store has been closed. */
    public static final class Closed extends SpanStoreException {
        private static final long serialVersionUID = 1L;

        public Closed(String message) {
            super(message);
        }
    }
}
