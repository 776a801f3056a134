package io.offspan.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.it.gate.ReadableClassPath;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as an orchestrator mounts them: the mount point belongs to root, and a group may write to it. */
@Timeout(300)
class VolumeIT {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final String GROUP = "2000";
    private static final int PATIENCE_SECONDS = 60;

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path scratch;

    /** What anybody may load. */
    private String classPath = "";

    /** Returns whether this process may take on another user, and says so where it may not. */
    private static boolean mayBeNobody(Gate gate) {
        boolean may = "root".equals(System.getProperty("user.name")) && Files.isExecutable(SETPRIV);
        if (!may) {
            gate.notRun("only root may run as somebody else, by setpriv");
        }
        return may;
    }

    private String saidByNobody(Object... arguments) throws IOException {
        ReadableClassPath.open(scratch);
        if (classPath.isEmpty()) {
            classPath = ReadableClassPath.copyTo(scratch.resolve("classes"));
        }
        try (ChildJvm child = ChildJvm.of(StoreChild.class)
                .prefix(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--groups=" + GROUP)
                .classPath(classPath)
                .flag("-XX:-UsePerfData")
                .flag("-Djava.io.tmpdir=" + scratch.resolve("nowhere"))
                .scratch(scratch)
                .arguments(arguments)
                .start()) {
            assertThat(child.await(PATIENCE_SECONDS + 30)).as(child.report()).isZero();
            return child.output().strip();
        }
    }

    @Test
    void aMountPointOfRootThatTheGroupMayWriteToIsUsedAsItIs() throws Exception {
        Gate gate = new Gate("volume-group", 0);
        if (!mayBeNobody(gate)) {
            return;
        }
        Path mounted = Files.createDirectory(scratch.resolve("mounted"));
        // What mke2fs leaves in the root of each volume; nobody but root may look into it.
        Files.createDirectory(mounted.resolve("lost+found"), PosixFilePermissions.asFileAttribute(mode("rwx------")));
        Files.setAttribute(mounted, "unix:gid", Integer.valueOf(GROUP));
        Files.setPosixFilePermissions(mounted, mode("rwxrwxr-x"));
        assertThat(saidByNobody("write", mounted, PATIENCE_SECONDS)).isEqualTo("logged");
        assertThat(Files.getPosixFilePermissions(mounted))
                .as("not ours to change")
                .isEqualTo(mode("rwxrwxr-x"));
        assertThat(Files.getPosixFilePermissions(mounted.resolve("log"))).isEqualTo(mode("rwx------"));
        assertThat(Files.getPosixFilePermissions(mounted.resolve("slabs"))).isEqualTo(mode("rw-------"));
        gate.put("user", "nobody").put("group", GROUP).report(true);
    }

    @Test
    void aReaderNeedsNothingButToRead() throws Exception {
        Gate gate = new Gate("volume-read-only", 0);
        if (!mayBeNobody(gate)) {
            return;
        }
        Path data = scratch.resolve("data");
        try (ChildJvm writer = ChildJvm.of(StoreChild.class)
                .arguments("write", data, PATIENCE_SECONDS)
                .scratch(scratch)
                .start()) {
            assertThat(writer.await(PATIENCE_SECONDS + 30)).as(writer.report()).isZero();
        }
        List<Path> all;
        try (Stream<Path> tree = Files.walk(data)) {
            all = tree.toList();
        }
        for (Path path : all) {
            Files.setPosixFilePermissions(path, mode(Files.isDirectory(path) ? "r-xr-xr-x" : "r--r--r--"));
        }
        assertThat(saidByNobody("read", data)).isEqualTo("read 1");
        gate.put("user", "nobody").report(true);
    }

    @Test
    void aReaderOfTheWritersGroupReadsWhereTheSettingsSaySoAndNobodyElseDoes() throws Exception {
        Gate gate = new Gate("volume-group-reads", 0);
        if (!mayBeNobody(gate)) {
            return;
        }
        for (String writing : List.of("share", "write")) {
            Path data = scratch.resolve(writing);
            try (ChildJvm writer = ChildJvm.of(StoreChild.class)
                    .prefix(
                            SETPRIV.toString(),
                            "--regid=" + GROUP,
                            "--clear-groups",
                            "sh",
                            "-c",
                            "umask 077; exec \"$@\"",
                            "sh")
                    .arguments(writing, data, PATIENCE_SECONDS)
                    .scratch(scratch)
                    .start()) {
                assertThat(writer.await(PATIENCE_SECONDS + 30))
                        .as(writer.report())
                        .isZero();
            }
            boolean shared = writing.equals("share");
            assertThat(Files.getPosixFilePermissions(data)).isEqualTo(mode(shared ? "rwxr-x---" : "rwx------"));
            try (Stream<Path> tree = Files.walk(data)) {
                assertThat(tree.filter(Files::isRegularFile))
                        .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                                .as(file.toString())
                                .isEqualTo(mode(shared ? "rw-r-----" : "rw-------")));
            }
            assertThat(saidByNobody("read", data))
                    .as(writing)
                    .startsWith(shared ? "read 1" : "refused: " + data + " may not be opened by this user");
        }
        gate.put("user", "nobody").put("group", GROUP).report(true);
    }

    private static Set<PosixFilePermission> mode(String text) {
        return PosixFilePermissions.fromString(text);
    }
}
