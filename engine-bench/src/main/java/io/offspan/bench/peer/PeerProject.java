package io.offspan.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The small Maven project behind a peer, which is built, and its library fetched, when the peer is first measured.
 *
 * @param name in reports
 * @param folder below {@code engine-bench/peers}
 * @param type the class that is the {@link Peer}
 * @param leastJava the oldest Java that its library runs on
 * @param mostSpans more do not fit into its memory
 */
public record PeerProject(String name, String folder, String type, int leastJava, long mostSpans) {
    /** The peer that the goals refer to. */
    public static final PeerProject ROCKSDB =
            new PeerProject("RocksDB (R)", "rocksdb", "io.offspan.bench.peer.rocksdb.RocksDbPeer", 17, Long.MAX_VALUE);

    /** All peers. */
    public static final List<PeerProject> ALL = List.of(
            ROCKSDB,
            new PeerProject("Zipkin in memory", "zipkin", "io.offspan.bench.peer.zipkin.ZipkinPeer", 17, 1_500_000),
            new PeerProject("SQLite", "sqlite", "io.offspan.bench.peer.sqlite.SqlitePeer", 17, Long.MAX_VALUE),
            new PeerProject("Lucene", "lucene", "io.offspan.bench.peer.lucene.LucenePeer", 21, Long.MAX_VALUE),
            new PeerProject("LMDB", "lmdb", "io.offspan.bench.peer.lmdb.LmdbPeer", 17, Long.MAX_VALUE));

    private static final String BENCH_JAR = "benchmarks.jar";
    private static final long MOST_MINUTES = 10;

    /** A peer cannot be measured here, and why. */
    public static final class NotRun extends Exception {
        private static final long serialVersionUID = 1;

        public NotRun(String why) {
            super(why);
        }
    }

    /** Returns the class path of the peer's JVM; builds the project if it was not built since it changed. */
    public String classPath() throws NotRun, IOException {
        int java = Runtime.version().feature();
        if (java < leastJava) {
            throw new NotRun("its library needs Java " + leastJava + ", this is Java " + java);
        }
        Path bench = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        Path project = bench.resolveSibling("../peers").resolve(folder).normalize();
        if (!bench.endsWith(BENCH_JAR) || !Files.isDirectory(project)) {
            throw new NotRun("there is no project of it beside " + BENCH_JAR
                    + "; start the benchmark as 'offspan bench' from a checkout");
        }
        Path jar = project.resolve("target/peer.jar");
        if (!Files.exists(jar) || newest(project).compareTo(Files.getLastModifiedTime(jar)) > 0) {
            build(project, bench);
        }
        return String.join(
                File.pathSeparator,
                jar.toString(),
                project.resolve("target/lib").resolve("*").toString(),
                bench.toString());
    }

    private static FileTime newest(Path project) throws IOException {
        FileTime newest = Files.getLastModifiedTime(project.resolveSibling("pom.xml"));
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.filter(path -> !path.startsWith(project.resolve("target")))
                    .filter(Files::isRegularFile)
                    .toList()) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private void build(Path project, Path bench) throws NotRun, IOException {
        System.err.println("bench: building the project of " + name + "; its library is fetched if it is not here yet");
        Path said = Files.createDirectories(project.resolve("target")).resolve("build.log");
        ProcessBuilder maven = new ProcessBuilder(
                        "mvn",
                        "-q",
                        "-B",
                        "-Dstyle.color=never",
                        "-Doffspan.bench.jar=" + bench,
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "package")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        int status = await(start(maven), said);
        if (status != 0) {
            throw new NotRun("its project could not be built: " + firstError(said) + " (" + said + ")");
        }
    }

    private static Process start(ProcessBuilder maven) throws NotRun {
        try {
            return maven.start();
        } catch (IOException e) {
            throw new NotRun("Maven could not be started: " + e.getMessage());
        }
    }

    private static int await(Process maven, Path said) throws NotRun {
        try {
            if (!maven.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                throw new NotRun("its project was not built within " + MOST_MINUTES + " minutes (" + said + ")");
            }
            return maven.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotRun("interrupted while its project was built");
        } finally {
            maven.destroy();
        }
    }

    private static String firstError(Path said) throws IOException {
        try (Stream<String> lines = Files.lines(said)) {
            return lines.filter(line -> line.startsWith("[ERROR]") || line.startsWith("Error"))
                    .findFirst()
                    .orElse("Maven said nothing");
        }
    }
}
