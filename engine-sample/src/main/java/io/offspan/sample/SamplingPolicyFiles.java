package io.offspan.sample;

import io.offspan.export.sampling.SamplingFiles;
import io.offspan.export.sampling.SamplingRules;
import java.nio.file.Path;

/** Reads {@link SamplingPolicies} for exporters, which find it as a service. */
public final class SamplingPolicyFiles implements SamplingFiles {
    /** For the JDK's loader. */
    public SamplingPolicyFiles() {
        // Nothing is kept between two files.
    }

    @Override
    public SamplingRules read(Path file) {
        return SamplingPolicies.read(file);
    }
}
