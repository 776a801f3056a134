package io.offspan.core;

import io.offspan.core.value.SpanStoreException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Checks the platform and the flags of the JVM before the first class of Chronicle or Agrona is loaded: their own failure comes
 * later, names no remedy, and stays for the life of the process.
 */
final class JvmAccess {
    private static final List<String> OPENED = List.of("jdk.internal.misc", "sun.nio.ch", "java.lang.reflect");
    private static final int OLDEST = 17;
    private static final int NEWEST = 25;

    private JvmAccess() {}

    /**
     * Refuses a JVM that cannot write a store.
     *
     * @throws SpanStoreException.MissingFlags with the flags to add
     * @throws SpanStoreException.Unsupported for another platform or JDK
     */
    static void require() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!os.contains("linux") && !os.contains("mac")) {
            throw new SpanStoreException.Unsupported(
                    "Offspan writes on Linux and macOS, not on " + System.getProperty("os.name"));
        }
        int jdk = Runtime.version().feature();
        if (jdk < OLDEST || jdk > NEWEST) {
            throw new SpanStoreException.Unsupported("Offspan is tested on JDK " + OLDEST + " to " + NEWEST
                    + ", this is " + jdk + "; run it on one of those");
        }
        Module mine = JvmAccess.class.getModule();
        Module base = Object.class.getModule();
        List<String> closed = OPENED.stream()
                .filter(name -> !base.isOpen(name, mine))
                .map(name -> "--add-opens java.base/" + name + "=ALL-UNNAMED")
                .collect(Collectors.toList());
        if (!closed.isEmpty()) {
            throw new SpanStoreException.MissingFlags(
                    "This JVM keeps closed what the store needs; start it with: " + String.join(" ", closed)
                            + " (in the command line, in JDK_JAVA_OPTIONS, or as Add-Opens in the manifest of the"
                            + " application's executable jar)");
        }
    }
}
