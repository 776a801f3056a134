package io.offspan.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.files.FileIdentity;
import io.offspan.core.segment.Catalog;
import io.offspan.core.segment.SegmentName;
import io.offspan.core.segment.TestLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoryTest {
    /** Has a name as long as the one it replaces, and says so when it is initialised. */
    static final String CANARY = "Canary7";

    static final String CANARY_OF_EIGHT = "Canary_8";

    @TempDir
    Path directory;

    @Test
    void queueAloneWouldLoadTheClass() throws Exception {
        write(1);
        Path metadata = logDirectory().resolve(LogMetadata.NAME);
        LogFiles.put(metadata, find(metadata, "SCQMeta"), CANARY.getBytes(StandardCharsets.US_ASCII));
        assertThat(run(OpenByTheQueueAlone.class)).contains(CANARY + " sings");
    }

    /** Opens a log as any tool of the queue would. */
    static final class OpenByTheQueueAlone {
        public static void main(String[] arguments) {
            try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(arguments[0])
                    .readOnly(true)
                    .build()) {
                System.out.println(queue.file());
            } catch (RuntimeException e) {
                System.out.println(e);
            }
        }
    }

    @Test
    void classNamedInALogFileIsNeverLoaded() throws Exception {
        write(2);
        Path first = file(1);
        int at = find(first, "SCQStore");
        LogFiles.put(first, at, CANARY_OF_EIGHT.getBytes(StandardCharsets.US_ASCII));
        assertOpensWithout(CANARY_OF_EIGHT, "byte 0x" + Integer.toHexString(at));
        assertThat(file(1)).doesNotExist();
        assertThat(logDirectory().resolve(SegmentName.quarantined(1))).exists();
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(catalog.spans())
                    .as("spans of the file that was put aside are read")
                    .isEqualTo(2 * 10 + 1);
            assertThat(catalog.segments()).hasSize(3);
        }
    }

    @Test
    void classNamedInTheMetadataIsNeverLoaded() throws Exception {
        write(1);
        Path metadata = logDirectory().resolve(LogMetadata.NAME);
        LogFiles.put(metadata, find(metadata, "SCQMeta"), CANARY.getBytes(StandardCharsets.US_ASCII));
        assertOpensWithout(CANARY, "it was replaced without being opened");
        assertThat(find(metadata, "SCQMeta")).isPositive();
    }

    private void assertOpensWithout(String canary, String finding) throws Exception {
        assertThat(run(OpenInAnotherJvm.class))
                .contains("appended")
                .contains(finding)
                .doesNotContain(canary + " sings");
    }

    /** Runs a main class on the log in a JVM of its own, where no canary has been initialised, and returns its output. */
    private String run(Class<?> main) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of(
                "-Dchronicle.analytics.disable=true",
                "-cp",
                classPath,
                main.getName(),
                logDirectory().toString()));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exit = process.waitFor();
        String text = Files.readString(output);
        assertThat(exit).as(text).isZero();
        return text;
    }

    /** Opens a log, appends to it and prints what was found. */
    static final class OpenInAnotherJvm {
        public static void main(String[] arguments) throws IOException {
            try (TestLog log = TestLog.open(Path.of(arguments[0]), 1_000)) {
                log.log().findings().forEach(System.out::println);
                log.startSegment();
                log.append(1);
                System.out.println("appended");
            }
        }
    }

    @Test
    void numbersGoOnBehindQuarantinedAndPrecreatedFiles() throws IOException {
        write(3);
        Files.move(file(3), logDirectory().resolve(SegmentName.quarantined(3)));
        Files.createFile(logDirectory().resolve(SegmentName.precreated(4)));
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            assertThat(log.log().nextSegmentNumber()).isEqualTo(5);
            log.startSegment();
            log.append(1);
            assertThat(logDirectory().resolve(SegmentName.precreated(4))).doesNotExist();
        }
    }

    @Test
    void fileWhoseWriterWasKilledInItsFirstMomentIsNoDamage() throws IOException {
        write(1);
        unborn(2, 0xC00000C1);
        unborn(3, 0);
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            assertThat(log.log().findings()).isEmpty();
            assertThat(log.log().nextSegmentNumber()).isEqualTo(4);
        }
        assertThat(LogDirectory.prepare(logDirectory()).findings()).isEmpty();
        try (Stream<Path> files = Files.list(logDirectory())) {
            assertThat(files.filter(file -> SegmentName.number(String.valueOf(file.getFileName())) != SegmentName.NONE))
                    .containsExactly(file(1));
        }
    }

    @Test
    void fileWithAnythingBehindItsIncompleteHeaderIsPutAside() throws IOException {
        write(1);
        unborn(2, 0xC00000C1);
        LogFiles.putLong(file(2), (1 << 20) - 8, 1);
        assertThat(LogDirectory.prepare(logDirectory()).findings()).hasSize(1);
        assertThat(logDirectory().resolve(SegmentName.quarantined(2))).exists();
    }

    /** Makes a reserved file of which the queue has written half a header, or nothing. */
    private void unborn(int number, int firstWord) throws IOException {
        Files.write(file(number), new byte[1 << 20]);
        byte[] header = Files.readAllBytes(file(1));
        if (firstWord != 0) {
            LogFiles.put(file(number), 0, Arrays.copyOf(header, 0x30));
            LogFiles.putInt(file(number), 0, firstWord);
        }
    }

    @Test
    void metadataAreWrittenInPlaceSoThatAFullDiskDoesNotMatter() throws IOException {
        write(1);
        Path metadata = logDirectory().resolve(LogMetadata.NAME);
        FileIdentity before = FileIdentity.of(metadata);
        LogDirectory.prepare(logDirectory());
        FileIdentity after = FileIdentity.of(metadata);
        assertThat(before).isNotNull();
        assertThat(before.isSameFile(after)).isTrue();
    }

    @Test
    void metadataWithASecondNameAreReplacedAndNotWrittenThrough() throws IOException {
        write(1);
        Path metadata = logDirectory().resolve(LogMetadata.NAME);
        Path victim = Files.write(directory.resolve("victim"), new byte[LogMetadata.FILE_BYTES]);
        Files.delete(metadata);
        Files.createLink(metadata, victim);
        LogDirectory.prepare(logDirectory());
        assertThat(Files.readAllBytes(victim)).containsOnly(0);
        assertThat(find(metadata, "SCQMeta")).isPositive();
    }

    @Test
    void foreignFileOfAFarNumberDoesNotMakeTheQueueWalkThere() throws IOException {
        write(1);
        Files.write(logDirectory().resolve("20261121-0645V.cq4"), new byte[4096]);
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            assertThat(log.log().findings()).hasSize(1);
            assertThat(log.log().nextSegmentNumber()).isEqualTo(2);
        }
    }

    @Test
    void damagedPositionOfTheLastExcerptPutsTheFileAside() throws IOException {
        write(1);
        LogFiles.putLong(file(1), 0x40, 0x8120);
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            assertThat(log.log().findings()).singleElement().asString().contains("no block is where its last excerpt");
        }
        try (Catalog catalog = Catalog.open(logDirectory())) {
            assertThat(catalog.spans()).isEqualTo(10);
        }
    }

    @Test
    void refusesLinksAndSpecialFilesAndTouchesNeither() throws IOException {
        write(1);
        Path outside = Files.write(directory.resolve("outside"), new byte[] {1, 2, 3});
        for (String name : new String[] {SegmentName.of(7), LogMetadata.NAME, SegmentName.precreated(9), "other"}) {
            Path link = logDirectory().resolve(name);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, outside);
            assertThatThrownBy(() -> open())
                    .isInstanceOf(LogDirectoryException.class)
                    .hasMessageContaining(name);
            assertThat(Files.readAllBytes(outside)).containsExactly(1, 2, 3);
            Files.delete(link);
        }
        Files.createDirectory(logDirectory().resolve(SegmentName.of(8)));
        assertThatThrownBy(() -> open()).isInstanceOf(LogDirectoryException.class);
    }

    @Test
    void refusesALogDirectoryThatIsALink() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Files.createSymbolicLink(logDirectory(), real);
        assertThatThrownBy(() -> open()).isInstanceOf(LogDirectoryException.class);
        assertThat(real).isEmptyDirectory();
    }

    private BlockLog open() {
        return BlockLog.open(logDirectory(), new LogSettings(1 << 20, 256 << 10, directory.resolve("native")));
    }

    private void write(int segments) throws IOException {
        try (TestLog log = TestLog.open(logDirectory(), 1)) {
            for (int i = 0; i < segments; i++) {
                log.startSegment();
                log.append(10);
            }
        }
    }

    private static int find(Path file, String text) throws IOException {
        byte[] head = new byte[512];
        try (var in = Files.newInputStream(file)) {
            in.readNBytes(head, 0, head.length);
        }
        return new String(head, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private Path file(int number) {
        return logDirectory().resolve(SegmentName.of(number));
    }

    private Path logDirectory() {
        return directory.resolve("log");
    }
}
