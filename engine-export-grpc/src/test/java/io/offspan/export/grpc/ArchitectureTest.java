package io.offspan.export.grpc;

import io.offspan.testkit.code.PackageRules;
import org.junit.jupiter.api.Test;

/** The package of this module, held against its compiled main classes. */
class ArchitectureTest {
    private final PackageRules packages = PackageRules.of("io.offspan.export.grpc");

    @Test
    void everyPackageIsNullMarked() {
        packages.requireNullMarked();
    }

    @Test
    void everyPackageKnowsOnlyWhomItSaysThatItMayKnow() {
        packages.requireOnlyNamedNeighbours();
    }
}
