package io.offspan.bench.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a run was made, so that its figures can be read.
 *
 * @param processor the model as the kernel names it
 * @param disk type and name of the file system that the stores were on
 * @param load the load averages when the run began
 */
public record Machine(
        String processor,
        int processors,
        long memoryBytes,
        String system,
        String disk,
        String load,
        String jdk,
        String collector) {

    /** Describes this machine and JVM. */
    public static Machine here(Path scratch, String collector) {
        return new Machine(
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                kibibytes(field("/proc/meminfo", "MemTotal")) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                disk(scratch),
                lines("/proc/loadavg").stream()
                        .findFirst()
                        .map(line -> line.replaceFirst("^(\\S+ \\S+ \\S+) .*", "$1"))
                        .orElse("unknown"),
                System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
                collector);
    }

    private static String disk(Path scratch) {
        try {
            FileStore store = Files.getFileStore(scratch);
            return store.type() + " " + store.name();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long kibibytes(String text) {
        String digits = text.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String field(String file, String name) {
        return lines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("unknown");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
