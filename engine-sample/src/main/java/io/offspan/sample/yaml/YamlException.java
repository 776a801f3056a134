package io.offspan.sample.yaml;

import org.jspecify.annotations.Nullable;

/** Says what of a text is not as it should be: line, path, what was found, and what to do. */
public final class YamlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    YamlException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
