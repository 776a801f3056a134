package io.offspan.core;

import io.offspan.codec.wire.RawAccess;
import io.offspan.core.log.QueueRuntime;
import io.offspan.core.value.SpanStoreException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Checks the platform and what the JVM allows before a store is opened: the failure of a library comes later, names no remedy, and
 * stays for the life of the process.
 */
final class JvmAccess {
    /** What Chronicle maps its files with; reading maps by itself, and needs neither. */
    private static final List<String> TO_WRITE = List.of("sun.nio.ch", "java.lang.reflect");

    private static final int OLDEST = 17;
    private static final int NEWEST = 25;
    /** Set to false by a host that knows better than these checks. */
    private static final String CHECK = "offspan.jvm.check";

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private JvmAccess() {}

    /**
     * Refuses a JVM that cannot read a store.
     *
     * @throws SpanStoreException.MissingFlags where raw memory is denied, with the flag that allows it
     * @throws SpanStoreException.Unsupported for another platform or an older JDK
     */
    static void toRead() {
        if (isChecked()) {
            requirePlatform();
            if (!RawAccess.isAllowed()) {
                throw new SpanStoreException.MissingFlags("This JVM denies access to memory outside its heap, which is"
                        + " where spans are; start it with --sun-misc-unsafe-memory-access=allow");
            }
        }
    }

    /**
     * Refuses a JVM that cannot write a store.
     *
     * @param mayOpen whether what is closed shall be opened from within
     * @throws SpanStoreException.MissingFlags with the flags to add
     * @throws SpanStoreException.Unsupported for another platform or an older JDK
     */
    static void toWrite(boolean mayOpen) {
        toRead();
        List<String> closed = closed();
        if (mayOpen && !closed.isEmpty()) {
            RawAccess.open(closed, QueueRuntime.module());
            closed = closed();
        }
        if (isChecked() && !closed.isEmpty()) {
            throw new SpanStoreException.MissingFlags(complaint(closed, mayOpen));
        }
    }

    private static boolean isChecked() {
        return !"false".equals(System.getProperty(CHECK));
    }

    private static void requirePlatform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!os.contains("linux") && !os.contains("mac")) {
            throw new SpanStoreException.Unsupported(
                    "Offspan runs on Linux and macOS, not on " + System.getProperty("os.name"));
        }
        String doubt = doubt(Runtime.version().feature());
        if (doubt != null && !WARNED.getAndSet(true)) {
            // Made here: looking for a logger costs a fresh JVM more than opening a store for reading.
            LoggerFactory.getLogger(JvmAccess.class).warn(doubt);
        }
    }

    /** Returns what there is to say about a JDK that is newer than the tested ones, and refuses one that is older. */
    static @Nullable String doubt(int jdk) {
        if (jdk < OLDEST) {
            throw new SpanStoreException.Unsupported("Offspan needs JDK " + OLDEST + " or newer, this is " + jdk);
        }
        return jdk <= NEWEST
                ? null
                : "Offspan is tested on JDK " + OLDEST + " to " + NEWEST + ", this is " + jdk
                        + "; try it before you rely on it. -D" + CHECK + "=false ends this warning, and with it every"
                        + " check of the JVM";
    }

    /** Returns what is closed to the queue, which a host may have loaded elsewhere than us. */
    private static List<String> closed() {
        Module base = Object.class.getModule();
        Module queue = QueueRuntime.module();
        return TO_WRITE.stream().filter(name -> !base.isOpen(name, queue)).collect(Collectors.toList());
    }

    private static String complaint(List<String> closed, boolean tried) {
        Module queue = QueueRuntime.module();
        String to = queue.isNamed() ? queue.getName() : "ALL-UNNAMED";
        String flags = closed.stream()
                .map(name -> "--add-opens java.base/" + name + "=" + to)
                .collect(Collectors.joining(" "));
        return "This JVM keeps closed what the store needs" + (tried ? ", and does not let it be opened" : "")
                + "; start it with: " + flags + " (in the command line, in JDK_JAVA_OPTIONS, or as Add-Opens in the"
                + " manifest of the application's executable jar)"
                + (tried ? "" : ", or let the store open it: StoreConfig.openModules(true)");
    }
}
