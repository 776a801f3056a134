package io.offspan.it.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.offspan.core.SpanStore;
import io.offspan.testkit.gate.ChildJvm;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two applications of one server, each with the engine in a class loader of its own, do not write to one store. */
class ClassLoadersTest {
    @TempDir
    Path scratch;

    @Test
    void aStoreHeldThroughOneClassLoaderIsLockedForAnother() throws IOException, ReflectiveOperationException {
        Path directory = scratch.resolve("store");
        List<URL> classPath = new ArrayList<>();
        for (Path entry : ChildJvm.classPath()) {
            classPath.add(entry.toUri().toURL());
        }
        try (URLClassLoader other =
                        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                SpanStore store = SpanStore.open(directory)) {
            Class<?> theirs = other.loadClass(SpanStore.class.getName());
            assertThat(theirs).isNotSameAs(SpanStore.class);
            Throwable refused =
                    catchThrowable(() -> theirs.getMethod("open", Path.class).invoke(null, directory));
            assertThat(refused).isInstanceOf(InvocationTargetException.class);
            assertThat(refused.getCause().getClass().getName()).endsWith("SpanStoreException$Locked");
            assertThat(store.failure()).isNull();
        }
    }
}
