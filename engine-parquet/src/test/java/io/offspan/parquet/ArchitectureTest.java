package io.offspan.parquet;

import io.offspan.testkit.code.PackageRules;
import org.junit.jupiter.api.Test;

/** The packages of this module, held against its compiled main classes. */
class ArchitectureTest {
    private static final PackageRules PACKAGES = PackageRules.of("io.offspan.parquet");

    @Test
    void noPackagesKnowEachOtherInACircle() {
        PACKAGES.requireNoCircles();
    }

    @Test
    void everyPackageIsNullMarked() {
        PACKAGES.requireNullMarked();
    }

    @Test
    void everyPackageKnowsOnlyWhomItSaysThatItMayKnow() {
        PACKAGES.requireOnlyNamedNeighbours();
    }
}
