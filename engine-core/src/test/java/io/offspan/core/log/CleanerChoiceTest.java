package io.offspan.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.core.cleaner.spi.ByteBufferCleanerService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanerChoiceTest {
    @TempDir
    Path host;

    /** A service of a host. */
    public static final class HostsCleaner implements ByteBufferCleanerService {
        @Override
        public void clean(ByteBuffer buffer) {}

        @Override
        public Impact impact() {
            return Impact.NO_IMPACT;
        }
    }

    @Test
    void aCleanerOfTheHostIsNoticedAndThoseOfChronicleAreNot() throws Exception {
        assertThat(CleanerChoice.hostHasCleaner()).isFalse();
        Path services = Files.createDirectories(host.resolve("META-INF/services"));
        Files.writeString(services.resolve(ByteBufferCleanerService.class.getName()), HostsCleaner.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {host.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThat(CleanerChoice.hostHasCleaner()).isTrue();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
