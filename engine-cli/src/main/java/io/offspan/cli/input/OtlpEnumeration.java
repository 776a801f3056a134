package io.offspan.cli.input;

import java.util.List;
import java.util.Locale;

/** An enumeration of OTLP, whose names come with and without its prefix and in every case. */
enum OtlpEnumeration {
    SPAN_KIND("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"),
    STATUS_CODE("UNSET", "OK", "ERROR");

    private final List<String> names;

    OtlpEnumeration(String... names) {
        this.names = List.of(names);
    }

    /** Returns the number of a name, or -1 when nobody knows it. */
    int number(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        String prefix = name() + "_";
        return names.indexOf(upper.startsWith(prefix) ? upper.substring(prefix.length()) : upper);
    }

    /** Returns a name as the specification has it. */
    String example() {
        return name() + "_" + names.get(1);
    }
}
