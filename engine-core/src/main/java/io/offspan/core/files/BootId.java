package io.offspan.core.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The id of this boot of the kernel, by which what was in the page cache then is told from what the disk had after it. */
public final class BootId {
    /** Where the kernel does not tell. */
    public static final UUID UNKNOWN = new UUID(0, 0);

    private BootId() {}

    /** Reads the id, or {@link #UNKNOWN}. */
    public static UUID current() {
        try {
            return UUID.fromString(
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim());
        } catch (IOException | IllegalArgumentException unknown) {
            return UNKNOWN;
        }
    }
}
