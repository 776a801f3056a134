package io.offspan.export.pack;

import java.util.Locale;

/** How much time is spent on compressing a body, in the way that was chosen for it: less time leaves more bytes. */
public enum Effort {
    LOW,
    MEDIUM,
    HIGH;

    /** Returns the next lower one, or the lowest. */
    public Effort less() {
        return this == HIGH ? MEDIUM : LOW;
    }

    /** Returns the name as answers have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
