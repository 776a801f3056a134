package io.offspan.export.sampling;

import io.offspan.core.value.SpanStoreException;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Reads files of sampling policies; a service of the JDK's loader, which {@code engine-sample} provides. */
public interface SamplingFiles {
    /**
     * Reads a file.
     *
     * @throws SpanStoreException when it cannot be used, with the place in it
     */
    SamplingRules read(Path file);

    /**
     * Returns the one on the class path, or null.
     *
     * @throws SpanStoreException when there is one that does not load
     */
    static @Nullable SamplingFiles find() {
        try {
            return ServiceLoader.load(SamplingFiles.class, SamplingFiles.class.getClassLoader())
                    .findFirst()
                    .orElse(null);
        } catch (ServiceConfigurationError | LinkageError unusable) {
            throw new SpanStoreException(
                    "The module io.offspan:engine-sample does not load (" + unusable
                            + "); it needs engine-query and org.snakeyaml:snakeyaml-engine on the class path",
                    unusable);
        }
    }
}
