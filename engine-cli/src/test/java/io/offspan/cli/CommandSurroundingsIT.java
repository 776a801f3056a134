package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies around the packaged command: who reads what it says, in which locale and on which terminal, and as which user it runs. */
class CommandSurroundingsIT {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    static Path scratch;

    private static Inputs inputs;

    @BeforeAll
    static void prepare() throws Exception {
        inputs = new Inputs(scratch);
    }

    private static CommandProcess offspan() {
        return new CommandProcess(scratch).brief();
    }

    /** {@code | head -1} ends the reader while the writer goes on. */
    @Test
    void aReaderThatWentAwayIsNoReasonForAStackTrace() throws Exception {
        for (String[] line : new String[][] {{"query", "--json"}, {"tail", "--from-start"}, {"verify"}}) {
            Process process = offspan()
                    .open(Stream.concat(
                                    Stream.of(line),
                                    Stream.of("--data", inputs.path("GOOD").toString()))
                            .toArray());
            process.getInputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(line[0]).isTrue();
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(process.exitValue()).as(line[0]).isEqualTo(1);
        }
    }

    @Test
    void answersAreTheSameBytesInEveryLocale() throws Exception {
        List<Object> line = List.of("query", "--data", inputs.path("GOOD"), "{ } | select(.text)", "--limit", "3");
        Ended utf8 =
                offspan().environment("LC_ALL", "C.UTF-8").run(line.toArray()).expect(0);
        assertThat(offspan().environment("LC_ALL", "C").run(line.toArray())).isEqualTo(utf8);
        assertThat(utf8.out()).contains("bücher");
    }

    @Test
    void aTerminalHasColoursUnlessTheyAreNotWantedAndLinesAsWideAsItIs() throws Exception {
        Path script = Path.of("/usr/bin/script");
        if (!Files.isExecutable(script)) {
            System.out.println("NOT RUN: the width and the colours of a terminal, because there is no " + script);
            return;
        }
        for (String unwanted : List.of("", "1")) {
            String shown = terminal(script, "COLUMNS=80 NO_COLOR=" + unwanted);
            assertThat(shown.contains("\u001b[")).as(shown).isEqualTo(unwanted.isEmpty());
            List<String> lines =
                    shown.replaceAll("\u001b\\[[0-9;]*m", "").lines().toList();
            assertThat(lines).allMatch(line -> line.length() <= 80);
            assertThat(lines)
                    .filteredOn(line -> line.contains("|"))
                    .as("a line for each span")
                    .hasSize(10);
            assertThat(lines)
                    .filteredOn(line -> line.matches(" +╰ tenth"))
                    .as("why one failed")
                    .hasSize(1);
        }
    }

    private static String terminal(Path script, String environment) throws Exception {
        List<String> command = offspan().command("trace", "--data", inputs.path("GOOD"), Requests.traceIdHex(2));
        String told = "env " + environment + " TERM=xterm LC_ALL=C.UTF-8 '" + String.join("' '", command) + "'";
        Path out = scratch.resolve("typescript");
        Process process = new ProcessBuilder(script.toString(), "-qec", told, "/dev/null")
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }

    @Test
    void aStoreThatThisUserMayNotOpenIsNamed() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && !Files.isExecutable(SETPRIV)) {
            System.out.println(
                    "NOT RUN: a store without permission, because root may open all and there is no setpriv");
            return;
        }
        Path barred = inputs.path("BARRED");
        Files.setPosixFilePermissions(barred, PosixFilePermissions.fromString(root ? "rwx------" : "---------"));
        for (List<Object> line : List.of(
                List.<Object>of("query", "--data", barred, "--json"),
                List.<Object>of("ingest", "--data", barred, inputs.path("OTLP"), "--json"))) {
            CommandProcess unprivileged = offspan();
            if (root) {
                unprivileged
                        .jar(readableJar())
                        .prefix(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups");
            }
            Ended ended = unprivileged.run(line.toArray()).expect(3);
            Schemas.check("error", ended.json());
            assertThat(ended.err())
                    .contains(barred.toString(), "may not be opened by this user")
                    .hasLineCount(1);
        }
        Files.setPosixFilePermissions(barred, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aServiceWhoseStoresThisUserMayNotListIsNamed() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && !Files.isExecutable(SETPRIV)) {
            System.out.println(
                    "NOT RUN: a service without permission, because root may list all and there is no setpriv");
            return;
        }
        Path shared = Files.createDirectory(scratch.resolve("shared"));
        Path closed = Files.createDirectories(shared.resolve("cart"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString(root ? "rwx------" : "---------"));
        Files.createDirectories(shared.resolve("lost+found"));
        CommandProcess unprivileged = offspan();
        if (root) {
            unprivileged
                    .jar(readableJar())
                    .prefix(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups");
        }
        assertThat(unprivileged.run("query", "--data", shared).expect(3).err())
                .contains(closed.toString(), "may not be opened by this user");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }

    /** Copies the jar and its libraries to where every user can read them. */
    private static Path readableJar() throws IOException {
        Path copies = scratch.resolve("jar");
        Path jar = copies.resolve("offspan.jar");
        if (Files.exists(jar)) {
            return jar;
        }
        Files.createDirectories(copies.resolve("lib"));
        Path target = Path.of("target");
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            for (Path library : libraries.toList()) {
                Files.copy(library, copies.resolve(target.relativize(library)));
            }
        }
        Files.copy(target.resolve("offspan.jar"), jar);
        for (Path folder : List.of(scratch, copies, copies.resolve("lib"))) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return jar;
    }
}
