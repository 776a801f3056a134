package io.offspan.core.files;

import java.io.IOException;

/** Says that a disk, a quota or a limit on file sizes has no room for what was asked of it. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSpaceException(String message) {
        super(message);
    }
}
