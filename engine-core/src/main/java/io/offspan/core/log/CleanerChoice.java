package io.offspan.core.log;

import java.lang.reflect.Field;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import net.openhft.chronicle.core.cleaner.CleanerServiceLocator;
import net.openhft.chronicle.core.cleaner.spi.ByteBufferCleanerService;
import net.openhft.chronicle.core.internal.cleaner.Jdk9ByteBufferCleanerService;

/**
 * Gives Chronicle the way to free a direct buffer that every JDK from 17 to 25 allows. Left to itself, it tries out an older one as well,
 * and prints two complaints where the JVM keeps it closed.
 */
final class CleanerChoice {
    private CleanerChoice() {}

    /** To be called before Chronicle looks for a way; what the host has chosen, or brings as a service, stays. */
    static void make() {
        if (hostHasCleaner()) {
            return;
        }
        try {
            Field instance = CleanerServiceLocator.class.getDeclaredField("instance");
            Field chosen = CleanerServiceLocator.class.getDeclaredField("initialised");
            instance.setAccessible(true);
            chosen.setAccessible(true);
            synchronized (CleanerServiceLocator.class) {
                if (!chosen.getBoolean(null)) {
                    instance.set(null, new Jdk9ByteBufferCleanerService());
                    chosen.setBoolean(null, true);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError changed) {
            // Another Chronicle: it chooses for itself.
        }
    }

    /** Tells whether there is a service that is not Chronicle's, where Chronicle looks for them; makes none of them. */
    static boolean hostHasCleaner() {
        String ofChronicle = Jdk9ByteBufferCleanerService.class.getPackageName();
        try {
            return ServiceLoader.load(
                            ByteBufferCleanerService.class,
                            Thread.currentThread().getContextClassLoader())
                    .stream()
                    .anyMatch(service -> !service.type().getPackageName().equals(ofChronicle));
        } catch (ServiceConfigurationError ofAnotherLoader) {
            return false;
        }
    }
}
