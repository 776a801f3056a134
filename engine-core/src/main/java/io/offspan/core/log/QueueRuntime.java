package io.offspan.core.log;

import io.offspan.core.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.core.onoes.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the queue library is told before its first class is loaded: nothing leaves the process, nothing is written outside the data
 * directory, and its warnings come through our logger at a bounded rate.
 *
 * <p>A property that the host has set stays as it is, except that analytics are always off.
 */
public final class QueueRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(BlockLog.class);
    private static final long WARNING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final AtomicLong LAST_WARNING = new AtomicLong(System.nanoTime() - WARNING_INTERVAL_NANOS);
    private static final AtomicLong SUPPRESSED = new AtomicLong();

    private QueueRuntime() {}

    /**
     * Sets the library's switches; only the first call in a process has an effect on native libraries.
     */
    public static void configure(Path nativeDirectory) throws IOException {
        System.setProperty("chronicle.analytics.disable", "true");
        setDefault("chronicle.disk.monitor.disable", "true");
        setDefault("chronicle.announcer.disable", "true");
        if (System.getProperty("jffi.extract.dir") == null) {
            PrivateFiles.makeDirectory(nativeDirectory);
            System.setProperty(
                    "jffi.extract.dir", nativeDirectory.toAbsolutePath().toString());
        }
        CleanerChoice.make();
    }

    /** Returns the module of the part of the library that reaches into the JDK. */
    public static Module module() {
        return Jvm.class.getModule();
    }

    /** Routes what the library reports on the calling thread to our logger; other threads of the host are left alone. */
    static void adoptThread() {
        ExceptionHandler silent = ExceptionHandler.ignoresEverything();
        Jvm.setThreadLocalExceptionHandlers(QueueRuntime::warn, QueueRuntime::warn, silent, silent);
    }

    /** Logs something that went wrong and harms nobody. */
    static void report(String message, Throwable thrown) {
        LOG.warn(message, thrown);
    }

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    private static void warn(Logger source, String message, Throwable thrown) {
        long now = System.nanoTime();
        long last = LAST_WARNING.get();
        if (now - last < WARNING_INTERVAL_NANOS || !LAST_WARNING.compareAndSet(last, now)) {
            SUPPRESSED.incrementAndGet();
            return;
        }
        LOG.warn("{}: {} ({} more since the last report)", source.getName(), message, SUPPRESSED.getAndSet(0), thrown);
    }
}
