package io.offspan.it.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An open store that nobody uses takes less than a hundredth of a processor, its whole process included; and no more with an exporter
 * that has nothing to send. Both are watched at once for 30 seconds.
 */
@Tag(Gate.AT_LENGTH)
@Timeout(300)
class IdleIT {
    private static final double MOST_PERCENT = 1.0;
    private static final int SPANS = 1_000;
    private static final int SECONDS = 30;

    @TempDir
    Path scratch;

    @Test
    void anIdleStoreTakesLessThanAHundredthOfAProcessorAndSoItDoesWithAnExporter() throws IOException {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                ChildJvm alone = ChildJvm.of(IdleHost.class)
                        .scratch(scratch)
                        .arguments(scratch.resolve("alone"), SECONDS)
                        .start();
                ChildJvm exporting = ChildJvm.of(IdleHost.class)
                        .scratch(scratch)
                        .arguments(scratch.resolve("exporting"), SECONDS, receiver.base())
                        .start()) {
            check("idle", alone);
            check("idle-with-exporter", exporting);
            assertThat(figure(exporting.output(), "exported")).isEqualTo(SPANS);
        }
    }

    private void check(String name, ChildJvm host) {
        assertThat(host.await(90)).as(host::report).isZero();
        String output = host.output();
        double percent = 100.0 * figure(output, "cpuNanos") / figure(output, "wallNanos");
        boolean pass = percent < MOST_PERCENT && figure(output, "accepted") == SPANS;
        String line = new Gate(name, 0)
                .put("seconds", SECONDS)
                .put("cpu_percent", String.format(Locale.ROOT, "%.2f", percent))
                .report(pass);
        assertThat(pass).as(line + "\n" + output).isTrue();
    }

    private static double figure(String output, String name) {
        Matcher matcher = Pattern.compile(name + " (\\d+)").matcher(output);
        assertThat(matcher.find()).as(name + " in " + output).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}
