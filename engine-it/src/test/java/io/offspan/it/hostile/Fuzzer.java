package io.offspan.it.hostile;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of Jazzer over one fuzz target, in a JVM of its own, so that not even a crash of it goes unseen.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> the process: {@link #close()} kills it.
 */
final class Fuzzer implements AutoCloseable {
    /** What Jazzer exits with when the target has thrown something. */
    static final int FOUND = 77;

    /** As many inputs as there is time for. */
    static final int NO_END = -1;

    private static final int START_SECONDS = 120;
    private static final int UNIT_SECONDS = 25;
    private static final int MAX_INPUT_BYTES = 8192;
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Pattern FINDING = Pattern.compile("== Java Exception: (.*)");

    private final String target;
    private final int seconds;
    private final Process process;
    private final Path log;

    private Fuzzer(String target, int seconds, Process process, Path log) {
        this.target = target;
        this.seconds = seconds;
        this.process = process;
        this.log = log;
    }

    /** What is fuzzed, and how. */
    record Run(
            Class<?> target, Path scratch, Path seeds, int seconds, long seed, List<String> flags, List<Path> before) {
        static Run of(Class<?> target, Path scratch, Path seeds, int seconds, long seed) {
            return new Run(target, scratch, seeds, seconds, seed, List.of(), List.of());
        }

        /** The same with more flags of the JVM. */
        Run flag(String flag) {
            List<String> more = new ArrayList<>(flags);
            more.add(flag);
            return new Run(target, scratch, seeds, seconds, seed, more, before);
        }

        /** The same with classes that stand before all others. */
        Run before(Path classes) {
            return new Run(target, scratch, seeds, seconds, seed, flags, List.of(classes));
        }
    }

    /** Starts a run, which ends when its seconds are over or so many inputs were run. */
    static Fuzzer start(Run run, int inputs) throws IOException {
        Files.createDirectories(run.scratch);
        Path corpus = Files.createDirectories(run.scratch.resolve("corpus"));
        Path log = run.scratch.resolve("jazzer.log").toAbsolutePath();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-ea"));
        command.add("-Djava.io.tmpdir=" + run.scratch.toAbsolutePath());
        command.addAll(ChildJvm.accessFlags());
        command.addAll(run.flags);
        command.add("-cp");
        command.add(classPath(run.before));
        command.add("com.code_intelligence.jazzer.Jazzer");
        command.add("--target_class=" + run.target.getName());
        command.add("--instrumentation_includes=io.offspan.**");
        command.add("--custom_hook_includes=io.offspan.**");
        command.add("--reproducer_path=" + run.scratch.toAbsolutePath());
        command.add("-artifact_prefix=" + run.scratch.toAbsolutePath() + "/");
        command.add("-max_total_time=" + run.seconds);
        command.add("-runs=" + inputs);
        command.add("-seed=" + (int) Math.max(1, run.seed & 0x7fff_ffff));
        command.add("-timeout=" + UNIT_SECONDS);
        // What libFuzzer compares with its limit begins with the pages of whoever started the process: the heap has one
        // of its own above.
        command.add("-rss_limit_mb=0");
        command.add("-len_control=0");
        command.add("-max_len=" + MAX_INPUT_BYTES);
        command.add("-print_final_stats=1");
        command.add(corpus.toAbsolutePath().toString());
        command.add(run.seeds.toAbsolutePath().toString());
        Process process = new ProcessBuilder(command)
                .directory(run.scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Fuzzer(run.target.getSimpleName(), run.seconds, process, log);
    }

    private static String classPath(List<Path> before) {
        StringBuilder path = new StringBuilder();
        before.forEach(entry -> path.append(entry.toAbsolutePath()).append(java.io.File.pathSeparator));
        return path.append(System.getProperty("java.class.path")).toString();
    }

    /** Waits for the end and returns the exit value. */
    int await() throws InterruptedException {
        if (!process.waitFor(START_SECONDS + 4L * seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }

    /** Returns how many inputs were run, 0 when the process did not get to say. */
    long executions() throws IOException {
        Matcher matcher = EXECUTIONS.matcher(text());
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Returns what the target threw, or an empty text. */
    String finding() throws IOException {
        Matcher matcher = FINDING.matcher(text());
        return matcher.find() ? matcher.group(1) : "";
    }

    String target() {
        return target;
    }

    /** Returns the last of what Jazzer printed. */
    String report() throws IOException {
        String text = text();
        return log + "\n" + text.substring(Math.max(0, text.length() - 6000));
    }

    private String text() throws IOException {
        return Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Reports the run as a part of the gate. */
    boolean gate(long seed, int exit, long atLeast) throws IOException {
        boolean pass = exit == 0 && executions() >= atLeast;
        new Gate("G5", seed)
                .put("target", target)
                .put("executions", executions())
                .put("seconds", seconds)
                .put("exit", exit)
                .report(pass);
        return pass;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
