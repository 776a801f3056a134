package io.offspan.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.it.gate.ReadableClassPath;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A store writes to its data directory and nowhere else, and talks to nobody. */
@Timeout(300)
class NothingLeavesIT {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final String NOBODY = "nobody";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path scratch;

    @Test
    void noNetworkAndNoFileOutsideTheDataDirectory() throws IOException {
        Path home = Files.createDirectory(scratch.resolve("home"));
        Path temporary = Files.createDirectory(scratch.resolve("temporary"));
        Path working = Files.createDirectory(scratch.resolve("working"));
        Path output = Files.createDirectory(scratch.resolve("output"));
        Path data = scratch.resolve("data");
        try (WatchService watch = scratch.getFileSystem().newWatchService()) {
            List<WatchKey> keys = new ArrayList<>();
            for (Path watched : List.of(home, temporary, working)) {
                keys.add(watched.register(
                        watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE));
            }
            try (ChildJvm child = child(home, temporary, data)
                    .scratch(output)
                    .directory(working)
                    .start()) {
                check(child);
            }
            List<String> events = new ArrayList<>();
            for (WatchKey key : keys) {
                for (WatchEvent<?> event : key.pollEvents()) {
                    events.add(key.watchable() + "/" + event.context());
                }
            }
            assertThat(events)
                    .as("files made outside the data directory, if only for a while")
                    .isEmpty();
        }
        assertThat(tree(scratch))
                .allMatch(path -> path.startsWith(data)
                        || path.startsWith(output)
                        || path.equals(home)
                        || path.equals(temporary)
                        || path.equals(working)
                        || path.equals(scratch));
        new Gate("nothing-leaves", 0).put("files_outside", 0).put("uris", 0).report(true);
    }

    @Test
    void worksWhereNothingButTheDataDirectoryCanBeWritten() throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        Gate gate = new Gate("nothing-leaves-read-only", 0);
        if (root && !Files.isExecutable(SETPRIV)) {
            gate.notRun("root may write everywhere and there is no setpriv");
            return;
        }
        ReadableClassPath.open(scratch);
        Path barred = Files.createDirectory(scratch.resolve("barred"));
        Path data = Files.createDirectory(scratch.resolve("data"));
        Path output = Files.createDirectory(scratch.resolve("output"));
        Files.setPosixFilePermissions(barred, PosixFilePermissions.fromString("r-xr-xr-x"));
        ChildJvm.Builder child =
                child(barred, barred, data).scratch(output).directory(barred).flag("-XX:-UsePerfData");
        if (root) {
            Files.setOwner(
                    data,
                    scratch.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
            child.classPath(ReadableClassPath.copyTo(scratch.resolve("classes")));
            child.prefix(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups");
        }
        try (ChildJvm started = child.start()) {
            check(started);
        }
        gate.put("user", root ? NOBODY : System.getProperty("user.name")).report(true);
    }

    private static ChildJvm.Builder child(Path home, Path temporary, Path data) {
        return ChildJvm.of(QuietChild.class)
                .flag("-Duser.home=" + home)
                .flag("-Djava.io.tmpdir=" + temporary)
                .flag("-XX:-UsePerfData")
                .arguments(data);
    }

    private static void check(ChildJvm child) {
        assertThat(child.await(90)).as(child.report()).isZero();
        assertThat(child.output())
                .contains("round 0 spans 20000", "round 1 spans 40000", "asked []", "sockets []", "outside []", "done")
                .containsAnyOf("analytics false", "analytics absent");
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.collect(Collectors.toList());
        }
    }
}
