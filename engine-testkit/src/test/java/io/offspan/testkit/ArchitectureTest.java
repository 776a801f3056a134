package io.offspan.testkit;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packages of this module, held against its compiled main classes. */
class ArchitectureTest {
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public String getDescription() {
            return "packages";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }
    };

    private static JavaClasses module;

    @BeforeAll
    static void importMainClasses() {
        // Libraries are told by their names; to read their classes, too, takes most of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        module = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.offspan.testkit");
    }

    @Test
    void noPackagesKnowEachOtherInACircle() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(module);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(module.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .filteredOn(room -> !room.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }
}
