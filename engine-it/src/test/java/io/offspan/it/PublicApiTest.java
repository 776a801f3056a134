package io.offspan.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What hosts compile against is what {@code docs/api.txt} says: nothing of it goes or changes unnoticed.
 *
 * <p>What is new does not fail. {@code -Doffspan.api.write=true} writes the file anew; what has gone from it belongs into the changelog.
 */
@Tag(Gate.AT_LENGTH)
class PublicApiTest {
    private static final Path FILE = Path.of("..", "docs", "api.txt").normalize();

    @Test
    void nothingOfTheApiHasGoneOrChanged() throws IOException {
        List<String> now = api();
        if (Boolean.getBoolean("offspan.api.write")) {
            Files.write(FILE, now);
        }
        List<String> then = Files.readAllLines(FILE);
        List<String> gone = new ArrayList<>(then);
        gone.removeAll(now);
        List<String> added = new ArrayList<>(now);
        added.removeAll(then);
        new Gate("public-api", 0)
                .put("lines", then.size())
                .put("gone", gone.size())
                .put("new", added.size())
                .report(gone.isEmpty());
        assertThat(then).as("lines of " + FILE).hasSizeGreaterThan(500);
        assertThat(gone)
                .as("what hosts may compile against and has gone; bring it back, or say so in CHANGELOG.md and write "
                        + FILE + " anew by -Doffspan.api.write=true")
                .isEmpty();
    }

    /** Returns a line for each public class of the doors, and for each member of it that a host can use. */
    private static List<String> api() {
        TreeSet<String> lines = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.offspan")) {
            if (isReachable(type)) {
                describe(type.reflect(), lines);
            }
        }
        return new ArrayList<>(lines);
    }

    private static boolean isReachable(JavaClass type) {
        String outermost = type.getName().replaceAll("\\$.*", "");
        boolean isDoor =
                ArchitectureTest.DOORS.contains(type.getPackageName()) || ArchitectureTest.MET.contains(outermost);
        for (JavaClass at = type;
                isDoor && at != null;
                at = at.getEnclosingClass().orElse(null)) {
            isDoor = at.getModifiers().contains(JavaModifier.PUBLIC);
        }
        return isDoor;
    }

    private static void describe(Class<?> type, TreeSet<String> lines) {
        String above = type.getSuperclass() == null || type.getSuperclass() == Object.class
                ? ""
                : " extends " + type.getSuperclass().getName();
        lines.add(type.getName() + ": " + Modifier.toString(type.getModifiers() & ~Modifier.STATIC)
                + (type.isInterface() ? "" : " class") + above
                + Arrays.stream(type.getInterfaces())
                        .map(face -> " is " + face.getName())
                        .sorted()
                        .reduce("", String::concat));
        Stream<Member> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredMethods(), type.getDeclaredConstructors())
                .flatMap(Arrays::stream);
        members.filter(member ->
                        (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic())
                .forEach(member -> lines.add(type.getName() + ": " + describe(member)));
    }

    private static String describe(Member member) {
        if (member instanceof Method method) {
            return method.toGenericString().replace(" native ", " ").replace(" synchronized ", " ");
        }
        return member instanceof Constructor<?> constructor
                ? constructor.toGenericString()
                : ((Field) member).toGenericString();
    }
}
