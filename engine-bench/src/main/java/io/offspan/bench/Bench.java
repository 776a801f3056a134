package io.offspan.bench;

import io.offspan.bench.command.BenchCommand;
import java.util.Arrays;
import org.openjdk.jmh.Main;

/** The {@code offspan bench} command; {@code offspan bench jmh} runs the classes of JMH. */
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("jmh")) {
            Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        System.exit(BenchCommand.run(arguments));
    }
}
