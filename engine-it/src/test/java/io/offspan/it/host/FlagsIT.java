package io.offspan.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which flag of the JVM is needed for what: none to read, two to write, and none where the store may open modules. */
@Timeout(300)
class FlagsIT {
    private static final List<String> FLAGS = List.of(
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED");
    private static final int PATIENCE_SECONDS = 60;
    /** Many times what the writer needs that has every flag. */
    private static final int SECONDS_IN_VAIN = 5;

    @TempDir
    Path scratch;

    private Path data() {
        return scratch.resolve("data");
    }

    /** Runs a child to its end, with none of the flags that the tests have, but these. */
    private ChildJvm run(List<String> flags, Object... arguments) {
        ChildJvm child = ChildJvm.of(StoreChild.class)
                .withoutAccess()
                .flags(flags)
                .arguments(arguments)
                .scratch(scratch)
                .start();
        assertThat(child.await(PATIENCE_SECONDS + 30)).as(child.report()).isZero();
        return child;
    }

    private String said(List<String> flags, Object... arguments) {
        try (ChildJvm child = run(flags, arguments)) {
            return child.output().strip();
        }
    }

    @Test
    void readingNeedsNoFlagAndPrintsNothing() {
        assertThat(said(FLAGS, "write", data(), PATIENCE_SECONDS)).isEqualTo("logged");
        try (ChildJvm child = run(List.of(), "read", data())) {
            assertThat(child.output().strip()).as(child.report()).isEqualTo("read 1");
            assertThat(child.errors().lines().filter(line -> !line.isBlank() && !isFromJvm(line)))
                    .as(child.errors())
                    .isEmpty();
        }
    }

    /** What a fresh JVM does before its first answer is to load classes: those of the queue, and the search for a logger, cost more than the answer. */
    @Test
    void aFirstAnswerLoadsNothingOfTheQueueAndLooksForNoLogger() throws IOException {
        assertThat(said(FLAGS, "write", data(), PATIENCE_SECONDS)).isEqualTo("logged");
        Path loaded = scratch.resolve("loaded");
        assertThat(said(List.of("-Xlog:class+load:file=" + loaded), "count", data()))
                .isEqualTo("counted 1");
        List<String> classes = Files.readAllLines(loaded);
        assertThat(classes).anyMatch(line -> line.contains(" io.offspan.query.QueryEngine "));
        assertThat(classes)
                .filteredOn(
                        line -> line.matches(
                                ".* (net\\.openhft\\.chronicle\\.(queue|wire|threads|bytes)\\.|net\\.openhft\\.chronicle\\.core\\.Jvm |org\\.slf4j\\.).*"))
                .isEmpty();
    }

    /** From JDK 24 on a JVM speaks of raw memory by itself, whoever uses it, unless a flag says that it is meant. */
    private static boolean isFromJvm(String line) {
        return line.startsWith("SLF4J")
                || Runtime.version().feature() >= 24
                        && line.matches("WARNING: .*(sun\\.misc\\.Unsafe|maintainers of class).*|WARNING: A termin.*");
    }

    @Test
    void aWriterNamesTheFlagThatIsMissingAndNoOther() {
        for (String left : FLAGS) {
            List<String> others = new ArrayList<>(FLAGS);
            others.remove(left);
            String said = said(others, "write", data(), 1);
            assertThat(said)
                    .startsWith("refused: This JVM keeps closed what the store needs; start it with: ")
                    .contains(left.replace('=', ' ').replace(" ALL", "=ALL"))
                    .contains("StoreConfig.openModules(true)")
                    .doesNotContain(others.get(0).replaceAll(".*java.base/|=ALL.*", ""));
        }
        assertThat(data()).doesNotExist();
    }

    @Test
    void aStoreThatMayOpenModulesNeedsNoFlag() {
        assertThat(said(List.of(), "write", data(), PATIENCE_SECONDS, "open")).isEqualTo("logged");
    }

    @Test
    void aJvmThatDeniesRawMemoryIsToldTheFlag() {
        if (Runtime.version().feature() < 24) {
            new Gate("flags-denied", 0).notRun("before JDK 24 there is no such flag");
            return;
        }
        List<String> denied = List.of("--sun-misc-unsafe-memory-access=deny");
        assertThat(said(denied, "read", data())).contains("refused: ", "--sun-misc-unsafe-memory-access=allow");
        assertThat(said(denied, "write", data(), 1, "open")).contains("--sun-misc-unsafe-memory-access=allow");
    }

    /** With the check left out: a flag that nobody misses any more has to go from the list. */
    @Test
    @Tag(Gate.AT_LENGTH)
    void eachFlagIsMissedWhereItIsLeftOut() {
        Gate gate = new Gate("flags-needed", 0);
        for (String left : FLAGS) {
            List<String> others = new ArrayList<>(FLAGS);
            others.remove(left);
            others.add("-Doffspan.jvm.check=false");
            assertThat(said(others, "write", scratch.resolve("without" + FLAGS.indexOf(left)), SECONDS_IN_VAIN))
                    .as(left)
                    .isEqualTo("not logged");
        }
        List<String> all = new ArrayList<>(FLAGS);
        all.add("-Doffspan.jvm.check=false");
        String control = said(all, "write", data(), PATIENCE_SECONDS);
        gate.put("flags", FLAGS.size()).put("missed", FLAGS.size()).report(control.equals("logged"));
        assertThat(control).isEqualTo("logged");
    }
}
