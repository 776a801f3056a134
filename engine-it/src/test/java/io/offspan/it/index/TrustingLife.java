package io.offspan.it.index;

import java.nio.file.Path;

/** A life of an index in a process that may have a bug planted; prints whether that was noticed. Arguments: scratch directory, operations, seed. */
final class TrustingLife {
    private TrustingLife() {}

    public static void main(String[] arguments) {
        IndexLife life = new IndexLife(
                Path.of(arguments[0]), IndexLife.forgetful(), IndexLife.MUCH, Long.parseLong(arguments[2]), 0);
        int operations = Integer.parseInt(arguments[1]);
        for (int done = 0; done < operations; done++) {
            try {
                life.step();
            } catch (AssertionError | RuntimeException noticed) {
                System.out.println(
                        "red after " + done + ": " + noticed.getClass().getSimpleName());
                return;
            }
        }
        System.out.println("green after " + operations);
    }
}
