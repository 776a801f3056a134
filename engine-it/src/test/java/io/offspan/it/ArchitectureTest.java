package io.offspan.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.offspan.codec.wire.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.openhft.chronicle.core.UnsafeMemory;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The layers of ARCHITECTURE.md and the rooms of third-party libraries, held against the compiled main classes. */
class ArchitectureTest {
    /** What a host may import; everything else is internal and changes without notice. */
    static final Set<String> DOORS = Set.of(
            "io.offspan.codec",
            "io.offspan.codec.block",
            "io.offspan.codec.model",
            "io.offspan.codec.otlp",
            "io.offspan.codec.proto",
            "io.offspan.codec.span",
            "io.offspan.codec.wire",
            "io.offspan.core",
            "io.offspan.core.value",
            "io.offspan.query",
            "io.offspan.query.ast",
            "io.offspan.query.discover",
            "io.offspan.query.series",
            "io.offspan.query.traceql",
            "io.offspan.export",
            "io.offspan.export.sampling",
            "io.offspan.export.send",
            "io.offspan.parquet",
            "io.offspan.sample",
            "io.offspan.otel");

    /** Single classes behind the doors that hosts meet: what a search says of itself, what the command shows of a checkpoint, and a setting. */
    static final Set<String> MET = Set.of(
            "io.offspan.export.pack.Compression",
            "io.offspan.export.pack.Effort",
            "io.offspan.query.scan.ScanOutcome",
            "io.offspan.query.scan.BrokenTraces",
            "io.offspan.query.keep.FileState",
            "io.offspan.query.keep.FoundIndex",
            "io.offspan.query.keep.IndexLimits",
            "io.offspan.query.keep.IndexCounters",
            "io.offspan.query.keep.WhyScanned",
            "io.offspan.core.retain.Checkpoint",
            "io.offspan.core.retain.CheckpointFile");

