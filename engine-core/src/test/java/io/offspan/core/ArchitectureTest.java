package io.offspan.core;

import io.offspan.testkit.code.PackageRules;
import org.junit.jupiter.api.Test;

/** The packages of this module, held against its compiled main classes. */
class ArchitectureTest {
    private final PackageRules packages = PackageRules.of("io.offspan.core");

    @Test
    void noPackagesKnowEachOtherInACircle() {
        packages.requireNoCircles();
    }

    @Test
    void everyPackageIsNullMarked() {
        packages.requireNullMarked();
    }

    @Test
    void everyPackageKnowsOnlyWhomItSaysThatItMayKnow() {
        packages.requireOnlyNamedNeighbours();
    }
}
