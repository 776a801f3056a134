package io.offspan.export.pack;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the bodies of requests are compressed. */
public enum Compression {
    /** As they are. */
    NONE,
    /** Which every OTLP receiver has to take. */
    GZIP,
    /** Which takes less time and fewer bytes, where the receiver takes it and the library zstd-jni is there. */
    ZSTD,
    /** By whichever of these samples say is cheapest for the destination; gzip until they have. */
    AUTO;

    /** The names of all, for messages. */
    public static final String NAMES = "gzip, zstd, none or auto";

    /** Returns the one that a setting names, or null. */
    public static @Nullable Compression named(String name) {
        for (Compression each : values()) {
            if (each.name().equals(name.strip().toUpperCase(Locale.ROOT))) {
                return each;
            }
        }
        return null;
    }

    /** Returns the way to begin with: itself, or gzip where samples are to choose. */
    public Compression first() {
        return this == AUTO ? GZIP : this;
    }

    /** Returns the name as protocols and settings have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