    /** What doors hand to modules of ours, by methods that a host has no use for; the list gets no longer. */
    private static final Set<String> FOR_OURS = Set.of(
            "io.offspan.core.segment.BlockDirectory",
            "io.offspan.core.segment.Segment",
            "io.offspan.core.segment.SegmentListener",
            "io.offspan.query.index.LeafIndex",
            "io.offspan.query.index.SpanSet",
            "io.offspan.query.value.TraceValues");

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.offspan\\.[a-z.]+)\\.[A-Z]", Pattern.MULTILINE);

    private static final String GENERATED = "io.offspan.bench..jmh_generated..";

    private static JavaClasses offspan;

    @BeforeAll
    static void importMainClasses() {
        // Libraries are told by their names; to read their classes, too, takes most of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        offspan = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.offspan")
                .that(not(resideInAPackage(GENERATED)));
        assertThat(offspan).as("main classes on the class path").isNotEmpty();
    }

    @Test
    void everyLayerKnowsOnlyTheLayersBelowIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("testkit")
                .definedBy("io.offspan.testkit..")
                .layer("codec")
                .definedBy("io.offspan.codec..")
                .layer("core")
                .definedBy("io.offspan.core..")
                .layer("query")
                .definedBy("io.offspan.query..")
                .layer("export")
                .definedBy("io.offspan.export..")
                .layer("parquet")
                .definedBy("io.offspan.parquet..")
                .layer("sample")
                .definedBy("io.offspan.sample..")
                .layer("otel")
                .definedBy("io.offspan.otel..")
                .layer("cli")
                .definedBy("io.offspan.cli..")
                .layer("bench")
                .definedBy("io.offspan.bench..")
                .whereLayer("testkit")
                .mayNotAccessAnyLayer()
                .whereLayer("testkit")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("codec")
                .mayNotAccessAnyLayer()
                .whereLayer("core")
                .mayOnlyAccessLayers("codec")
                .whereLayer("query")
                .mayOnlyAccessLayers("codec", "core")
                .whereLayer("export")
                .mayOnlyAccessLayers("codec", "core")
                .whereLayer("parquet")
                .mayOnlyAccessLayers("codec", "core")
                .whereLayer("sample")
                .mayOnlyAccessLayers("codec", "core", "query", "export")
                .whereLayer("otel")
                .mayOnlyAccessLayers("codec", "core")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("bench")
                .mayNotBeAccessedByAnyLayer()
                .allowEmptyShould(true)
                .check(offspan);
    }

    @Test
    void hostsKnowOnlyTheDoors() {
        DescribedPredicate<JavaClass> internal = new DescribedPredicate<>("are internal") {
            @Override
            public boolean test(JavaClass type) {
                String outermost = type.getName().replaceAll("\\$.*", "");
                return resideInAPackage("io.offspan..").test(type)
                        && resideOutsideOfPackages("io.offspan.otel..", "io.offspan.cli..")
                                .test(type)
                        && !DOORS.contains(type.getPackageName())
                        && !MET.contains(outermost);
            }
        };
        noClasses()
                .that()
                .resideInAnyPackage("io.offspan.otel..", "io.offspan.cli..")
                .should()
                .dependOnClassesThat(internal)
                .check(offspan);
    }

    /** What a host gets or gives at a door is something that it may name. */
    @Test
    void doorsSpeakOfWhatIsOutsideOnly() {
        Set<String> inner = new TreeSet<>();
        for (JavaClass door : offspan) {
            if (!DOORS.contains(door.getPackageName()) || !isPublic(door)) {
                continue;
            }
            for (JavaMethod method : door.getMethods()) {
                if (method.getModifiers().contains(JavaModifier.PUBLIC)) {
                    spokenOf(method)
                            .filter(ArchitectureTest::isInner)
                            .forEach(type ->
                                    inner.add(type.getName() + " by " + door.getSimpleName() + "." + method.getName()));
                }
            }
        }
        assertThat(inner).isEmpty();
    }

    private static Stream<JavaClass> spokenOf(JavaMethod method) {
        return Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream());
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static boolean isInner(JavaClass type) {
        String outermost = type.getName().replaceAll("\\$.*", "");
        return type.getPackageName().startsWith("io.offspan.")
                && !DOORS.contains(type.getPackageName())
                && !MET.contains(outermost)
                && !FOR_OURS.contains(outermost);
    }

    /** The examples are no modules of ours, so that their sources are asked. */
    @Test
    void examplesImportOnlyTheDoors() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "examples"))) {
            List<String> imported = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(ArchitectureTest::imports)
                    .toList();
            assertThat(imported).as("imports of the examples").isNotEmpty().allMatch(DOORS::contains);
        }
    }

    private static Stream<String> imports(Path source) {
        try {
            return IMPORT.matcher(Files.readString(source)).results().map(found -> found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyClassLivesInAKnownLayer() {
        classes()
                .should()
                .resideInAnyPackage(
                        "io.offspan.testkit..",
                        "io.offspan.codec..",
                        "io.offspan.core..",
                        "io.offspan.query..",
                        "io.offspan.export..",
                        "io.offspan.parquet..",
                        "io.offspan.sample..",
                        "io.offspan.otel..",
                        "io.offspan.cli..",
                        "io.offspan.bench..")
                .check(offspan);
    }

    @Test
    void chronicleQueueStaysInTheLog() {
        onlyIn(
                resideInAnyPackage(
                        "net.openhft.chronicle.queue..",
                        "net.openhft.chronicle.wire..",
                        "net.openhft.chronicle.threads.."),
                "io.offspan.core.log..",
                "io.offspan.bench.yardstick.chronicle..");
    }

    @Test
    void chronicleBytesStaysInTheMemoryRooms() {
        onlyIn(
                resideInAnyPackage("net.openhft.chronicle.bytes..", "net.openhft.chronicle.core.."),
                "io.offspan.codec.wire..",
                "io.offspan.core.log..",
                "io.offspan.bench.yardstick.chronicle..");
    }

    @Test
    void agronaStaysInCore() {
        onlyIn(resideInAPackage("org.agrona.."), "io.offspan.core..");
    }

    @Test
    void roaringStaysInIndexAndExecution() {
        onlyIn(resideInAPackage("org.roaringbitmap.."), "io.offspan.query.index..", "io.offspan.query.scan..");
    }

    @Test
    void openTelemetrySdkStaysInItsAdapterTheDemoAndTheYardsticks() {
        onlyIn(
                resideInAPackage("io.opentelemetry..").and(not(resideInAPackage("io.opentelemetry.proto.."))),
                "io.offspan.otel..",
                "io.offspan.cli.demo..",
                "io.offspan.bench.yardstick..");
    }

    @Test
    void zstdStaysWhereItMayBeAbsent() {
        onlyIn(
                resideInAPackage("com.github.luben.."),
                "io.offspan.export.pack..",
                "io.offspan.cli.input..",
                "io.offspan.testkit.receiver..");
    }

    @Test
    void jettyStaysBehindTheCallsOfGrpc() {
        onlyIn(resideInAPackage("org.eclipse.jetty.."), "io.offspan.export.grpc..", "io.offspan.testkit.receiver..");
    }

    @Test
    void theTextOfPrometheusStaysInTheCommand() {
        onlyIn(resideInAPackage("io.prometheus.."), "io.offspan.cli.metrics..");
    }

    @Test
    void regularExpressionsOfUsersStayInOneRoom() {
        onlyIn(resideInAPackage("com.google.re2j.."), "io.offspan.core.pattern..");
    }

    @Test
    void yamlStaysInOneRoom() {
        onlyIn(resideInAPackage("org.snakeyaml.."), "io.offspan.sample.yaml..");
    }

    @Test
    void protobufIsOnlyAYardstick() {
        onlyIn(
                resideInAnyPackage("io.opentelemetry.proto..", "com.google.protobuf.."),
                "io.offspan.bench..",
                "io.offspan.testkit..");
    }

    @Test
    void javaDeserializationIsUsedNowhere() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(offspan);
    }

    @Test
    void filesAreMappedInOnePlace() {
        onlyInClasses("java.nio.MappedByteBuffer", "io.offspan.core.files.Mapping");
    }

    /** What a test cannot let fail is not tested; Chronicle Queue alone opens its files by itself. */
    @Test
    void filesAreMadeAndOpenedInOneRoom() {
        DescribedPredicate<JavaAccess<?>> fileWork = new DescribedPredicate<>("work on a file") {
            @Override
            public boolean test(JavaAccess<?> access) {
                String owner = access.getTargetOwner().getName();
                String name = access.getName();
                return switch (owner) {
                    case "java.nio.file.Files" ->
                        name.matches(
                                "(create|move|copy|delete|write|set(Posix|Attribute|Owner)|new(Output|Byte|BufferedW)).*");
                    case "java.nio.channels.FileChannel" -> name.matches("open|map|force|lock|tryLock");
                    case "java.io.RandomAccessFile", "java.io.FileOutputStream", "java.io.FileWriter" ->
                        name.equals("<init>");
                    case "java.io.File" -> name.matches("(create|delete|renameTo|mkdir|set).*");
                    default -> false;
                };
            }
        };
        noClasses()
                .that()
                .resideInAnyPackage("io.offspan.core..", "io.offspan.query..", "io.offspan.export..")
                .and()
                .resideOutsideOfPackage("io.offspan.core.files..")
                .should()
                .accessTargetWhere(fileWork)
                .check(offspan);
    }

    /** The JDK's checksum instructions end the JVM on a mapped page without backing, so that nobody who maps a file may use them. */
    @Test
    void checksumsAreTakenOverMemoryOfOurOwn() {
        onlyInClasses(
                "java.util.zip.CRC32C",
                "io.offspan.codec.block.BlockChecksum",
                "io.offspan.codec.block.BlockGather",
                "io.offspan.core.segment.BlockDirectory",
                "io.offspan.core.segment.BlockRows",
                "io.offspan.core.segment.SegmentBlock",
                "io.offspan.core.segment.BlockHeader",
                "io.offspan.core.segment.BodyCheck",
                "io.offspan.core.retain.CheckpointFile",
                "io.offspan.core.slab.SlabHeader",
                "io.offspan.query.PageToken",
                "io.offspan.query.index.SealChecksum");
        // The command unpacks gzip from arrays on the heap, the exporter packs it into some, and neither maps anything.
        noClasses()
                .that()
                .resideOutsideOfPackages("io.offspan.cli.input..", "io.offspan.export.pack..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.zip\\.(CRC32|Adler32|Deflater|Inflater)")
                .check(offspan);
    }

    /** A cold compare-and-set on a page without backing ends the JVM; the slab file touches its pages first. */
    @Test
    void compareAndSetOnMemoryIsLeftToTheSlabFile() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.offspan.core.slab.SlabFile")
                .should()
                .callMethod(Memory.class, "compareAndSetLong", long.class, long.class, long.class)
                .check(offspan);
        noClasses()
                .should()
                .callMethod(UnsafeMemory.class, "setMemory", long.class, long.class, byte.class)
                .check(offspan);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(offspan.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(room -> !room.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }

    private static void onlyIn(DescribedPredicate<JavaClass> library, String... rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat(library)
                .allowEmptyShould(true)
                .check(offspan);
    }

    private static void onlyInClasses(String type, String... rooms) {
        noClasses()
                .that(not(JavaClass.Predicates.belongTo(new DescribedPredicate<>("the rooms of " + type) {
                    @Override
                    public boolean test(JavaClass candidate) {
                        return Set.of(rooms).contains(candidate.getName());
                    }
                })))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(type)
                .check(offspan);
    }
}
