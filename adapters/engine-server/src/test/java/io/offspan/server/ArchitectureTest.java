package io.offspan.server;

import io.offspan.testkit.code.PackageRules;
import org.junit.jupiter.api.Test;

/** The packages of this module, held against its compiled main classes. */
class ArchitectureTest {
    private final PackageRules packages = PackageRules.of("io.offspan.server");

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
