package io.offspan.testkit.code;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/**
 * What the packages below one name have to keep, their main classes as they stand on the class path.
 *
 * <p><b>Fails</b> with an {@link AssertionError} that names what breaks a rule, or says that there are no classes.
 */
public final class PackageRules {
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

    private final String prefix;
    private final JavaClasses classes;

    private PackageRules(String prefix, JavaClasses classes) {
        this.prefix = prefix;
        this.classes = classes;
    }

    /** Returns the rules for a package and all below it, such as {@code io.offspan.codec}. */
    public static PackageRules of(String root) {
        // Libraries are told by their names; to read their classes, too, takes most of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        JavaClasses found = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(root);
        assertThat(found).as("main classes of %s", root).isNotEmpty();
        return new PackageRules(root.substring(0, root.lastIndexOf('.') + 1), found);
    }

    /** No packages know each other in a circle. */
    public void requireNoCircles() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(classes);
    }

    /** Every package has a {@code package-info.java} that says {@link NullMarked}. */
    public void requireNullMarked() {
        assertThat(classes.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(room -> !room.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }

    /**
     * Every package knows only the packages that its {@code package-info.java} names: "May know {@code codec} and {@code core.files}.",
     * which stand for {@code io.offspan.codec} and {@code io.offspan.core.files} with what is below them.
     */
    public void requireOnlyNamedNeighbours() {
        Map<String, Neighbours> said = new HashMap<>();
        Set<String> strangers = new TreeSet<>();
        for (JavaClass type : classes) {
            Neighbours neighbours = said.computeIfAbsent(type.getPackageName(), name -> Neighbours.of(name, prefix));
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String room = target.getPackageName();
                if (room.startsWith(prefix) && !neighbours.allow(room)) {
                    strangers.add(neighbours.own() + " -> " + room + " (" + type.getSimpleName() + " knows "
                            + target.getSimpleName() + ")");
                }
            }
        }
        assertThat(strangers)
                .as("packages known without being named in the package-info.java")
                .isEmpty();
    }
}
