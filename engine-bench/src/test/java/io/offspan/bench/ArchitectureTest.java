package io.offspan.bench;

import io.offspan.testkit.code.PackageRules;
import org.junit.jupiter.api.Test;

/** The packages of this module, held against its compiled main classes. */
class ArchitectureTest {
    @Test
    void noPackagesKnowEachOtherInACircle() {
        PackageRules.of("io.offspan.bench").requireNoCircles();
    }
}
