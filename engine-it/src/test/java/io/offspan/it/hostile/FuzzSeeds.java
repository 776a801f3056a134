package io.offspan.it.hostile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes what the fuzzer starts from: the named hostile requests, and a few changes of good blocks and files. */
final class FuzzSeeds {
    private static final Path FOUND = Path.of("src", "test", "resources", "fuzz");

    private FuzzSeeds() {}

    /** Returns the inputs that once made a target fail. */
    static List<Path> found(String target) throws IOException {
        Path directory = FOUND.resolve(target);
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static void copyFound(String target, Path directory) throws IOException {
        for (Path found : found(target)) {
            Files.copy(found, directory.resolve(found.getFileName()));
        }
    }

    /** Requests, as {@link OtlpDecodeFuzz} takes them. */
    static Path otlp(Path directory) throws IOException {
        Files.createDirectories(directory);
        copyFound("OtlpDecodeFuzz", directory);
        int number = 0;
        for (OtlpCases.Case hostile : OtlpCases.all()) {
            if (hostile.request().length < 4000) {
                write(directory, number++, with(OtlpDecodeFuzz.REQUEST, hostile.request()));
            }
        }
        byte[] text = ProtoBytes.textValue("leaf").bytes();
        for (int depth : new int[] {1, 13, 14, 40, 10_000}) {
            for (int kind = 0; kind < ProtoBytes.Nesting.values().length; kind++) {
                byte[] nested = new byte[3 + text.length];
                nested[0] = (byte) (depth >>> 8);
                nested[1] = (byte) depth;
                nested[2] = (byte) kind;
                System.arraycopy(text, 0, nested, 3, text.length);
                write(directory, number++, with(OtlpDecodeFuzz.NESTED, nested));
            }
        }
        return directory;
    }

    /** Changes of blocks and slabs, as {@link BlockReadFuzz} takes them. */
    static Path blocks(Path directory) throws IOException {
        Files.createDirectories(directory);
        copyFound("BlockReadFuzz", directory);
        int number = 0;
        for (int kind : List.of(BlockReadFuzz.BYTES, BlockReadFuzz.BLOCK, BlockReadFuzz.SLAB)) {
            for (int operation = 0; operation < 6; operation++) {
                byte[] early = Patches.change(operation, 0, 120 + 8 * operation, -1);
                byte[] late = Patches.change(operation, 0, 3_000 + 97 * operation, 0x0102_0304_0506_0708L);
                write(directory, number++, with(kind, early));
                write(directory, number++, with(kind, late, early));
            }
        }
        return directory;
    }

    /** Changes of a store, as {@link RecordReadFuzz} takes them. */
    static Path records(Path directory) throws IOException {
        Files.createDirectories(directory);
        copyFound("RecordReadFuzz", directory);
        int number = 0;
        for (int region = 0; region < 10; region++) {
            for (int block = 0; block < 4; block++) {
                int place = block << 12 | 44 + 40 * block;
                byte[] change = Patches.change((region + block) % 6, region, place, 0x7fff_ffffL >>> 6 * block);
                byte[] repair = Patches.change(0, StoreImage.REPAIR_BLOCK, block << 12, 0);
                write(directory, number++, change);
                write(directory, number++, join(change, repair));
            }
        }
        return directory;
    }

    /** Queries, as {@link TraceQlFuzz} takes them. */
    static Path queries(Path directory) throws IOException {
        Files.createDirectories(directory);
        copyFound("TraceQlFuzz", directory);
        List<String> conditions = List.of(
                "",
                ".a",
                "!.a",
                ".a || (.b && .c)",
                "span.http.status_code >= 500",
                "resource.service.name = \"cart\"",
                "duration > 1h30m && status = error",
                ".a = 1 || .b != `x\\y` && .c = nil",
                "kind =~ \"a\"",
                ".\"a \\\" b\".c =~ \"(?i)a{2,3}|[^x]\\\\d\"",
                "-.a ^ 2 * (.b + 1.5e3) % 7 - 5ms < trace:duration",
                "span:parentID = \"\" && !(event:name !~ \"a\\n\\u0041\")",
                "minInt < link.x && 9223372036854775807 > instrumentation.y",
                "span:start < 18446744073709551615 && trace:id = \"4bf92f3577b34da6a3ce929d0e0e4736\"",
                "((((true)))) && 1 + 1 = 2");
        int number = 0;
        for (String condition : conditions) {
            String spans = "{ " + condition + " }";
            for (String query : List.of(
                    spans,
                    spans + " && { .x } | count() > 2 | select(name, .y)",
                    "(" + spans + " || { }) | 5ms >= max(duration) | " + spans)) {
                write(directory, number++, query.getBytes(StandardCharsets.UTF_8));
            }
        }
        return directory;
    }

    private static void write(Path directory, int number, byte[] input) throws IOException {
        Files.write(directory.resolve("seed-" + number), input);
    }

    private static byte[] with(int first, byte[]... rest) {
        return join(new byte[] {(byte) first}, join(rest));
    }

    private static byte[] join(byte[]... parts) {
        ProtoBytes all = ProtoBytes.message();
        for (byte[] part : parts) {
            all.append(part);
        }
        return all.bytes();
    }
}
