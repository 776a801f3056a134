package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the script of the checkout builds the command, in a checkout whose Maven and JDK only say that they were called. */
class LauncherTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    Path root;

    private Path source;
    private Path jar;

    @BeforeEach
    void checkout() throws IOException {
        Files.copy(Path.of("..", "offspan"), root.resolve("offspan"));
        source = write("engine-cli/src/main/java/A.java", "class A {}");
        jar = root.resolve("engine-cli/target/offspan.jar");
        write("pom.xml", "<project/>");
        write("engine-cli/pom.xml", "<project/>");
        write(".mvn/jvm.config", "");
        write("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
        tool("jdk/bin/java", "echo ran");
        tool("jdk/bin/javac", "");
        tool("bin/mvn", "echo x >>builds; echo jar >engine-cli/target/offspan.jar");
    }

    private Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void tool(String name, String line) throws IOException {
        Files.setPosixFilePermissions(
                write(name, "#!/bin/sh\n" + line + "\n"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs the script; returns how often the command has been built by now. */
    private long builds() throws Exception {
        ProcessBuilder script =
                new ProcessBuilder("bash", root.resolve("offspan").toString(), "--version");
        script.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        script.environment().merge("PATH", root.resolve("bin") + ":", (path, bin) -> bin + path);
        Process process = script.redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes())).endsWith("ran\n");
        assertThat(process.waitFor()).isZero();
        Path built = root.resolve("builds");
        return Files.exists(built) ? Files.readAllLines(built).size() : 0;
    }

    @Test
    void anotherTimeOfASourceIsNoReasonToBuild() throws Exception {
        assertThat(builds()).isEqualTo(1);
        assertThat(builds()).isEqualTo(1);
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void anotherContentIsOneHoweverOldTheFileIs() throws Exception {
        assertThat(builds()).isEqualTo(1);
        Files.writeString(source, "class B {}");
        Files.setLastModifiedTime(source, LONG_AGO);
        assertThat(builds()).isEqualTo(2);
        Files.move(source, source.resolveSibling("B.java"));
        assertThat(builds()).isEqualTo(3);
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void whatMavenHasBuiltByItselfIsTakenAsItIs() throws Exception {
        assertThat(builds()).isEqualTo(1);
        Files.writeString(source, "class B {}");
        Files.writeString(jar, "built by hand");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(builds()).isEqualTo(1);
        Files.setLastModifiedTime(jar, LONG_AGO);
        Files.writeString(source, "class C {}");
        assertThat(builds()).isEqualTo(2);
    }
}
